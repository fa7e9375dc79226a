#include "core/yaml_feed.h"

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
  const std::streamsize got = std::streambuf::xsgetn(to, count);
  for (std::streamsize i = 0; i < got; ++i) {
    switch (to[i]) {
      case '[':
      case '{':
        ++unclosed_;
        ++pending_;
        break;
      case ']':
      case '}':
        unclosed_ -= unclosed_ > 0 ? 1U : 0U;
        ++pending_;
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
  }
  const auto at = static_cast<std::size_t>(gptr() - eback());
  if (unclosed_ > kUnclosed) {
    refuse(Errc::limit, at, "more than " + std::to_string(kUnclosed) + " brackets are not closed");
  }
  if (pending_ > kPending) {
    refuse(Errc::limit, at,
           "one value with more than " + std::to_string(kPending) + " indicator characters");
  }
  return got;
}

}  // namespace portreeve::yaml
