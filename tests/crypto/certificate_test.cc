#include "crypto/certificate.h"

#include <gtest/gtest.h>

#include "crypto/der.h"
#include "tests/support/mint_certificate.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

const MintedCertificate& root() {
  static const MintedCertificate certificate = mint_ca({.common_name = "root"});
  return certificate;
}

const MintCtLog& log() {
  static const MintCtLog log;
  return log;
}

MintedCertificate leaf(const LeafSpec& spec) { return mint_leaf(spec, root(), log()); }

// Replaces the first occurrence of `from`, which must be there, by bytes of the same length.
std::string replaced(std::string der, std::string_view from, std::string_view to) {
  const std::size_t at = der.find(from);
  EXPECT_NE(at, std::string::npos);
  return der.replace(at, from.size(), to);
}

TEST(Certificate, ReadsWhatAFulcioLeafSays) {
  const MintedCertificate minted = leaf({});
  const Certificate certificate = minted.certificate();
  EXPECT_EQ(certificate.der(), minted.der);
  EXPECT_EQ(certificate.key().spki(), minted.key.spki());
  EXPECT_EQ(certificate.not_before(), at("2026-03-01T12:00:00Z"));
  EXPECT_EQ(certificate.not_after(), at("2026-03-01T12:10:00Z"));
  EXPECT_EQ(certificate.issuer(), "CN=root");
  EXPECT_EQ(certificate.subject(), "");
  EXPECT_FALSE(certificate.is_ca());
  EXPECT_EQ(certificate.key_usage(), key_usage::kDigitalSignature);
  EXPECT_EQ(certificate.extended_key_usages(),
            std::vector<std::string>{std::string(eku::kCodeSigning)});
  EXPECT_FALSE(certificate.extended_key_usage_critical());
  ASSERT_EQ(certificate.alternative_names().size(), 1U);
  EXPECT_EQ(certificate.alternative_names()[0].kind, NameKind::uri);
  ASSERT_NE(certificate.extension("1.3.6.1.4.1.57264.1.1"), nullptr);
  EXPECT_EQ(certificate.extension("1.3.6.1.4.1.57264.1.1")->value,
            "https://token.actions.githubusercontent.com");
  EXPECT_EQ(certificate.extension("1.2.3"), nullptr);
  EXPECT_EQ(Certificate::from_pem(minted.pem()).value(), certificate);
}

TEST(Certificate, ReadsACa) {
  const Certificate certificate =
      mint_ca({.common_name = "int", .basic_constraints = "critical,CA:TRUE,pathlen:3"}, &root())
          .certificate();
  EXPECT_TRUE(certificate.is_ca());
  EXPECT_EQ(certificate.path_length(), 3U);
  EXPECT_EQ(root().certificate().path_length(), std::nullopt);
  EXPECT_TRUE(mint_ca({.basic_constraints = "CA:FALSE"}).certificate().is_ca())
      << "keyCertSign alone makes a CA";
  EXPECT_FALSE(mint_ca({.basic_constraints = "CA:FALSE", .key_usage = "digitalSignature"})
                   .certificate()
                   .is_ca());
}

TEST(Certificate, NamesKeepTheirType) {
  const AlternativeName names[] = {
      {NameKind::email, "me@acme.test", ""},
      {NameKind::uri, "https://acme.test/x", ""},
      {NameKind::dns, "acme.test", ""},
      {NameKind::ip, std::string("\x7f\x00\x00\x01", 4), ""},
      {NameKind::other_name, "foo!oidc.local", "1.3.6.1.4.1.57264.1.7"}};
  for (const AlternativeName& name : names) {
    const Certificate certificate = leaf({.names = {name}}).certificate();
    EXPECT_EQ(certificate.alternative_names(), std::vector<AlternativeName>{name});
  }
  EXPECT_EQ(leaf({.names = {names[0], names[4]}}).certificate().alternative_names().size(), 2U);
  const Certificate directory =
      leaf({.names = {{NameKind::unknown, der_value(0xA4, der_value(0x30, "")), ""}}})
          .certificate();
  ASSERT_EQ(directory.alternative_names().size(), 1U);
  EXPECT_EQ(directory.alternative_names()[0].kind, NameKind::unknown);
}

TEST(Certificate, RefusesNulAndForeignBytesInNames) {
  const auto refused = [](const AlternativeName& name, std::string_view why) {
    expect_error(Certificate::from_der(leaf({.names = {name}}).der), Errc::malformed, why);
  };
  refused({NameKind::email, std::string("me@acme.test\0.evil.test", 23), ""}, "NUL");
  refused({NameKind::uri, "https://acme.test/\xc3\xa9", ""}, "not ASCII");
  refused({NameKind::other_name, std::string("a\0b", 3), "1.3.6.1.4.1.57264.1.7"}, "NUL");
  refused({NameKind::other_name, "a\xff", "1.3.6.1.4.1.57264.1.7"}, "UTF-8");
}

// OpenSSL's accessors use the first of two.
TEST(Certificate, RefusesDuplicateExtensions) {
  const LeafSpec spec{.extra = {{"1.3.6.1.4.1.57264.1.8", der_utf8("https://evil.test")}}};
  expect_error(Certificate::from_der(leaf(spec).der), Errc::malformed,
               "extension 1.3.6.1.4.1.57264.1.8 is there twice");
  const LeafSpec names{
      .extra = {{"2.5.29.17", der_value(0x30, der_value(0x86, "https://evil.test"))}}};
  expect_error(Certificate::from_der(leaf(names).der), Errc::malformed,
               "extension 2.5.29.17 is there twice");
}

TEST(Certificate, RefusesBytesLeftOver) {
  const std::string der = leaf({}).der;
  expect_error(Certificate::from_der(der + std::string(1, '\0')), Errc::malformed, "left over");
  expect_error(Certificate::from_der(der.substr(0, der.size() - 1)), Errc::malformed, "cut short");
  expect_error(Certificate::from_der(""), Errc::malformed, "DER");
  expect_error(Certificate::from_der(std::string(70'000, '0')), Errc::limit, "65536");
}

TEST(Certificate, RefusesBerAndOtherVersions) {
  const std::string der = leaf({}).der;
  expect_error(Certificate::from_der(replaced(der, std::string("\xa0\x03\x02\x01\x02", 5),
                                              std::string("\xa0\x03\x02\x01\x01", 5))),
               Errc::unsupported, "version 3");
  // Two signature algorithms: the outer one is not signed.
  const std::string sha384("\x2a\x86\x48\xce\x3d\x04\x03\x03", 8);
  expect_error(Certificate::from_der(
                   replaced(der, sha384, std::string("\x2a\x86\x48\xce\x3d\x04\x03\x02", 8))),
               Errc::malformed, "two different signature algorithms");
}

TEST(Certificate, RefusesExtensionsThatAreNotWhatTheySay) {
  const auto refused = [](const std::string& oid, const std::string& value, LeafSpec spec) {
    spec.extra = {{oid, value}};
    expect_error(Certificate::from_der(leaf(spec).der), Errc::malformed, "extension " + oid);
  };
  LeafSpec bare;
  bare.key_usage.clear();
  bare.extended_key_usage.clear();
  bare.names.clear();
  refused("2.5.29.15", der_value(0x30, ""), bare);
  refused("2.5.29.15", der_value(0x03, std::string(1, '\0')), bare);
  refused("2.5.29.37", der_value(0x30, ""), bare);
  refused("2.5.29.19", der_value(0x30, std::string("\x01\x01\x01", 3)), bare);
  refused("2.5.29.17", "x", bare);
  refused("2.5.29.17", der_value(0x30, der_value(0x87, "123")), bare);
}

TEST(Certificate, TakesAWrittenFalse) {
  const LeafSpec spec{.extra = {{"2.5.29.19", der_value(0x30, std::string("\x01\x01\0", 3))}}};
  EXPECT_FALSE(leaf(spec).certificate().is_ca());
}

TEST(Certificate, RefusesUnsupportedKeys) {
  const MintedCertificate weak = leaf({.key = MintKey::make(KeyKind::rsa, 1024)});
  expect_error(Certificate::from_der(weak.der), Errc::unsupported, "RSA of 1024 bits");
}

TEST(Certificate, PemLists) {
  const std::string pem = root().pem();
  expect_error(Certificate::from_pem(pem + pem), Errc::malformed, "exactly one");
  EXPECT_EQ(Certificate::list_from_pem("# a bundle\n" + pem + "between\n" + pem, 4).value().size(),
            2U);
  expect_error(Certificate::list_from_pem("", 4), Errc::malformed, "no block");
  expect_error(Certificate::list_from_pem(pem + pem + pem, 2), Errc::limit, "more than 2");
  expect_error(Certificate::list_from_pem(pem + pem.substr(0, 80), 4), Errc::malformed, "PEM");
  expect_error(Certificate::list_from_pem(MintKey::make(KeyKind::ecdsa_p256).public_pem(), 4),
               Errc::malformed, "expected \"CERTIFICATE\"");
}

}  // namespace
}  // namespace portreeve::crypto
