#include "core/yaml_feed.h"

#include <algorithm>
#include <utility>

#include "core/utf8.h"

namespace portreeve::yaml {

void refuse(Errc code, std::size_t offset, std::string message) {
  throw Refusal{Error{code, std::move(message)}, offset};
}

// yaml-cpp takes U+0004 for the end of the text. Where it reads on, the API server's reader sees a
// line break at U+0085, U+2028, U+2029 and a lone CR: one of these in a comment would hide a line
// from us that the cluster obeys.
void check_characters(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF")
    refuse(Errc::malformed, 0, "byte order mark before the text");
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    const std::size_t length = utf8::sequence_length(text, i);
    if (length == 0) refuse(Errc::malformed, i, "invalid UTF-8");
    const char32_t c = utf8::decode(text, i, length);
    if (c == '\r' && text.substr(i, 2) != "\r\n") refuse(Errc::malformed, i, "CR without LF");
    const bool space = c == '\t' || c == '\n' || c == '\r';
    const bool control = (c < 0x20 && !space) || (c >= 0x7F && c < 0xA0);
    if (control || c == 0x2028 || c == 0x2029 || c == 0xFFFE || c == 0xFFFF) {
      refuse(
          Errc::malformed, i,
          "character " + utf8::printable(text.substr(i, length), 16) + "; write it as an escape");
    }
    i += length;
  }
}

namespace {

// Steps over anchors, white space and comments, and over tags when asked.
std::size_t skip_properties(std::string_view text, std::size_t at, bool tags) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  while (at < text.size()) {
    const char c = text[at];
    if (c == '&' || (c == '!' && tags)) {
      at = text.find_first_of(kSpace, at);
    } else if (c == '#') {
      at = text.find('\n', at);
    } else if (kSpace.find(c) == std::string_view::npos) {
      break;
    } else {
      ++at;
    }
  }
  return at < text.size() ? at : text.size();
}

// Behind the closing quote of what begins at `open`; beyond the text when there is none, `open`
// itself when it is not quoted.
std::size_t quote_end(std::string_view text, std::size_t open) noexcept {
  const char quote = open < text.size() ? text[open] : ' ';
  if (quote != '"' && quote != '\'') return open;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || text.substr(i + 1, 1) != "'") return i + 1;
      ++i;
    }
  }
  return text.size() + 1;
}

}  // namespace

bool null_is_written(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return false;
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (text.substr(at, word.size()) != word) continue;
    const std::string_view rest = text.substr(at + word.size(), 1);
    return rest.empty() || rest.find_first_of(" \t\r\n,]}") == 0;
  }
  return false;
}

bool has_tag(std::string_view text, std::size_t at) noexcept {
  at = skip_properties(text, at, false);
  return at < text.size() && text[at] == '!';
}

void check_quote(std::string_view text, std::size_t at) {
  const std::size_t open = skip_properties(text, at, true);
  if (quote_end(text, open) > text.size()) refuse(Errc::malformed, open, "quote is not closed");
}

void check_quoted_end(std::string_view text, std::size_t at) {
  const std::size_t open = skip_properties(text, at, true);
  const std::size_t end = quote_end(text, open);
  if (end == open || end > text.size()) return;
  int breaks = 0;
  for (std::size_t i = end - 2; i > open; --i) {
    if (text[i] == '\n') ++breaks;
    if (std::string_view(" \t\r\n").find(text[i]) == std::string_view::npos) break;
  }
  if (breaks > 1) refuse(Errc::malformed, open, "blank lines before the closing quote");
}

void check_colon(std::string_view text, std::size_t at, std::size_t size) {
  const std::size_t from = skip_properties(text, at, true);
  std::size_t end = quote_end(text, from);
  if (end == from) end = from + size;
  if (text.substr(from, 1) == "*") end = text.find_first_of(" \t\r\n", from);
  end = text.find_first_not_of(" \t", std::min(end, text.size()));
  if (end == std::string_view::npos || text[end] != ':') {
    refuse(Errc::malformed, at, "expected ':' after a key");
  }
}

namespace {

// What may still turn out to be a key, a whole flow collection included, is kept by yaml-cpp as
// tokens (about 90 bytes each) before it reports the first, and our limits see nothing: 20 MiB of
// '[' would cost 4 GiB. A block scalar is one event too, so the bounds leave room for text.
//
// Tried with 1 MiB each: every indicator alone, doubled, with a blank, with a line break; nesting
// of every kind open and closed; long and many keys, scalars of each style, blank lines, comments,
// documents, directives, tags, anchors, aliases, numbers. All are linear; the slowest, "[1,1,1,…]",
// takes half a second and 140 MB.
constexpr std::size_t kPending = 1'000'000;
constexpr std::size_t kUnclosed = 10'000;

}  // namespace

Feed::Feed(const std::string& text) {
  char* begin = const_cast<char*>(text.data());  // A get area is never written to.
  setg(begin, begin, begin + text.size());
}

std::streamsize Feed::xsgetn(char* to, std::streamsize count) {
  const char* from = gptr();
  const std::streamsize got = std::streambuf::xsgetn(to, count);
  for (; from != gptr(); ++from) {
    switch (*from) {
      case '[':
      case '{':
        ++pending_;
        ++unclosed_;
        break;
      case ']':
      case '}':
        ++pending_;
        unclosed_ -= unclosed_ > 0 ? 1U : 0U;
        break;
      case ',':
      case ':':
      case '!':
      case '&':
      case '*':
      case '"':
      case '\'':
        ++pending_;
        break;
      default:
        break;
    }
    const auto at = static_cast<std::size_t>(from - eback());
    if (unclosed_ > kUnclosed) {
      refuse(Errc::limit, at,
             "more than " + std::to_string(kUnclosed) + " brackets are not closed");
    }
    if (pending_ > kPending) {
      refuse(Errc::limit, at,
             "one value with more than " + std::to_string(kPending) + " indicator characters");
    }
  }
  return got;
}

}  // namespace portreeve::yaml
