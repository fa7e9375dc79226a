#include "charts/yaml_scalar.h"

#include <algorithm>

#include "core/utf8.h"

namespace portreeve::charts {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

// A line's end within quotes, and the blanks around it.
std::size_t behind_fold(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && (is_blank(text[at]) || text[at] == '\n')) ++at;
  return at;
}

std::optional<char32_t> simple_escape(char c) noexcept {
  switch (c) {
    case '0':
      return 0;
    case 'a':
      return 7;
    case 'b':
      return 8;
    case 't':
    case '\t':
      return 9;
    case 'n':
      return 10;
    case 'v':
      return 11;
    case 'f':
      return 12;
    case 'r':
      return 13;
    case 'e':
      return 27;
    case ' ':
    case '"':
    case '/':
    case '\\':
      return static_cast<unsigned char>(c);
    case 'N':
      return 0x85;
    case '_':
      return 0xA0;
    case 'L':
      return 0x2028;
    case 'P':
      return 0x2029;
    default:
      return std::nullopt;
  }
}

std::optional<char32_t> number(std::string_view digits, std::size_t wanted) noexcept {
  if (digits.size() < wanted) return std::nullopt;
  char32_t out = 0;
  for (const char c : digits.substr(0, wanted)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    out = out * 16 + static_cast<char32_t>(digit);
  }
  if (out > 0x10FFFF || (out >= 0xD800 && out <= 0xDFFF)) return std::nullopt;
  return out;
}

// The escape at `at`, behind its backslash; false: there is none like it.
bool append_escape(std::string_view text, std::size_t& at, std::string& out) {
  const char c = text[at];
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  const auto value = digits == 0 ? simple_escape(c) : number(text.substr(at + 1), digits);
  if (!value.has_value()) return false;
  utf8::append(out, *value);
  at += 1 + digits;
  return true;
}

void fold(std::string_view text, std::size_t& at, std::string& out) {
  while (!out.empty() && is_blank(out.back())) out.pop_back();
  const std::size_t next = behind_fold(text, at);
  const auto lines = std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                text.begin() + static_cast<std::ptrdiff_t>(next), '\n');
  out.append(lines > 1 ? static_cast<std::size_t>(lines - 1) : 1, lines > 1 ? '\n' : ' ');
  at = next;
}

}  // namespace

std::optional<std::size_t> quote_end(std::string_view text, std::size_t begin, std::size_t end,
                                     char quote) noexcept {
  for (std::size_t i = begin + 1; i < end; ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= end || text[i + 1] != quote) return i;
      ++i;
    }
  }
  return std::nullopt;
}

std::optional<std::string> unquoted(std::string_view inside, char quote) {
  std::string out;
  for (std::size_t at = 0; at < inside.size();) {
    const char c = inside[at];
    if (c == '\n') {
      fold(inside, at, out);
    } else if (c == '\'' && quote == '\'') {
      out += c;
      at += 2;
    } else if (c == '\\' && quote == '"') {
      if (++at == inside.size()) return std::nullopt;
      if (inside[at] == '\n' || inside.substr(at, 2) == "\r\n") {
        at = behind_fold(inside, at);
      } else if (!append_escape(inside, at, out)) {
        return std::nullopt;
      }
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

}  // namespace portreeve::charts
