#pragma once

// Matches as they are read in a table of tests: "[found]", "<found in disguise>".

#include <string>
#include <vector>

#include "core/terms.h"

namespace portreeve {

inline std::string marked(const std::string& text, const std::vector<TermMatch>& matches) {
  std::string result;
  std::size_t at = 0;
  for (const TermMatch& match : matches) {
    result += text.substr(at, match.begin - at);
    result += match.disguised ? '<' : '[';
    result += text.substr(match.begin, match.end - match.begin);
    result += match.disguised ? '>' : ']';
    at = match.end;
  }
  return result + text.substr(at);
}

struct Row {
  std::string text;
  std::string want;  ///< Empty: no match.
};

}  // namespace portreeve
