#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve {

/// A regular expression (RE2: linear time, bounded memory) that must match the whole text.
/// Immutable, cheap to copy, safe from many threads.
class Pattern {
 public:
  /// Errors: misconfigured, with RE2's reason and the offending fragment.
  static Result<Pattern> compile(std::string_view expression);
  bool matches(std::string_view text) const;
  const std::string& expression() const noexcept;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

/// A glob over '/'-separated segments: '*' within a segment, '**' across segments, '?' one character
/// of a segment. "a/**" matches what is below a, not a itself. No brackets, no escapes.
class Glob {
 public:
  /// Errors: misconfigured (empty, "***", brackets, control characters).
  static Result<Glob> compile(std::string_view text);
  /// Linear in pattern × text.
  bool matches(std::string_view text) const;
  const std::string& text() const noexcept { return text_; }
  /// Whether it has no wildcard: then it is an exact name.
  bool literal() const noexcept { return literal_; }

 private:
  explicit Glob(std::string text);
  std::string text_;
  bool literal_;
};

}  // namespace portreeve
