#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/public_key.h"

namespace portreeve::verifiers {

/// One PublicKeyDetails of sigstore_common.proto that we can verify with.
struct KeyDetails {
  std::string_view name;  ///< "PKIX_ECDSA_P256_SHA_256"
  bool pkcs1;             ///< rawBytes is a bare RSAPublicKey, else SubjectPublicKeyInfo.
  crypto::KeyKind kind;
  int bits;  ///< Of an RSA key; 0: any.
  crypto::Scheme scheme;
};

/// Null for LMS, ML-DSA and whatever else we cannot verify.
const KeyDetails* find_key_details(std::string_view name) noexcept;

}  // namespace portreeve::verifiers
