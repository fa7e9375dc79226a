#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace portreeve::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 of bytes that are all here.
Sha256 sha256(std::string_view bytes);
/// Lower-case hexadecimal.
std::string to_hex(const Sha256& hash);
/// to_hex(sha256(bytes)).
std::string sha256_hex(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. A failure inside OpenSSL (out of memory) throws
/// std::bad_alloc: a hash is never silently wrong.
class Sha256Stream {
 public:
  Sha256Stream();
  void update(std::string_view bytes);
  /// The hash of everything so far; starts anew afterwards.
  Sha256 finish();

 private:
  void start();

  DigestContextPtr context_;
};

}  // namespace portreeve::crypto
