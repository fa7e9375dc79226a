#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace portreeve {

/// What stands in a JSON string as it is: ASCII without controls, '"' and '\\' (RFC 8259 §7).
inline bool plain_in_json(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Where the run of such bytes that begins at `at` ends. Eight bytes at a time: the lowest bit that
/// the arithmetic sets is exact, those above it may be carries.
inline std::size_t plain_end(std::string_view text, std::size_t at) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = kOnes * 0x80U;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const std::uint64_t quotes = bytes ^ (kOnes * '"');
    const std::uint64_t slashes = bytes ^ (kOnes * '\\');
    const std::uint64_t stop = (((quotes - kOnes) & ~quotes) | ((slashes - kOnes) & ~slashes) |
                                ((bytes - kOnes * 0x20U) & ~bytes) | bytes) & kHighs;
    if (stop == 0) continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return at + static_cast<std::size_t>(__builtin_ctzll(stop)) / 8;
#else
    break;
#endif
  }
  while (at < text.size() && plain_in_json(text[at])) ++at;
  return at;
}

}  // namespace portreeve
