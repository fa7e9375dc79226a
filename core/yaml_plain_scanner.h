#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace portreeve::yaml {

/// Lines and scalars of a text for core/yaml_plain.cc alone, which inherits from it: the two share
/// the place in the text. Every function that returns bool gives up with false.
class PlainScanner {
 protected:
  struct Token {
    std::size_t at = 0;
    std::string_view tag;   ///< "?" plain, "!" quoted.
    std::string_view text;  ///< In the source or in buffer_.
    bool key = false;       ///< A colon ends it; at_ then stands behind the colon.
  };

  explicit PlainScanner(std::string_view text) noexcept : text_(text) {}

  /// The end of the text counts as a line break.
  char peek(std::size_t at) const noexcept { return at < text_.size() ? text_[at] : '\n'; }
  bool blank_at(std::size_t at) const noexcept { return peek(at) == ' ' || peek(at) == '\n'; }
  bool dash() const noexcept { return peek(at_) == '-' && blank_at(at_ + 1); }
  int column() const noexcept { return static_cast<int>(at_ - line_); }
  void skip_spaces() noexcept {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  /// Behind a value: nothing but blanks and a comment may follow. Goes to the line's end.
  bool line_ends() noexcept {
    if (peek(at_) == '#') return false;
    skip_spaces();
    return line_ends_here();
  }
  /// The same where blanks were passed already.
  bool line_ends_here() noexcept {
    if (peek(at_) != '#' && peek(at_) != '\n') return false;
    at_ = std::min(text_.find('\n', at_), text_.size());
    return true;
  }
  /// From a line's begin or end to what stands first on the next line that holds something.
  bool next_line() noexcept;

  /// A scalar on one line, a key or a value; in brackets a plain one may have more lines.
  bool scalar(Token& out, bool in_flow);
  /// "|", "|-", ">" or ">-" and the lines of it, in a collection at `indent`, to buffer_.
  bool block_text(int indent);

  const std::string_view text_;
  std::string buffer_;  ///< A scalar that had to be decoded.
  std::size_t at_ = 0;
  std::size_t line_ = 0;  ///< Where the line of at_ begins.
  int indent_ = -1;       ///< Column of what stands first on the line; -1 at a marker or the end.
  bool marker_ = false;   ///< At "---".

 private:
  bool plain(Token& out, bool in_flow);
  bool goes_on(std::size_t end) const noexcept;
  void add_line(std::size_t from, std::size_t end, bool further);
  bool single_quoted(Token& out);
  bool double_quoted(Token& out);
  bool code_point();
  bool block_lines(std::size_t indent, bool fold);
};

}  // namespace portreeve::yaml
