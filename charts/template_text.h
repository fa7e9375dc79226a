#pragma once

// Splitting a template into text and actions (text/template/parse/lex.go), and the truth of the
// conditions that default values decide.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::charts {

/// A piece of a template: text, or what stands between {{ and }}, trimmed and without trim markers.
struct Piece {
  bool action = false;
  std::string_view text;  ///< Borrowed. A comment is an action that begins with "/*".
  bool trims_before = false;  ///< "{{- ": blanks before it go.
  bool trims_after = false;   ///< " -}}": blanks behind it go.
};

/// Nothing: an action without end, which Helm cannot parse.
std::optional<std::vector<Piece>> split_template(std::string_view text);

enum class Decided { no, yes, unknown };

/// What an expression may read.
struct TemplateScope {
  Value values;
  bool values_known = false;
  bool dot_is_root = true;  ///< Outside of `with` and `range`.
};

/// The truth of the pipeline behind `if`, `with` or `range`.
Decided truth_of(std::string_view pipeline, const TemplateScope& scope);

}  // namespace portreeve::charts
