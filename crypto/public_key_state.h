#pragma once

// What a PublicKey holds; for the sources of crypto/ only.

#include "crypto/openssl_ptr.h"
#include "crypto/public_key.h"

namespace portreeve::crypto {

struct PublicKey::State {
  KeyKind kind;
  int bits;
  KeyPtr key;  ///< Null for Ed25519, which libsodium verifies.
  std::string spki;
  Sha256 spki_sha256;
  std::string ed25519;
};

}  // namespace portreeve::crypto
