#include "core/utf8.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace portreeve::utf8 {
namespace {

bool continuation(unsigned char byte) noexcept { return (byte & 0xC0U) == 0x80U; }

// What a terminal may act on, or a reader cannot see. U+00AD, U+034F, U+061C, U+180E and U+FEFF
// hide inside words; U+2028/9 break lines; U+E0000… are tags.
bool unprintable(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C ||
         c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  std::uint64_t all = 0;
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    all |= bytes;
  }
  for (; at < text.size(); ++at) all |= static_cast<std::uint8_t>(text[at]);
  return (all & 0x8080808080808080U) == 0;
}

std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::size_t left = text.size() - at;
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return left >= 2 && continuation(byte(1)) ? 2 : 0;
  if (lead < 0xF0) {
    if (left < 3 || !continuation(byte(1)) || !continuation(byte(2))) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead > 0xF4 || left < 4) return 0;
  if (!continuation(byte(1)) || !continuation(byte(2)) || !continuation(byte(3))) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
  if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
  return 4;
}

std::size_t first_invalid(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return kValid;
}

char32_t decode(std::string_view text, std::size_t at, std::size_t length) noexcept {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
  };
  switch (length) {
    case 1: return byte(0);
    case 2: return ((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU);
    case 3: return ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    default:
      return ((byte(0) & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
             (byte(3) & 0x3FU);
  }
}

void append(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  // Most texts are short plain ASCII, which is printable as it stands.
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (text.size() <= max_bytes && std::all_of(text.begin(), text.end(), plain)) {
    return std::string(text);
  }
  static constexpr std::string_view kEllipsis = "…";
  std::string out;
  std::size_t cut = 0;  // The last length at which the ellipsis still fits.
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    const char32_t c = length == 0 ? 0xFFFD : decode(text, i, length);
    if (out.size() + kEllipsis.size() <= max_bytes) cut = out.size();
    if (length == 0 || unprintable(c)) {
      char escaped[16];
      std::snprintf(escaped, sizeof escaped, "\\u{%04X}", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out.append(text.substr(i, length));
    }
    if (out.size() > max_bytes) {
      out.resize(cut);
      if (cut + kEllipsis.size() <= max_bytes) out += kEllipsis;
      return out;
    }
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::size_t length(std::string_view text) noexcept {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace portreeve::utf8
