#include "core/yaml_plain_scanner.h"

#include <charconv>
#include <cstdint>

#include "core/utf8.h"

namespace portreeve::yaml {
namespace {

constexpr std::size_t kLongestKey = 1000;  // yaml-cpp takes no simple key above 1,024 bytes.
constexpr std::size_t kEnd = std::string_view::npos;

bool letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool ends_flow(char c) noexcept { return c == ',' || c == ']' || c == '}'; }

}  // namespace

bool PlainScanner::next_line() noexcept {
  marker_ = false;
  for (;;) {
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    line_ = at_;
    skip_spaces();
    if (at_ >= text_.size()) break;
    if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
    if (peek(at_) != '\n') break;
  }
  if (at_ >= text_.size()) {
    indent_ = -1;
    return true;
  }
  indent_ = column();
  if (indent_ > 0) return true;
  if (text_.compare(at_, 3, "...") == 0) return false;
  marker_ = text_.compare(at_, 3, "---") == 0 && blank_at(at_ + 3);
  if (marker_) indent_ = -1;
  return true;
}

bool PlainScanner::scalar(Token& out, bool in_flow) {
  out.at = at_;
  const char first = peek(at_);
  if (first == '"' || first == '\'') {
    out.tag = "!";
    if (!(first == '"' ? double_quoted(out) : single_quoted(out))) return false;
    if (peek(at_) != ':') return true;
    out.key = blank_at(at_ + 1);  // "a":b is a key in brackets for some; not here.
  } else {
    out.tag = "?";
    if (!plain(out, in_flow)) return false;
    if (!out.key) return true;
  }
  ++at_;
  return out.key && at_ - out.at <= kLongestKey;
}

bool PlainScanner::plain(Token& out, bool in_flow) {
  const char first = peek(at_);
  if (std::string_view("?:,[]{}#&*!|>'\"%@` \n").find(first) != kEnd) return false;
  const char second = peek(at_ + 1);
  if (first == '-' && !letter_or_digit(second) && (second != '-' || column() == 0)) return false;
  std::size_t from = at_;
  bool folded = false;
  std::size_t end = at_;
  for (;; ++end) {
    const char c = peek(end);
    if (c == '\n') {
      if (!in_flow || !goes_on(end)) break;
      add_line(from, end, folded);
      folded = true;
      line_ = end + 1;
      end = from = text_.find_first_not_of(' ', end + 1);
      continue;  // No more than a letter is passed over.
    }
    if (c == '#' && text_[end - 1] == ' ') {
      if (in_flow) return false;
      break;
    }
    if (c == ':' && (blank_at(end + 1) || (in_flow && ends_flow(peek(end + 1))))) {
      out.key = true;
      break;
    }
    if (in_flow && ends_flow(c)) break;
    if (in_flow && std::string_view("?[{").find(c) != kEnd) return false;
  }
  if (out.key && (folded || text_[end - 1] == ' ' || !blank_at(end + 1))) return false;
  std::size_t last = end;
  while (text_[last - 1] == ' ') --last;
  if (folded) add_line(from, last, folded);
  out.text = folded ? std::string_view(buffer_) : text_.substr(at_, last - at_);
  at_ = out.key ? end : last;
  return true;
}

// Whether a scalar in brackets has a further line: deeper, and beginning with a letter.
bool PlainScanner::goes_on(std::size_t end) const noexcept {
  const std::size_t next = text_.find_first_not_of(' ', end + 1);
  return next != kEnd && next > end + 1 && letter_or_digit(text_[next]);
}

void PlainScanner::add_line(std::size_t from, std::size_t end, bool further) {
  while (text_[end - 1] == ' ') --end;
  if (further) {
    buffer_ += ' ';
  } else {
    buffer_.clear();
  }
  buffer_.append(text_, from, end - from);
}

bool PlainScanner::single_quoted(Token& out) {
  const std::size_t begin = ++at_;
  while (peek(at_) != '\'' && peek(at_) != '\n') ++at_;
  if (peek(at_) == '\n') return false;
  if (peek(at_ + 1) != '\'') {
    out.text = text_.substr(begin, at_ - begin);
    ++at_;
    return true;
  }
  buffer_.clear();
  for (at_ = begin;; ++at_) {
    if (peek(at_) == '\n') return false;
    if (peek(at_) == '\'' && peek(++at_) != '\'') break;
    buffer_ += text_[at_];
  }
  out.text = buffer_;
  return true;
}

bool PlainScanner::double_quoted(Token& out) {
  const std::size_t begin = ++at_;
  while (peek(at_) != '"' && peek(at_) != '\\' && peek(at_) != '\n') ++at_;
  if (peek(at_) == '\n') return false;
  if (text_[at_] == '"') {
    out.text = text_.substr(begin, at_ - begin);
    ++at_;
    return true;
  }
  buffer_.assign(text_.substr(begin, at_ - begin));
  for (; peek(at_) != '"'; ++at_) {
    char c = peek(at_);
    if (c == '\n') return false;
    if (c == '\\') {
      c = peek(++at_);
      if (c == 'u') {
        if (!code_point()) return false;
        continue;
      }
      if (c == 'n') {
        c = '\n';
      } else if (c == 't') {
        c = '\t';
      } else if (c != '"' && c != '\\' && c != '/') {
        return false;
      }
    }
    buffer_ += c;
  }
  ++at_;
  out.text = buffer_;
  return true;
}

// At the 'u' of \uXXXX; goes to the last digit.
bool PlainScanner::code_point() {
  std::uint32_t c = 0;
  const std::string_view digits = text_.substr(at_ + 1, 4);
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, c, 16);
  if (digits.size() != 4 || read.ec != std::errc() || read.ptr != end) return false;
  if (c < 0xA0 || (c >= 0xD800 && c < 0xE000)) return false;
  utf8::append(buffer_, c);
  at_ += 4;
  return true;
}

bool PlainScanner::block_text(int indent) {
  const bool fold = text_[at_++] == '>';
  const bool strip = peek(at_) == '-';
  if (strip) ++at_;
  if (at_ >= text_.size() || text_[at_] != '\n') return false;
  ++at_;
  if (!block_lines(static_cast<std::size_t>(indent), fold)) return false;
  if (!strip) buffer_ += '\n';
  return true;
}

bool PlainScanner::block_lines(std::size_t indent, bool fold) {
  std::size_t own = 0;         // Indentation of the content; 0 before its first line.
  std::size_t most_blank = 0;  // Of the blank lines before it.
  std::size_t breaks = 0;      // Not yet written.
  buffer_.clear();
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    skip_spaces();
    const std::size_t spaces = at_ - begin;
    if (at_ >= text_.size()) return false;
    if (text_[at_] == '\n') {
      if (own > 0 && spaces > own) return false;
      most_blank = std::max(most_blank, spaces);
      ++breaks;
      ++at_;
      continue;
    }
    const bool outside = spaces <= indent;
    if (own == 0) {
      if (outside || most_blank > spaces) return false;
      own = spaces;
    } else if (spaces < own) {
      at_ = begin;
      return outside;
    }
    // Folding of blank lines and of deeper lines has rules of its own.
    if (fold && (spaces > own || breaks > (buffer_.empty() ? 0U : 1U))) return false;
    buffer_.append(breaks, fold ? ' ' : '\n');
    const std::size_t end = text_.find('\n', at_);
    if (end == kEnd) return false;
    if (fold && text_[end - 1] == ' ') return false;
    buffer_.append(text_, begin + own, end - begin - own);
    breaks = 1;
    at_ = end + 1;
  }
  return own > 0;
}

}  // namespace portreeve::yaml
