#pragma once

#include <cstdint>
#include <string_view>

namespace portreeve::sbom {

/// FNV-1a, 64 bit: only spreads references. Who prepares collisions gains nothing, because equal
/// hashes are ordered by text.
inline std::uint64_t ref_hash(std::string_view text) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return hash;
}

}  // namespace portreeve::sbom
