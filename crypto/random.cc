#include "crypto/random.h"

#include <openssl/rand.h>

#include <limits>

#include "crypto/openssl_init.h"

namespace portreeve::crypto {

Outcome fill_random(std::span<unsigned char> bytes) {
  init_openssl();
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return openssl_error(Errc::internal, "no random bytes");
  }
  return Done{};
}

}  // namespace portreeve::crypto
