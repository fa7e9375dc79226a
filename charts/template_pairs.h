#pragma once

// The "key: scalar" pairs of a template that nobody rendered: YAML 1.2 with holes in it.
//
// It is no YAML reader: indentation says nothing here but where a block scalar ends, since actions
// write lines of their own. What is a key and what is its scalar does not depend on it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace portreeve::charts {

/// One pair, in block or flow style, wherever it stands; in texts of block scalars too.
struct TemplatePair {
  std::string key;  ///< Empty: it could not be read.
  /// What the scalar is, anchors followed and escapes decoded; several where branches of one
  /// action write it. Empty: actions write it, or it is `unreadable`.
  std::vector<std::string> values;
  std::string unreadable;  ///< Why a scalar that stands there could not be read.
  std::size_t offset = 0;  ///< Of the scalar in the template, behind its quote.
};

struct TemplatePairs {
  std::vector<TemplatePair> pairs;
  bool whole = true;  ///< False: an action without end, which Helm cannot parse; no pairs then.
};

/// Linear in the text but for block scalars within block scalars, which are followed 8 deep.
TemplatePairs pairs_in_template(std::string_view text);

}  // namespace portreeve::charts
