#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/hash.h"

struct evp_pkey_st;

namespace portreeve::crypto {

enum class KeyKind : std::uint8_t { ecdsa_p256, ecdsa_p384, ecdsa_p521, rsa, ed25519 };

/// "ECDSA P-256", "RSA", …
std::string_view to_string(KeyKind kind) noexcept;

/// How a signature is made. Which one applies is said by an authority or a format, never by the
/// signature itself.
enum class Scheme : std::uint8_t {
  ecdsa_sha256,  ///< FIPS 186-5 §6, signature as DER ECDSA-Sig-Value; with any of the curves.
  ecdsa_sha384,
  ecdsa_sha512,
  rsa_pkcs1_sha256,  ///< RFC 8017 §8.2.
  rsa_pkcs1_sha384,
  rsa_pkcs1_sha512,
  rsa_pss_sha256,  ///< RFC 8017 §8.1; MGF1 with the same hash, salt as long as the hash.
  rsa_pss_sha384,
  rsa_pss_sha512,
  ed25519,    ///< RFC 8032 §5.1, pure.
  ed25519ph,  ///< RFC 8032 §5.1, prehashed with SHA-512, empty context.
};

/// "ecdsa-sha256", "rsa-pss-sha512", "ed25519ph", …
std::string_view to_string(Scheme scheme) noexcept;

enum class HashKind : std::uint8_t { sha256, sha384, sha512 };
std::string_view to_string(HashKind kind) noexcept;  ///< "sha256", …
/// Bytes of the hash: 32, 48, 64.
std::size_t size_of(HashKind kind) noexcept;
/// The hash of bytes that are all here.
std::string hash(HashKind kind, std::string_view bytes);

/// A public key that we are willing to verify with. Immutable; copies share one object; safe from
/// many threads.
///
/// Kinds: ECDSA on P-256, P-384, P-521 (named curve); RSA of 2048 to 4096 bits, a multiple of 8,
/// with e = 65537; Ed25519 (no small-order point). Every parser consumes its whole input.
/// Errors of the parsers: malformed (not such an encoding, bytes left over), unsupported (another
/// algorithm, curve or size; the message names it).
class PublicKey {
 public:
  /// SubjectPublicKeyInfo (RFC 5280 §4.1), DER.
  static Result<PublicKey> from_spki(std::string_view der);
  /// Bare RSAPublicKey (RFC 8017 §A.1.1), DER, as keyDetails PKCS1_RSA_* of a trust root have it.
  static Result<PublicKey> from_pkcs1(std::string_view der);
  /// Exactly one PEM block "PUBLIC KEY" or "RSA PUBLIC KEY"; white space may surround it.
  static Result<PublicKey> from_pem(std::string_view pem);

  KeyKind kind() const noexcept;
  /// Of the curve's order, of the RSA modulus; 256 for Ed25519.
  int bits() const noexcept;
  /// SubjectPublicKeyInfo, DER. Keys are equal exactly when these bytes are.
  const std::string& spki() const noexcept;
  const Sha256& spki_sha256() const noexcept;
  /// The 32 raw bytes of an Ed25519 key (for note key ids); empty for others.
  std::string_view ed25519_bytes() const noexcept;
  bool operator==(const PublicKey& other) const noexcept { return spki() == other.spki(); }

  /// Whether `signature` is one over `message`. ECDSA signatures must be DER of two positive
  /// integers: neither r‖s, nor BER, nor bytes behind it.
  /// Errors: unverified (does not hold), malformed (no such signature), unsupported (scheme does
  /// not fit the key).
  Outcome verify(Scheme scheme, std::string_view message, std::string_view signature) const;
  /// The same for a message of which only the hash is known. ed25519 and ed25519ph cannot be
  /// verified so: unsupported. Errors also: malformed (length of the digest).
  Outcome verify_digest(Scheme scheme, std::string_view digest, std::string_view signature) const;

 private:
  friend class Certificate;
  struct State;
  /// from_spki() without building the key once more: `handle` (may be null) is shared.
  static Result<PublicKey> with_handle(std::string_view spki, evp_pkey_st* handle);
  explicit PublicKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// What a signature by this key is tried as when nobody said: ECDSA with the curve's hash, then
/// with SHA-256 (which old signers used on every curve); RSA PKCS#1 v1.5 with SHA-256. Ed25519:
/// pure, then prehashed.
std::vector<Scheme> default_schemes(const PublicKey& key);

/// The first of `schemes` that holds. Errors: the first scheme's, unsupported without any.
Result<Scheme> verify_any(const PublicKey& key, std::span<const Scheme> schemes,
                          std::string_view message, std::string_view signature);

/// Strict DER ECDSA-Sig-Value for a curve of `order_bits`: two INTEGERs, minimal, positive, no
/// longer than the order, nothing behind. Errors: malformed.
Outcome check_ecdsa_der(std::string_view signature, int order_bits);

}  // namespace portreeve::crypto
