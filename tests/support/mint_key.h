#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "crypto/public_key.h"

namespace portreeve::testing {

/// A private key that tests sign with. Copies share one key. Keys are random: nothing may depend on
/// their bytes. RSA keys are made once per size and process, because making them is slow.
class MintKey {
 public:
  static MintKey make(crypto::KeyKind kind, int rsa_bits = 2048);

  /// A signature that PublicKey::verify() accepts for the same scheme.
  std::string sign(crypto::Scheme scheme, std::string_view message) const;
  std::string spki() const;        ///< DER.
  std::string pkcs1() const;       ///< DER, bare RSAPublicKey; RSA only.
  std::string public_pem() const;  ///< "PUBLIC KEY".
  crypto::PublicKey public_key() const;
  crypto::KeyKind kind() const { return kind_; }
  /// The scheme of the key's curve; ed25519 is pure; RSA is PKCS#1 v1.5 with SHA-256.
  crypto::Scheme default_scheme() const;
  EVP_PKEY* handle() const { return key_.get(); }

 private:
  MintKey(crypto::KeyKind kind, std::shared_ptr<EVP_PKEY> key)
      : kind_(kind), key_(std::move(key)) {}
  crypto::KeyKind kind_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace portreeve::testing
