#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve {

/// A SHA-256 digest. Bytes and text only; crypto/hash.h computes it.
class Digest {
 public:
  using Bytes = std::array<std::uint8_t, 32>;
  Digest() = default;  ///< All zeros: "nothing was digested".
  explicit Digest(const Bytes& bytes) : bytes_(bytes) {}
  /// "sha256:" + 64 lower-case hexadecimal digits (OCI image-spec, descriptor.md#digests).
  /// Errors: malformed; unsupported for other algorithms.
  static Result<Digest> parse(std::string_view text);
  std::string text() const;  ///< "sha256:…"
  std::string hex() const;
  const Bytes& bytes() const noexcept { return bytes_; }
  bool operator==(const Digest& other) const noexcept { return bytes_ == other.bytes_; }
  bool operator<(const Digest& other) const noexcept { return bytes_ < other.bytes_; }

 private:
  Bytes bytes_{};
};

/// First `digits` base32 digits (RFC 4648 §6 alphabet, lower case, no padding) of the digest.
std::string base32_prefix(const Digest& digest, std::size_t digits);

}  // namespace portreeve
