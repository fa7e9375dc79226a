#pragma once

// "Tag: value" lines, texts in <text>…</text> (SPDX 2.3 annex B, §4.4).

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "sbom/draft.h"

namespace portreeve::sbom {

struct TagLine {
  std::string_view tag;
  std::string_view value;
  std::uint32_t at = 0;
};

inline std::string_view trim_tag(std::string_view text) noexcept {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the text into tags and values. Linear.
class TagLines {
 public:
  explicit TagLines(std::string_view text) : text_(text) {}

  /// False at the end, or when `error` was set.
  bool next(TagLine& line, Error& error) {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      const std::string_view row = take_line();
      const std::string_view content = trim_tag(row);
      if (content.empty() || content.front() == '#') continue;
      line.at = static_cast<std::uint32_t>(start);
      const std::size_t colon = row.find(':');
      if (colon == std::string_view::npos) {
        error = {Errc::malformed, "expected \"Tag: value\", found " + quoted(content)};
        return false;
      }
      line.tag = trim_tag(row.substr(0, colon));
      line.value = trim_tag(row.substr(colon + 1));
      return line.value.substr(0, 6) != "<text>" || long_text(line, error);
    }
    return false;
  }
  std::size_t at() const noexcept { return at_; }

 private:
  std::string_view take_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view row = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    return row;
  }

  bool long_text(TagLine& line, Error& error) {
    const auto begin = static_cast<std::size_t>(line.value.data() - text_.data()) + 6;
    const std::size_t end = text_.find("</text>", begin);
    if (end == std::string_view::npos) {
      error = {Errc::malformed, "<text> is not closed"};
      return false;
    }
    line.value = text_.substr(begin, end - begin);
    at_ = end + 7;
    const std::string_view rest = trim_tag(take_line());
    if (rest.empty()) return true;
    error = {Errc::malformed, "expected the line to end after </text>, found " + quoted(rest)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace portreeve::sbom
