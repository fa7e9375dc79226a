#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/byte_lanes.h"

namespace portreeve {

/// What stands in a JSON string as it is: ASCII without controls, '"' and '\\' (RFC 8259 §7).
inline bool plain_in_json(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// Of eight bytes: bits that are set if one of them is not plain. The lowest one is exact, those above
/// it may be carries.
inline std::uint64_t not_plain(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const std::uint64_t quotes = bytes ^ (kOnes * '"');
  const std::uint64_t slashes = bytes ^ (kOnes * '\\');
  return (((quotes - kOnes) & ~quotes) | ((slashes - kOnes) & ~slashes) |
          ((bytes - kOnes * 0x20U) & ~bytes) | bytes) & (kOnes * 0x80U);
}

/// Where the run of such bytes that begins at `at` ends.
inline std::size_t plain_end(std::string_view text, std::size_t at) noexcept {
  for (; text.size() - at >= ByteLane::kBytes; at += ByteLane::kBytes) {
    const std::uint32_t stop = ByteLane::whole(text.data() + at).not_plain_in_json();
    if (stop != 0) return at + static_cast<std::size_t>(__builtin_ctz(stop));
  }
  while (at < text.size() && plain_in_json(text[at])) ++at;
  return at;
}

/// Copies `text` to `out`, which has room for it. False: something in it is not plain, and what was
/// written means nothing. One pass; the last step overlaps the one before.
inline bool copy_plain(char* out, std::string_view text) noexcept {
  const std::size_t size = text.size();
  std::uint64_t stop = 0;
  const auto step = [&](std::size_t at) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    std::memcpy(out + at, &bytes, sizeof bytes);
    stop |= not_plain(bytes);
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 <= size; at += 8) step(at);
    step(size - 8);
    return stop == 0;
  }
  bool plain = true;
  for (std::size_t at = 0; at < size; ++at) {
    out[at] = text[at];
    plain = plain && plain_in_json(text[at]);
  }
  return plain;
}

}  // namespace portreeve
