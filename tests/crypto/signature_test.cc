#include <gtest/gtest.h>

#include <array>

#include "crypto/der.h"
#include "crypto/public_key.h"
#include "tests/support/mint_certificate.h"
#include "tests/support/mint_key.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using portreeve::testing::der_value;
using portreeve::testing::expect_error;
using portreeve::testing::expect_ok;
using portreeve::testing::MintKey;

constexpr std::string_view kMessage = "a signed message";

struct Row {
  KeyKind kind;
  Scheme scheme;
  HashKind hash;
};
constexpr std::array<Row, 15> kRows = {{
    {KeyKind::ecdsa_p256, Scheme::ecdsa_sha256, HashKind::sha256},
    {KeyKind::ecdsa_p256, Scheme::ecdsa_sha384, HashKind::sha384},
    {KeyKind::ecdsa_p384, Scheme::ecdsa_sha384, HashKind::sha384},
    {KeyKind::ecdsa_p384, Scheme::ecdsa_sha256, HashKind::sha256},
    {KeyKind::ecdsa_p521, Scheme::ecdsa_sha512, HashKind::sha512},
    {KeyKind::ecdsa_p521, Scheme::ecdsa_sha256, HashKind::sha256},
    {KeyKind::rsa, Scheme::rsa_pkcs1_sha256, HashKind::sha256},
    {KeyKind::rsa, Scheme::rsa_pkcs1_sha384, HashKind::sha384},
    {KeyKind::rsa, Scheme::rsa_pkcs1_sha512, HashKind::sha512},
    {KeyKind::rsa, Scheme::rsa_pss_sha256, HashKind::sha256},
    {KeyKind::rsa, Scheme::rsa_pss_sha384, HashKind::sha384},
    {KeyKind::rsa, Scheme::rsa_pss_sha512, HashKind::sha512},
    {KeyKind::ed25519, Scheme::ed25519, HashKind::sha512},
    {KeyKind::ed25519, Scheme::ed25519ph, HashKind::sha512},
    {KeyKind::ecdsa_p256, Scheme::ecdsa_sha512, HashKind::sha512},
}};

TEST(Signature, EverySchemeHoldsAndNoOtherDoes) {
  for (const Row& row : kRows) {
    const MintKey mint = MintKey::make(row.kind);
    const PublicKey key = mint.public_key();
    const std::string signature = mint.sign(row.scheme, kMessage);
    SCOPED_TRACE(std::string(to_string(row.scheme)) + " under " + std::string(to_string(row.kind)));
    expect_ok(key.verify(row.scheme, kMessage, signature));
    EXPECT_FALSE(key.verify(row.scheme, "another message", signature).ok());
    for (const Row& other : kRows) {
      if (other.scheme == row.scheme) continue;
      EXPECT_FALSE(key.verify(other.scheme, kMessage, signature).ok()) << to_string(other.scheme);
    }
    const MintKey stranger =
        row.kind == KeyKind::rsa ? MintKey::make(row.kind, 3072) : MintKey::make(row.kind);
    EXPECT_FALSE(stranger.public_key().verify(row.scheme, kMessage, signature).ok());
  }
}

TEST(Signature, DigestFormIsTheSame) {
  for (const Row& row : kRows) {
    const MintKey mint = MintKey::make(row.kind);
    const PublicKey key = mint.public_key();
    const std::string signature = mint.sign(row.scheme, kMessage);
    const std::string digest = hash(row.hash, kMessage);
    SCOPED_TRACE(to_string(row.scheme));
    if (row.kind == KeyKind::ed25519) {
      expect_error(key.verify_digest(row.scheme, digest, signature), Errc::unsupported,
                   "whole message");
      continue;
    }
    expect_ok(key.verify_digest(row.scheme, digest, signature));
    expect_error(key.verify_digest(row.scheme, digest + "x", signature), Errc::malformed,
                 "digest of");
    std::string wrong = digest;
    wrong[0] = static_cast<char>(wrong[0] ^ 1);
    expect_error(key.verify_digest(row.scheme, wrong, signature), Errc::unverified,
                 "does not verify");
  }
}

TEST(Signature, EveryBitAndEveryLengthCounts) {
  for (const Row& row : kRows) {
    const MintKey mint = MintKey::make(row.kind);
    const PublicKey key = mint.public_key();
    const std::string signature = mint.sign(row.scheme, kMessage);
    SCOPED_TRACE(to_string(row.scheme));
    const std::size_t step =
        row.kind == KeyKind::ecdsa_p256 || row.kind == KeyKind::ed25519 ? 1 : 29;
    for (std::size_t bit = 0; bit < 8 * signature.size(); bit += step) {
      std::string broken = signature;
      broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(key.verify(row.scheme, kMessage, broken).ok()) << bit;
    }
    for (std::size_t size = 0; size < signature.size(); size += step) {
      EXPECT_FALSE(key.verify(row.scheme, kMessage, signature.substr(0, size)).ok()) << size;
    }
    EXPECT_FALSE(key.verify(row.scheme, kMessage, signature + std::string(1, '\0')).ok());
    EXPECT_FALSE(key.verify(row.scheme, kMessage, signature + signature).ok());
  }
}

/// The two numbers of a DER signature.
struct Numbers {
  std::string r, s;
};

Numbers numbers_of(const std::string& signature) {
  const auto outer = der::only(signature, der::kSequence);
  der::Reader reader(outer.value().content);
  const auto r = reader.next();
  const auto s = reader.next();
  return {std::string(r.value().content), std::string(s.value().content)};
}

std::string joined(const std::string& r, const std::string& s) {
  return der_value(der::kSequence, der_value(der::kInteger, r) + der_value(der::kInteger, s));
}

std::string fixed(const std::string& number, std::size_t width) {
  const std::string plain = number[0] == 0 ? number.substr(1) : number;
  return std::string(width - plain.size(), '\0') + plain;
}

// cosign accepts r‖s; some libraries accept BER, and negative numbers modulo the order.
TEST(Signature, EcdsaIsStrictDer) {
  const MintKey mint = MintKey::make(KeyKind::ecdsa_p256);
  const PublicKey key = mint.public_key();
  const std::string good = mint.sign(Scheme::ecdsa_sha256, kMessage);
  const auto [r, s] = numbers_of(good);
  const auto refused = [&](const std::string& signature, std::string_view why) {
    SCOPED_TRACE(why);
    expect_error(key.verify(Scheme::ecdsa_sha256, kMessage, signature), Errc::malformed,
                 "not a DER ECDSA-Sig-Value");
    expect_error(check_ecdsa_der(signature, 256), Errc::malformed, why);
  };
  expect_ok(key.verify(Scheme::ecdsa_sha256, kMessage, joined(r, s)));
  expect_error(key.verify(Scheme::ecdsa_sha256, kMessage, fixed(r, 32) + fixed(s, 32)),
               Errc::malformed, "not a DER");
  refused(good + std::string(1, '\0'), "left over");
  refused(der_value(der::kSequence, good.substr(2) + der_value(der::kNull, "")), "left over");
  refused("\x30\x81" + good.substr(1), "not minimal");
  refused(std::string("\x30\x80", 2) + good.substr(2) + std::string(2, '\0'), "indefinite");
  refused(joined(std::string(1, '\0') + fixed(r, 32).insert(0, 1, '\0'), s), "not minimal");
  refused(joined("\x80" + std::string(31, '\1'), s), "negative");
  refused(joined(r, "\xff"), "negative");
  refused(joined(std::string(1, '\0'), s), "zero");
  refused(joined(r, std::string(1, '\0')), "zero");
  refused(joined(r, "\x01" + fixed(s, 32)), "longer than the curve");
  refused("", "DER");
}

TEST(Signature, SchemeMustFitTheKey) {
  const PublicKey ecdsa = MintKey::make(KeyKind::ecdsa_p256).public_key();
  const PublicKey edwards = MintKey::make(KeyKind::ed25519).public_key();
  expect_error(ecdsa.verify(Scheme::rsa_pkcs1_sha256, kMessage, "x"), Errc::unsupported,
               "does not fit");
  expect_error(ecdsa.verify(Scheme::ed25519, kMessage, "x"), Errc::unsupported, "does not fit");
  expect_error(edwards.verify(Scheme::ecdsa_sha256, kMessage, "x"), Errc::unsupported,
               "does not fit");
  expect_error(edwards.verify(Scheme::ed25519, kMessage, "x"), Errc::malformed, "expected 64");
}

// OpenSSL 3.0 verifies "Ed25519ph" as pure, without an error.
TEST(Signature, Ed25519PureAndPrehashedAreTwoSchemes) {
  const MintKey mint = MintKey::make(KeyKind::ed25519);
  const PublicKey key = mint.public_key();
  expect_error(key.verify(Scheme::ed25519ph, kMessage, mint.sign(Scheme::ed25519, kMessage)),
               Errc::unverified, "ed25519ph");
  expect_error(key.verify(Scheme::ed25519, kMessage, mint.sign(Scheme::ed25519ph, kMessage)),
               Errc::unverified, "as ed25519 under");
}

TEST(Signature, VerifyAnyNamesTheSchemeThatHolds) {
  const MintKey mint = MintKey::make(KeyKind::ecdsa_p384);
  const PublicKey key = mint.public_key();
  const std::vector<Scheme> schemes = default_schemes(key);
  EXPECT_EQ(verify_any(key, schemes, kMessage, mint.sign(Scheme::ecdsa_sha384, kMessage)).value(),
            Scheme::ecdsa_sha384);
  EXPECT_EQ(verify_any(key, schemes, kMessage, mint.sign(Scheme::ecdsa_sha256, kMessage)).value(),
            Scheme::ecdsa_sha256);
  expect_error(verify_any(key, schemes, kMessage, mint.sign(Scheme::ecdsa_sha512, kMessage)),
               Errc::unverified, "ecdsa-sha384");
  expect_error(verify_any(key, {}, kMessage, "x"), Errc::unsupported, "no signature scheme");
}

TEST(Signature, HashesAreTheirNames) {
  EXPECT_EQ(hash(HashKind::sha256, "").size(), 32U);
  EXPECT_EQ(hash(HashKind::sha384, "").size(), 48U);
  EXPECT_EQ(hash(HashKind::sha512, "").size(), 64U);
  const Sha256 other = sha256("abc");
  EXPECT_EQ(hash(HashKind::sha256, "abc"),
            std::string(reinterpret_cast<const char*>(other.data()), other.size()));
}

}  // namespace
}  // namespace portreeve::crypto
