#pragma once

// What a forge reads of a comment written in Markdown (CommonMark 0.31, GitHub Flavored Markdown):
// the words, without what only shapes them. For finding words next to each other that markup keeps
// apart; it is no renderer, and what stands in code is read like all else.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portreeve::policies {

/// How to read what has two readings.
struct MarkdownReading {
  bool link_targets = false;  ///< Of `[text](target)`: the target, instead of the text.
  bool comments = false;      ///< What stands in `<!-- -->` is read too.
};

/// Words with single spaces between them where anything blank was; entities and escapes decoded;
/// invisible characters, emphasis, tags and brackets left out.
class MarkdownText {
 public:
  /// Linear in the text, which is UTF-8. Never fails: what is no markup is text.
  static MarkdownText read(std::string_view source, MarkdownReading reading);

  const std::string& text() const noexcept { return text_; }
  /// Where in the source a byte of text() comes from.
  std::size_t source_offset(std::size_t at) const noexcept;

 private:
  friend class MarkdownReader;
  std::string text_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs_;  ///< Text offset, source offset.
};

}  // namespace portreeve::policies
