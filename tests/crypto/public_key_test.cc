#include "crypto/public_key.h"

#include <gtest/gtest.h>

#include "core/base64.h"
#include "crypto/der.h"
#include "crypto/pem.h"
#include "tests/support/mint_certificate.h"
#include "tests/support/mint_key.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using portreeve::testing::der_value;
using portreeve::testing::expect_error;
using portreeve::testing::expect_ok;
using portreeve::testing::MintKey;

constexpr KeyKind kKinds[] = {KeyKind::ecdsa_p256, KeyKind::ecdsa_p384, KeyKind::ecdsa_p521,
                              KeyKind::rsa, KeyKind::ed25519};

// SubjectPublicKeyInfo of an algorithm OID's content bytes.
std::string spki_of(std::string_view oid, std::string_view parameters, std::string_view bits) {
  return der_value(der::kSequence,
                   der_value(der::kSequence, der_value(der::kOid, oid) + std::string(parameters)) +
                       der_value(der::kBitString, std::string(1, '\0') + std::string(bits)));
}

TEST(PublicKey, ReadsEveryKind) {
  for (const KeyKind kind : kKinds) {
    const MintKey mint = MintKey::make(kind);
    for (const auto& key :
         {PublicKey::from_spki(mint.spki()), PublicKey::from_pem(mint.public_pem()),
          PublicKey::from_pem("\n " + mint.public_pem() + "\n\n")}) {
      ASSERT_TRUE(key.ok()) << key.error().message;
      EXPECT_EQ(key.value().kind(), kind);
      EXPECT_EQ(key.value().spki(), mint.spki());
      EXPECT_EQ(key.value().spki_sha256(), sha256(mint.spki()));
      EXPECT_EQ(key.value().ed25519_bytes().size(), kind == KeyKind::ed25519 ? 32U : 0U);
    }
  }
}

TEST(PublicKey, ReadsPkcs1) {
  const MintKey mint = MintKey::make(KeyKind::rsa, 3072);
  const auto key = PublicKey::from_pkcs1(mint.pkcs1());
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(key.value().bits(), 3072);
  EXPECT_EQ(key.value().spki(), mint.spki());
  const std::string pem = "-----BEGIN RSA PUBLIC KEY-----\n" + to_base64(mint.pkcs1()) +
                          "\n-----END RSA PUBLIC KEY-----\n";
  EXPECT_EQ(PublicKey::from_pem(pem).value(), key.value());
  expect_error(PublicKey::from_spki(mint.pkcs1()), Errc::malformed, "DER");
  expect_error(PublicKey::from_pkcs1(mint.spki()), Errc::malformed, "DER");
}

TEST(PublicKey, RefusesBytesLeftOverAndBer) {
  for (const KeyKind kind : kKinds) {
    const std::string spki = MintKey::make(kind).spki();
    expect_error(PublicKey::from_spki(spki + std::string(1, '\0')), Errc::malformed, "left over");
    expect_error(PublicKey::from_spki(spki.substr(0, spki.size() - 1)), Errc::malformed,
                 "cut short");
  }
  const MintKey rsa = MintKey::make(KeyKind::rsa);
  expect_error(PublicKey::from_pkcs1(rsa.pkcs1() + "x"), Errc::malformed, "left over");
  expect_error(PublicKey::from_spki(""), Errc::malformed, "DER");
}

TEST(PublicKey, RefusesOtherAlgorithmsByName) {
  expect_error(PublicKey::from_spki(
                   spki_of("\x60\x86\x48\x01\x65\x03\x04\x03\x12", "", std::string(1952, 'k'))),
               Errc::unsupported, "unsupported algorithm ML-DSA-65");
  expect_error(PublicKey::from_spki(spki_of("\x2b\x65\x71", "", std::string(57, 'k'))),
               Errc::unsupported, "Ed448");
  expect_error(PublicKey::from_spki(spki_of("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "", "x")),
               Errc::unsupported, "RSASSA-PSS");
  const std::string ec = "\x2a\x86\x48\xce\x3d\x02\x01";
  expect_error(PublicKey::from_spki(spki_of(ec, der_value(der::kOid, {"\x2b\x81\x04\x00\x0a", 5}),
                                            std::string(65, '\4'))),
               Errc::unsupported, "secp256k1");
  expect_error(
      PublicKey::from_spki(spki_of(ec, der_value(der::kSequence, ""), std::string(65, '\4'))),
      Errc::unsupported, "named curve");
  expect_error(PublicKey::from_spki(spki_of("\x2a\x03\x04", "", "x")), Errc::unsupported,
               "1.2.3.4");
}

TEST(PublicKey, RefusesRsaOfOtherSizesAndExponents) {
  const auto pkcs1 = [](const std::string& modulus, const std::string& exponent) {
    return der_value(der::kSequence,
                     der_value(der::kInteger, modulus) + der_value(der::kInteger, exponent));
  };
  const std::string exponent("\x01\x00\x01", 3);
  const auto modulus = [](std::size_t bytes) {
    return std::string(1, '\0') + std::string(bytes, '\xff');
  };
  expect_ok(PublicKey::from_pkcs1(pkcs1(modulus(256), exponent)));
  expect_ok(PublicKey::from_pkcs1(pkcs1(modulus(512), exponent)));
  expect_error(PublicKey::from_pkcs1(pkcs1(modulus(128), exponent)), Errc::unsupported,
               "RSA of 1024 bits");
  expect_error(PublicKey::from_pkcs1(pkcs1(modulus(513), exponent)), Errc::unsupported,
               "RSA of 4104 bits");
  expect_error(PublicKey::from_pkcs1(pkcs1("\x7f" + std::string(255, '\xff'), exponent)),
               Errc::unsupported, "RSA of 2047 bits");
  expect_error(PublicKey::from_pkcs1(pkcs1("\x0f" + std::string(256, '\xff'), exponent)),
               Errc::unsupported, "RSA of 2052 bits");
  expect_error(PublicKey::from_pkcs1(pkcs1(modulus(256), "\x03")), Errc::unsupported, "65537");
  expect_error(PublicKey::from_pkcs1(pkcs1("\xff" + std::string(255, '\xff'), exponent)),
               Errc::malformed, "negative");
}

TEST(PublicKey, RefusesPointsThatAreNone) {
  std::string spki = MintKey::make(KeyKind::ecdsa_p256).spki();
  spki.back() = static_cast<char>(spki.back() ^ 1);
  EXPECT_FALSE(PublicKey::from_spki(spki).ok());
  const std::string good = MintKey::make(KeyKind::ecdsa_p256).spki();
  std::string compressed = good.substr(good.size() - 65, 33);
  compressed[0] = 2;
  expect_error(PublicKey::from_spki(
                   spki_of("\x2a\x86\x48\xce\x3d\x02\x01",
                           der_value(der::kOid, "\x2a\x86\x48\xce\x3d\x03\x01\x07"), compressed)),
               Errc::malformed, "uncompressed");
}

// RFC 3279 §2.3.1: NULL for RSA; RFC 8410 §3: none for Ed25519.
TEST(PublicKey, ParametersAreTheStandards) {
  const std::string rsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
  const MintKey rsa_key = MintKey::make(KeyKind::rsa);
  EXPECT_EQ(spki_of(rsa, der_value(der::kNull, ""), rsa_key.pkcs1()), rsa_key.spki());
  expect_error(PublicKey::from_spki(spki_of(rsa, "", rsa_key.pkcs1())), Errc::malformed,
               "not NULL");
  const PublicKey edwards = MintKey::make(KeyKind::ed25519).public_key();
  expect_error(PublicKey::from_spki(
                   spki_of("\x2b\x65\x70", der_value(der::kNull, ""), edwards.ed25519_bytes())),
               Errc::malformed, "with parameters");
}

// Under such a key A=1, R=1, S=0 is a signature of every message; OpenSSL accepts it.
TEST(PublicKey, RefusesSmallOrderEd25519) {
  const auto spki = [](const std::string& bytes) { return spki_of("\x2b\x65\x70", "", bytes); };
  std::string identity(32, '\0');
  identity[0] = 1;
  expect_error(PublicKey::from_spki(spki(identity)), Errc::malformed, "subgroup");
  expect_error(PublicKey::from_spki(spki(std::string(32, '\0'))), Errc::malformed, "subgroup");
  expect_error(PublicKey::from_spki(spki(std::string(31, 'x'))), Errc::malformed, "32 bytes");
}

TEST(PublicKey, PemIsExactlyOneBlock) {
  const std::string pem = MintKey::make(KeyKind::ecdsa_p256).public_pem();
  expect_error(PublicKey::from_pem(""), Errc::malformed, "BEGIN");
  expect_error(PublicKey::from_pem("text\n" + pem), Errc::malformed, "BEGIN");
  expect_error(PublicKey::from_pem(pem + "text"), Errc::malformed, "exactly one block");
  expect_error(PublicKey::from_pem(pem + pem), Errc::malformed, "exactly one block");
  std::string other = pem;
  other.replace(other.find("END PUBLIC KEY"), 14, "END PRIVAT KEY");
  expect_error(PublicKey::from_pem(other), Errc::malformed, "END line");
  expect_error(
      PublicKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
      Errc::malformed, "expected \"PUBLIC KEY\"");
  expect_error(
      PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nProc-Type: x\n-----END PUBLIC KEY-----\n"),
      Errc::malformed, "PEM");
}

TEST(PublicKey, DefaultSchemesAreCurveHashThenSha256) {
  const auto of = [](KeyKind kind) { return default_schemes(MintKey::make(kind).public_key()); };
  EXPECT_EQ(of(KeyKind::ecdsa_p256), std::vector<Scheme>{Scheme::ecdsa_sha256});
  EXPECT_EQ(of(KeyKind::ecdsa_p384),
            (std::vector<Scheme>{Scheme::ecdsa_sha384, Scheme::ecdsa_sha256}));
  EXPECT_EQ(of(KeyKind::ecdsa_p521),
            (std::vector<Scheme>{Scheme::ecdsa_sha512, Scheme::ecdsa_sha256}));
  EXPECT_EQ(of(KeyKind::rsa), std::vector<Scheme>{Scheme::rsa_pkcs1_sha256});
  EXPECT_EQ(of(KeyKind::ed25519), (std::vector<Scheme>{Scheme::ed25519, Scheme::ed25519ph}));
}

}  // namespace
}  // namespace portreeve::crypto
