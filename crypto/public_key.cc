#include "crypto/public_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <array>

#include "crypto/der.h"
#include "crypto/openssl_init.h"
#include "crypto/pem.h"
#include "crypto/public_key_state.h"

namespace portreeve::crypto {
namespace {

constexpr std::string_view kRsaOid = "1.2.840.113549.1.1.1";
constexpr std::string_view kEcOid = "1.2.840.10045.2.1";
constexpr std::string_view kEd25519Oid = "1.3.101.112";
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 4096;
constexpr std::string_view kExponent("\x01\x00\x01", 3);

struct Curve {
  std::string_view oid;
  const char* group;
  KeyKind kind;
  int bits;
  std::size_t field_bytes;
};
constexpr std::array<Curve, 3> kCurves = {{
    {"1.2.840.10045.3.1.7", "P-256", KeyKind::ecdsa_p256, 256, 32},
    {"1.3.132.0.34", "P-384", KeyKind::ecdsa_p384, 384, 48},
    {"1.3.132.0.35", "P-521", KeyKind::ecdsa_p521, 521, 66},
}};

struct Named {
  std::string_view oid;
  std::string_view name;
};
// Algorithms that a signer may really have, so that the message can name them.
constexpr std::array<Named, 15> kOthers = {{
    {"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
    {"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
    {"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
    {"2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"},
    {"1.2.840.113549.1.1.10", "RSASSA-PSS"},
    {"1.2.840.10040.4.1", "DSA"},
    {"1.3.101.110", "X25519"},
    {"1.3.101.111", "X448"},
    {"1.3.101.113", "Ed448"},
    {"1.2.840.10045.3.1.1", "P-192"},
    {"1.3.132.0.33", "P-224"},
    {"1.3.132.0.10", "secp256k1"},
    {"1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"},
    {"1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"},
    {"1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"},
}};

Error unsupported(std::string_view oid) {
  std::string shown(oid);
  for (const Named& other : kOthers) {
    if (other.oid == oid) shown = std::string(other.name) + " (" + shown + ")";
  }
  return {Errc::unsupported, "public key: unsupported algorithm " + shown +
                                 "; expected ECDSA P-256, P-384 or P-521, RSA, or Ed25519"};
}

Error malformed(std::string_view what) {
  return {Errc::malformed, "public key: " + std::string(what)};
}

// A share of a key that is there already; null without one.
KeyPtr share(EVP_PKEY* handle) {
  if (handle == nullptr || EVP_PKEY_up_ref(handle) != 1) return nullptr;
  return KeyPtr(handle);
}

Result<KeyPtr> build(const char* type, OSSL_PARAM* params) {
  init_openssl();
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) {
    return openssl_error(Errc::internal, "public key");
  }
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return openssl_error(Errc::malformed, "public key");
  }
  return KeyPtr(key);
}

Result<KeyPtr> build_ec(const Curve& curve, std::string_view point, EVP_PKEY* handle) {
  if (point.size() != 1 + 2 * curve.field_bytes || point.front() != 0x04) {
    return malformed(std::string(curve.group) + " point is not in uncompressed form");
  }
  if (handle != nullptr) return share(handle);
  std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(curve.group),
                                       0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<char*>(point.data()),
                                        point.size()),
      OSSL_PARAM_construct_end()};
  return build("EC", params.data());
}

struct ParamBuildFree {
  void operator()(OSSL_PARAM_BLD* builder) const noexcept { OSSL_PARAM_BLD_free(builder); }
};
struct ParamFree {
  void operator()(OSSL_PARAM* params) const noexcept { OSSL_PARAM_free(params); }
};

Result<KeyPtr> build_rsa(std::string_view modulus, std::string_view exponent) {
  const auto number = [](std::string_view bytes) {
    return BignumPtr(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                               static_cast<int>(bytes.size()), nullptr));
  };
  const BignumPtr n = number(modulus);
  const BignumPtr e = number(exponent);
  const std::unique_ptr<OSSL_PARAM_BLD, ParamBuildFree> builder(OSSL_PARAM_BLD_new());
  if (n == nullptr || e == nullptr || builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return openssl_error(Errc::internal, "public key");
  }
  const std::unique_ptr<OSSL_PARAM, ParamFree> params(OSSL_PARAM_BLD_to_param(builder.get()));
  return build("RSA", params.get());
}

int bit_length(std::string_view number) {
  if (number.empty()) return 0;
  int top = 8;
  while (top > 0 && (static_cast<std::uint8_t>(number[0]) >> (top - 1)) == 0) --top;
  return static_cast<int>(number.size() - 1) * 8 + top;
}

struct RsaKey {
  KeyPtr key;
  int bits;
};

// RSAPublicKey: SEQUENCE { INTEGER n, INTEGER e }.
Result<RsaKey> read_rsa(std::string_view pkcs1, EVP_PKEY* handle) {
  PORTREEVE_TRY(const der::Element outer, der::only(pkcs1, der::kSequence));
  der::Reader reader(outer.content);
  PORTREEVE_TRY(const der::Element n, reader.expect(der::kInteger));
  PORTREEVE_TRY(const der::Element e, reader.expect(der::kInteger));
  PORTREEVE_CHECK(reader.finish());
  PORTREEVE_TRY(const std::string_view modulus, der::unsigned_integer(n.content));
  PORTREEVE_TRY(const std::string_view exponent, der::unsigned_integer(e.content));
  const int bits = bit_length(modulus);
  if (bits < kMinRsaBits || bits > kMaxRsaBits || bits % 8 != 0) {
    return Error{Errc::unsupported, "public key: RSA of " + std::to_string(bits) +
                                        " bits; expected 2048 to 4096, a multiple of 8"};
  }
  if (exponent != kExponent) {
    return Error{Errc::unsupported, "public key: RSA exponent; expected 65537"};
  }
  if (handle != nullptr) return RsaKey{share(handle), bits};
  PORTREEVE_TRY(KeyPtr key, build_rsa(modulus, exponent));
  return RsaKey{std::move(key), bits};
}

Outcome check_ed25519(std::string_view bytes) {
  if (bytes.size() != crypto_sign_PUBLICKEYBYTES)
    return malformed("Ed25519 key is not 32 bytes long");
  if (sodium_init() < 0) return Error{Errc::internal, "libsodium does not start"};
  // Also refuses points of small order, under which one signature fits every message.
  if (crypto_core_ed25519_is_valid_point(reinterpret_cast<const unsigned char*>(bytes.data())) !=
      1) {
    return malformed("Ed25519 key is no point of the main subgroup");
  }
  return Done{};
}

Result<const Curve*> find_curve(std::string_view parameters) {
  Result<der::Element> oid = der::only(parameters, der::kOid);
  if (!oid.ok()) {
    return Error{Errc::unsupported, "public key: EC key without a named curve"};
  }
  PORTREEVE_TRY(const std::string text, der::oid_text(oid.value().content));
  for (const Curve& curve : kCurves) {
    if (curve.oid == text) return &curve;
  }
  return unsupported(text);
}

}  // namespace

Result<PublicKey> PublicKey::from_spki(std::string_view der) { return with_handle(der, nullptr); }

Result<PublicKey> PublicKey::with_handle(std::string_view der, EVP_PKEY* handle) {
  PORTREEVE_TRY(const der::Element outer, der::only(der, der::kSequence));
  der::Reader reader(outer.content);
  PORTREEVE_TRY(const der::Element algorithm, reader.expect(der::kSequence));
  PORTREEVE_TRY(const der::Element bit_string, reader.expect(der::kBitString));
  PORTREEVE_CHECK(reader.finish());
  PORTREEVE_TRY(const std::string_view bits, der::whole_bits(bit_string.content));
  der::Reader inside(algorithm.content);
  PORTREEVE_TRY(const der::Element oid_element, inside.expect(der::kOid));
  PORTREEVE_TRY(const std::string oid, der::oid_text(oid_element.content));
  const std::string_view parameters = algorithm.content.substr(oid_element.whole.size());

  State state{KeyKind::ed25519, 256, nullptr, std::string(der), sha256(der), {}};
  if (oid == kEcOid) {
    PORTREEVE_TRY(const Curve* const curve, find_curve(parameters));
    PORTREEVE_TRY(state.key, build_ec(*curve, bits, handle));
    state.kind = curve->kind;
    state.bits = curve->bits;
  } else if (oid == kRsaOid) {
    if (parameters != std::string_view("\x05\x00", 2))
      return malformed("RSA parameters are not NULL");
    PORTREEVE_TRY(RsaKey rsa, read_rsa(bits, handle));
    state.kind = KeyKind::rsa;
    state.bits = rsa.bits;
    state.key = std::move(rsa.key);
  } else if (oid == kEd25519Oid) {
    if (!parameters.empty()) return malformed("Ed25519 with parameters");
    PORTREEVE_CHECK(check_ed25519(bits));
    state.ed25519 = std::string(bits);
  } else {
    return unsupported(oid);
  }
  return PublicKey(std::make_shared<const State>(std::move(state)));
}

Result<PublicKey> PublicKey::from_pkcs1(std::string_view der) {
  PORTREEVE_TRY(RsaKey rsa, read_rsa(der, nullptr));
  // AlgorithmIdentifier { rsaEncryption, NULL }
  static constexpr std::string_view kAlgorithm(
      "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 15);
  std::string content(kAlgorithm);
  der::append(content, der::kBitString, std::string(1, '\0') + std::string(der));
  std::string spki;
  der::append(spki, der::kSequence, content);
  const Sha256 digest = sha256(spki);
  return PublicKey(std::make_shared<const State>(
      State{KeyKind::rsa, rsa.bits, std::move(rsa.key), std::move(spki), digest, {}}));
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  PORTREEVE_TRY(const PemBlock block, parse_pem(pem));
  if (block.label == "PUBLIC KEY") return from_spki(block.bytes);
  if (block.label == "RSA PUBLIC KEY") return from_pkcs1(block.bytes);
  return malformed("PEM block \"" + block.label +
                   "\"; expected \"PUBLIC KEY\" or \"RSA PUBLIC KEY\"");
}

KeyKind PublicKey::kind() const noexcept { return state_->kind; }
int PublicKey::bits() const noexcept { return state_->bits; }
const std::string& PublicKey::spki() const noexcept { return state_->spki; }
const Sha256& PublicKey::spki_sha256() const noexcept { return state_->spki_sha256; }
std::string_view PublicKey::ed25519_bytes() const noexcept { return state_->ed25519; }

std::string_view to_string(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::ecdsa_p256:
      return "ECDSA P-256";
    case KeyKind::ecdsa_p384:
      return "ECDSA P-384";
    case KeyKind::ecdsa_p521:
      return "ECDSA P-521";
    case KeyKind::rsa:
      return "RSA";
    case KeyKind::ed25519:
      return "Ed25519";
  }
  return "?";
}

}  // namespace portreeve::crypto
