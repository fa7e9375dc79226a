#include "core/json_tokens.h"

namespace portreeve::json {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool hex4(std::string_view text, std::size_t& at, std::uint32_t& out) noexcept {
  if (text.size() - std::min(at, text.size()) < 4) return false;
  out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int value = hex_digit(text[at + i]);
    if (value < 0) return false;
    out = out * 16 + static_cast<std::uint32_t>(value);
  }
  at += 4;
  return true;
}

bool unicode_escape(std::string_view text, std::size_t start, std::size_t& at, std::string& decoded,
                    TokenError& error) {
  constexpr const char* kDigits = "\\u needs four hexadecimal digits";
  constexpr const char* kSurrogate = "lone surrogate in a string";
  std::uint32_t unit = 0;
  if (!hex4(text, at, unit)) return fail_token(error, start, kDigits);
  char32_t code = unit;
  if (unit >= 0xDC00 && unit <= 0xDFFF) return fail_token(error, start, kSurrogate);
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    std::uint32_t low = 0;
    if (text.substr(at, 2) != "\\u") return fail_token(error, start, kSurrogate);
    at += 2;
    if (!hex4(text, at, low)) return fail_token(error, start, kDigits);
    if (low < 0xDC00 || low > 0xDFFF) return fail_token(error, start, kSurrogate);
    code = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
  }
  utf8::append(decoded, code);
  return true;
}

bool escape(std::string_view text, std::size_t& at, std::string& decoded, TokenError& error) {
  const std::size_t start = at++;
  const char c = at < text.size() ? text[at] : '\0';
  ++at;
  switch (c) {
    case '"':
    case '\\':
    case '/':
      decoded += c;
      return true;
    case 'b':
      decoded += '\b';
      return true;
    case 'f':
      decoded += '\f';
      return true;
    case 'n':
      decoded += '\n';
      return true;
    case 'r':
      decoded += '\r';
      return true;
    case 't':
      decoded += '\t';
      return true;
    case 'u':
      return unicode_escape(text, start, at, decoded, error);
    default:
      return fail_token(error, start, "unknown escape in a string");
  }
}

}  // namespace

bool decode_string(std::string_view text, std::size_t start, std::size_t& at, std::string& decoded,
                   TokenError& error) {
  decoded.assign(text.substr(start + 1, at - start - 1));
  while (true) {
    if (at >= text.size()) return fail_token(error, start, "string is not closed");
    const char c = text[at];
    if (c == '"') break;
    if (c != '\\') return fail_token(error, at, "control character in a string");
    if (!escape(text, at, decoded, error)) return false;
    const std::size_t from = at;
    if (!plain_run(text, at, error)) return false;
    decoded.append(text.substr(from, at - from));
  }
  ++at;
  return true;
}

}  // namespace portreeve::json
