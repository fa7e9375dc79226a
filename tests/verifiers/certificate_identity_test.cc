#include "verifiers/certificate_identity.h"

#include <gtest/gtest.h>

#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.
using crypto::NameKind;

Result<CertificateIdentity> identity(const LeafSpec& spec) {
  static const SigstoreMint mint;
  return CertificateIdentity::from(mint.issue(spec).certificate());
}

LeafSpec named(std::vector<crypto::AlternativeName> names) {
  LeafSpec spec;
  spec.names = std::move(names);
  return spec;
}

LeafSpec claiming(int number, const std::string& text) {
  LeafSpec spec;
  spec.claims[number] = text;
  return spec;
}

TEST(CertificateIdentity, ReadsEveryExtension) {
  const auto found = identity({});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found.value().issuer, "https://token.actions.githubusercontent.com");
  EXPECT_EQ(found.value().subject.kind, NameKind::uri);
  const std::map<int, std::string> minted = LeafSpec::default_claims();
  EXPECT_EQ(found.value().claims.size(), minted.size() - 2) << "the issuer stands apart";
  for (const Claim& claim : found.value().claims)
    EXPECT_EQ(claim.value, minted.at(claim.kind->number));
  EXPECT_EQ(*found.value().claim("deploymentEnvironment"), "production");
  EXPECT_EQ(*found.value().claim("tokenSubject"), "repo:acme/ship:ref:refs/heads/main");
  EXPECT_EQ(*found.value().claim("sourceRepository"), "acme/ship");
  EXPECT_EQ(*found.value().claim("githubWorkflowRepository"), "acme/ship");
  EXPECT_EQ(found.value().claim("unheardOf"), nullptr);
}

TEST(CertificateIdentity, TableHasEveryFulcioOid) {
  std::vector<int> numbers;
  for (const ClaimKind& kind : claim_kinds()) {
    numbers.push_back(kind.number);
    EXPECT_EQ(find_claim_kind(kind.name), &kind);
    EXPECT_EQ(kind.raw, kind.number <= 6);
  }
  EXPECT_EQ(numbers, (std::vector<int>{1,  2,  3,  4,  5,  6,  8,  9,  10, 11, 12, 13,
                                       14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24}));
}

TEST(CertificateIdentity, SubjectsAreEmailUriOrFulcioOtherName) {
  const crypto::AlternativeName other{NameKind::other_name, "foo!oidc.local",
                                      "1.3.6.1.4.1.57264.1.7"};
  EXPECT_EQ(identity(named({other})).value().subject, other);
  EXPECT_EQ(identity(named({{NameKind::email, "me@acme.test", ""}})).value().subject.kind,
            NameKind::email);
  expect_error(identity(named({{NameKind::other_name, "foo", "1.3.6.1.4.1.311.20.2.3"}})),
               Errc::untrusted, "otherName of type 1.3.6.1.4.1.311.20.2.3");
  expect_error(identity(named({{NameKind::dns, "acme.test", ""}})), Errc::untrusted, "is DNS");
  expect_error(identity(named({{NameKind::ip, "\x7f\x01\x01\x01", ""}})), Errc::untrusted, "is IP");
  expect_error(identity(named({{NameKind::email, "", ""}})), Errc::untrusted, "empty");
}

TEST(CertificateIdentity, ExactlyOneSan) {
  const crypto::AlternativeName email{NameKind::email, "me@acme.test", ""};
  expect_error(identity(named({email, email})), Errc::untrusted, "2 subject alternative names");
  expect_error(identity(named({})), Errc::untrusted, "0 subject alternative names");
}

TEST(CertificateIdentity, IssuersMustNotContradictEachOther) {
  expect_error(identity(claiming(1, "https://evil.test")), Errc::untrusted,
               "contradict each other");
  expect_error(identity(claiming(8, "https://token.actions.githubusercontent.com/")),
               Errc::untrusted, "contradict");
  expect_error(identity(claiming(1, "")), Errc::untrusted, "contradict");
}

TEST(CertificateIdentity, IssuerFromEitherExtension) {
  LeafSpec spec;
  spec.claims = {{1, "https://one.test"}};
  EXPECT_EQ(identity(spec).value().issuer, "https://one.test");
  spec.claims = {{8, "https://eight.test"}};
  EXPECT_EQ(identity(spec).value().issuer, "https://eight.test");
  spec.claims = {};
  EXPECT_EQ(identity(spec).value().issuer, "");
}

TEST(CertificateIdentity, ValuesAreDecodedStrictly) {
  const auto raw = [](const std::string& number, const std::string& value) {
    LeafSpec spec;
    spec.claims = {};
    spec.extra = {{"1.3.6.1.4.1.57264.1." + number, value}};
    return identity(spec);
  };
  EXPECT_EQ(raw("9", der_utf8("é")).value().claims.at(0).value, "é");
  expect_error(raw("8", "https://raw.test"), Errc::malformed, "57264.1.8 (issuer)");
  expect_error(raw("8", der_utf8("https://a.test") + "x"), Errc::malformed, "left over");
  expect_error(raw("8", der_value(0x13, "https://a.test")), Errc::malformed, "expected 12");
  expect_error(raw("9", der_utf8("a\xff")), Errc::malformed, "UTF-8");
  expect_error(raw("9", der_utf8(std::string("a\0b", 3))), Errc::malformed, "NUL");
  expect_error(raw("1", std::string("https://a.test\0.evil.test", 25)), Errc::malformed, "NUL");
  expect_error(raw("1", "https://a.test\xff"), Errc::malformed, "UTF-8");
}

}  // namespace
}  // namespace portreeve::verifiers
