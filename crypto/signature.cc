// Verifying: the half of PublicKey that is called on every request.

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <array>
#include <new>

#include "crypto/der.h"
#include "crypto/openssl_init.h"
#include "crypto/public_key_state.h"

namespace portreeve::crypto {
namespace {

enum class Family : std::uint8_t { ecdsa, rsa_pkcs1, rsa_pss, ed25519 };

struct SchemeParts {
  std::string_view name;
  Family family;
  HashKind hash;  ///< Of ed25519ph too; unused for ed25519.
};

SchemeParts parts_of(Scheme scheme) noexcept {
  switch (scheme) {
    case Scheme::ecdsa_sha256:
      return {"ecdsa-sha256", Family::ecdsa, HashKind::sha256};
    case Scheme::ecdsa_sha384:
      return {"ecdsa-sha384", Family::ecdsa, HashKind::sha384};
    case Scheme::ecdsa_sha512:
      return {"ecdsa-sha512", Family::ecdsa, HashKind::sha512};
    case Scheme::rsa_pkcs1_sha256:
      return {"rsa-pkcs1-sha256", Family::rsa_pkcs1, HashKind::sha256};
    case Scheme::rsa_pkcs1_sha384:
      return {"rsa-pkcs1-sha384", Family::rsa_pkcs1, HashKind::sha384};
    case Scheme::rsa_pkcs1_sha512:
      return {"rsa-pkcs1-sha512", Family::rsa_pkcs1, HashKind::sha512};
    case Scheme::rsa_pss_sha256:
      return {"rsa-pss-sha256", Family::rsa_pss, HashKind::sha256};
    case Scheme::rsa_pss_sha384:
      return {"rsa-pss-sha384", Family::rsa_pss, HashKind::sha384};
    case Scheme::rsa_pss_sha512:
      return {"rsa-pss-sha512", Family::rsa_pss, HashKind::sha512};
    case Scheme::ed25519:
      return {"ed25519", Family::ed25519, HashKind::sha512};
    case Scheme::ed25519ph:
      return {"ed25519ph", Family::ed25519, HashKind::sha512};
  }
  return {"?", Family::ed25519, HashKind::sha512};
}

bool fits(Family family, KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::ecdsa_p256:
    case KeyKind::ecdsa_p384:
    case KeyKind::ecdsa_p521:
      return family == Family::ecdsa;
    case KeyKind::rsa:
      return family == Family::rsa_pkcs1 || family == Family::rsa_pss;
    case KeyKind::ed25519:
      return family == Family::ed25519;
  }
  return false;
}

const unsigned char* raw(std::string_view bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Fetched once: an implicit fetch at each call costs as much as a tenth of a verification.
const EVP_MD* method(HashKind kind) {
  struct Methods {
    std::array<const EVP_MD*, 3> list;
    Methods() {
      init_openssl();
      list = {EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA384", nullptr),
              EVP_MD_fetch(nullptr, "SHA512", nullptr)};
    }
  };
  static const Methods methods;
  const EVP_MD* const found = methods.list[static_cast<std::size_t>(kind)];
  if (found == nullptr) throw std::bad_alloc();
  return found;
}

Error not_signed(Scheme scheme, KeyKind kind) {
  return {Errc::unverified, "signature does not verify as " + std::string(to_string(scheme)) +
                                " under the " + std::string(to_string(kind)) + " key"};
}

Outcome verify_ed25519(Scheme scheme, std::string_view key, std::string_view message,
                       std::string_view signature) {
  if (signature.size() != crypto_sign_BYTES) {
    return Error{Errc::malformed, "Ed25519 signature of " + std::to_string(signature.size()) +
                                      " bytes, expected 64"};
  }
  bool good = false;
  if (scheme == Scheme::ed25519) {
    good = crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw(key)) == 0;
  } else {
    crypto_sign_state state;
    good = crypto_sign_init(&state) == 0 &&
           crypto_sign_update(&state, raw(message), message.size()) == 0 &&
           crypto_sign_final_verify(&state, raw(signature), raw(key)) == 0;
  }
  if (!good) return not_signed(scheme, KeyKind::ed25519);
  return Done{};
}

Outcome prepare(EVP_PKEY_CTX* context, const SchemeParts& parts) {
  bool good = context != nullptr && EVP_PKEY_verify_init(context) == 1;
  if (good && parts.family == Family::rsa_pkcs1) {
    good = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  }
  if (good && parts.family == Family::rsa_pss) {
    good = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1;
  }
  good = good && EVP_PKEY_CTX_set_signature_md(context, method(parts.hash)) == 1;
  if (good && parts.family == Family::rsa_pss) {
    good = EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  if (!good) return openssl_error(Errc::internal, "signature check");
  return Done{};
}

// One INTEGER of an ECDSA-Sig-Value.
Outcome check_ecdsa_number(der::Reader& reader, int order_bits) {
  PORTREEVE_TRY(const der::Element element, reader.expect(der::kInteger));
  PORTREEVE_TRY(const std::string_view number, der::unsigned_integer(element.content));
  if (number.empty()) return Error{Errc::malformed, "zero"};
  if (number.size() > static_cast<std::size_t>(order_bits + 7) / 8) {
    return Error{Errc::malformed, "number longer than the curve's order"};
  }
  return Done{};
}

}  // namespace

std::string_view to_string(Scheme scheme) noexcept { return parts_of(scheme).name; }

std::string_view to_string(HashKind kind) noexcept {
  switch (kind) {
    case HashKind::sha256:
      return "sha256";
    case HashKind::sha384:
      return "sha384";
    case HashKind::sha512:
      return "sha512";
  }
  return "?";
}

std::size_t size_of(HashKind kind) noexcept {
  switch (kind) {
    case HashKind::sha256:
      return 32;
    case HashKind::sha384:
      return 48;
    case HashKind::sha512:
      return 64;
  }
  return 0;
}

std::string hash(HashKind kind, std::string_view bytes) {
  std::string out(size_of(kind), '\0');
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
                 method(kind), nullptr) != 1 ||
      size != out.size()) {
    throw std::bad_alloc();
  }
  return out;
}

Outcome check_ecdsa_der(std::string_view signature, int order_bits) {
  const auto check = [&]() -> Outcome {
    PORTREEVE_TRY(const der::Element outer, der::only(signature, der::kSequence));
    der::Reader reader(outer.content);
    PORTREEVE_CHECK(check_ecdsa_number(reader, order_bits));
    PORTREEVE_CHECK(check_ecdsa_number(reader, order_bits));
    return reader.finish();
  };
  Outcome result = check();
  if (result.ok()) return result;
  return with_context(std::move(result).error(), "ECDSA signature is not a DER ECDSA-Sig-Value");
}

Outcome PublicKey::verify(Scheme scheme, std::string_view message,
                          std::string_view signature) const {
  const SchemeParts parts = parts_of(scheme);
  if (parts.family == Family::ed25519 && state_->kind == KeyKind::ed25519) {
    return verify_ed25519(scheme, state_->ed25519, message, signature);
  }
  return verify_digest(scheme, hash(parts.hash, message), signature);
}

Outcome PublicKey::verify_digest(Scheme scheme, std::string_view digest,
                                 std::string_view signature) const {
  const SchemeParts parts = parts_of(scheme);
  if (!fits(parts.family, state_->kind)) {
    return Error{Errc::unsupported, std::string(parts.name) + " does not fit the " +
                                        std::string(to_string(state_->kind)) + " key"};
  }
  if (parts.family == Family::ed25519) {
    return Error{Errc::unsupported,
                 std::string(parts.name) + " needs the whole message; only its digest is known"};
  }
  if (digest.size() != size_of(parts.hash)) {
    return Error{Errc::malformed, "digest of " + std::to_string(digest.size()) + " bytes, " +
                                      std::string(parts.name) + " signs " +
                                      std::to_string(size_of(parts.hash))};
  }
  if (parts.family == Family::ecdsa) PORTREEVE_CHECK(check_ecdsa_der(signature, state_->bits));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, state_->key.get(), nullptr));
  PORTREEVE_CHECK(prepare(context.get(), parts));
  const bool good = EVP_PKEY_verify(context.get(), raw(signature), signature.size(), raw(digest),
                                    digest.size()) == 1;
  if (good) return Done{};
  clear_openssl_errors();
  return not_signed(scheme, state_->kind);
}

std::vector<Scheme> default_schemes(const PublicKey& key) {
  switch (key.kind()) {
    case KeyKind::ecdsa_p256:
      return {Scheme::ecdsa_sha256};
    case KeyKind::ecdsa_p384:
      return {Scheme::ecdsa_sha384, Scheme::ecdsa_sha256};
    case KeyKind::ecdsa_p521:
      return {Scheme::ecdsa_sha512, Scheme::ecdsa_sha256};
    case KeyKind::rsa:
      return {Scheme::rsa_pkcs1_sha256};
    case KeyKind::ed25519:
      return {Scheme::ed25519, Scheme::ed25519ph};
  }
  return {};
}

Result<Scheme> verify_any(const PublicKey& key, std::span<const Scheme> schemes,
                          std::string_view message, std::string_view signature) {
  Outcome first = Error{Errc::unsupported, "no signature scheme to try"};
  bool tried = false;
  for (const Scheme scheme : schemes) {
    Outcome outcome = key.verify(scheme, message, signature);
    if (outcome.ok()) return scheme;
    if (!tried) first = std::move(outcome);
    tried = true;
  }
  return std::move(first).error();
}

}  // namespace portreeve::crypto
