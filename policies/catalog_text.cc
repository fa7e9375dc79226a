#include "policies/catalog_text.h"

#include <algorithm>

namespace portreeve::policies {

std::string without_examples(std::string_view text) {
  constexpr std::string_view kBegin = "  examples:";
  constexpr std::string_view kDeeper = "    ";
  std::string out;
  out.reserve(text.size());
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line = text.substr(at, end - at);
    at = end;
    if (line.find_first_not_of(" \n") != std::string_view::npos) {
      inside = line.substr(0, kBegin.size()) == kBegin ||
               (inside && line.substr(0, kDeeper.size()) == kDeeper);
    }
    if (inside) {
      out += '\n';
    } else {
      out += line;
    }
  }
  return out;
}

}  // namespace portreeve::policies
