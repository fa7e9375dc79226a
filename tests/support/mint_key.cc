#include "tests/support/mint_key.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

namespace portreeve::testing {
namespace {

using crypto::KeyKind;
using crypto::Scheme;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "mint: %s\n", what);
  std::abort();
}

EVP_PKEY* generate(KeyKind kind, int rsa_bits) {
  switch (kind) {
    case KeyKind::ecdsa_p256:
      return EVP_EC_gen("P-256");
    case KeyKind::ecdsa_p384:
      return EVP_EC_gen("P-384");
    case KeyKind::ecdsa_p521:
      return EVP_EC_gen("P-521");
    case KeyKind::rsa:
      return EVP_RSA_gen(static_cast<unsigned>(rsa_bits));
    case KeyKind::ed25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  return nullptr;
}

// libsodium's secret key: seed ‖ public key.
std::string sign_prehashed(EVP_PKEY* key, std::string_view message) {
  std::vector<unsigned char> seed(32);
  std::size_t size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key, seed.data(), &size) != 1) die("Ed25519 seed");
  std::vector<unsigned char> public_key(crypto_sign_PUBLICKEYBYTES);
  std::vector<unsigned char> secret_key(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(public_key.data(), secret_key.data(), seed.data());
  crypto_sign_state state;
  crypto_sign_init(&state);
  crypto_sign_update(&state, reinterpret_cast<const unsigned char*>(message.data()),
                     message.size());
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_final_create(&state, reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                           secret_key.data());
  return signature;
}

const EVP_MD* hash_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::ecdsa_sha256:
    case Scheme::rsa_pkcs1_sha256:
    case Scheme::rsa_pss_sha256:
      return EVP_sha256();
    case Scheme::ecdsa_sha384:
    case Scheme::rsa_pkcs1_sha384:
    case Scheme::rsa_pss_sha384:
      return EVP_sha384();
    case Scheme::ecdsa_sha512:
    case Scheme::rsa_pkcs1_sha512:
    case Scheme::rsa_pss_sha512:
      return EVP_sha512();
    case Scheme::ed25519:
    case Scheme::ed25519ph:
      return nullptr;
  }
  return nullptr;
}

bool is_pss(Scheme scheme) {
  return scheme == Scheme::rsa_pss_sha256 || scheme == Scheme::rsa_pss_sha384 ||
         scheme == Scheme::rsa_pss_sha512;
}

}  // namespace

MintKey MintKey::make(KeyKind kind, int rsa_bits) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<EVP_PKEY>> rsa_keys;
  if (kind == KeyKind::rsa) {
    const std::lock_guard lock(mutex);
    std::shared_ptr<EVP_PKEY>& key = rsa_keys[rsa_bits];
    if (key == nullptr) key.reset(generate(kind, rsa_bits), EVP_PKEY_free);
    return {kind, key};
  }
  std::shared_ptr<EVP_PKEY> key(generate(kind, rsa_bits), EVP_PKEY_free);
  if (key == nullptr) die("key generation");
  return {kind, std::move(key)};
}

std::string MintKey::sign(Scheme scheme, std::string_view message) const {
  if (scheme == Scheme::ed25519ph) return sign_prehashed(key_.get(), message);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  if (EVP_DigestSignInit(context.get(), &parameters, hash_of(scheme), nullptr, key_.get()) != 1) {
    die("sign");
  }
  if (is_pss(scheme) &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    die("PSS");
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1) die("sign");
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes, message.size()) != 1) {
    die("sign");
  }
  signature.resize(size);
  return signature;
}

std::string MintKey::spki() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string MintKey::pkcs1() const {
  unsigned char* der = nullptr;
  const int size = i2d_PublicKey(key_.get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string MintKey::public_pem() const {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

crypto::PublicKey MintKey::public_key() const {
  auto key = crypto::PublicKey::from_spki(spki());
  if (!key.ok()) die(key.error().message.c_str());
  return std::move(key).value();
}

Scheme MintKey::default_scheme() const {
  switch (kind_) {
    case KeyKind::ecdsa_p256:
      return Scheme::ecdsa_sha256;
    case KeyKind::ecdsa_p384:
      return Scheme::ecdsa_sha384;
    case KeyKind::ecdsa_p521:
      return Scheme::ecdsa_sha512;
    case KeyKind::rsa:
      return Scheme::rsa_pkcs1_sha256;
    case KeyKind::ed25519:
      return Scheme::ed25519;
  }
  return Scheme::ed25519;
}

}  // namespace portreeve::testing
