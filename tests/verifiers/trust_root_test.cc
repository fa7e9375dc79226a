#include "verifiers/trust_root.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base64.h"
#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

const SigstoreMint& mint() {
  static const SigstoreMint world;
  return world;
}

Result<TrustRootPtr> parse(const std::string& json) {
  return TrustRoot::parse(json, {"test", std::nullopt});
}
Result<TrustRootPtr> parse(const TrustedRootDocument& document) { return parse(document.json()); }

// The valid document's text with one piece replaced, which must be there.
std::string with(std::string_view from, std::string_view to) {
  std::string json = mint().trusted_root().json();
  const std::size_t at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return json.replace(at, from.size(), to);
}

TEST(TrustRoot, EmbeddedIsSigstoresProductionRoot) {
  const TrustRootPtr& root = TrustRoot::embedded();
  EXPECT_EQ(root->digest().hex(),
            "6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66");
  EXPECT_EQ(root->transparency_logs().size(), 2U);
  EXPECT_EQ(root->ct_logs().size(), 2U);
  EXPECT_EQ(root->certificate_authorities().size(), 2U);
  EXPECT_EQ(root->timestamp_authorities().size(), 1U);
  EXPECT_TRUE(root->unsupported().empty());
  EXPECT_EQ(root->transparency_logs()[0].scheme, crypto::Scheme::ecdsa_sha256);
  EXPECT_EQ(root->transparency_logs()[1].scheme, crypto::Scheme::ed25519);
  for (const CertificateAuthority& authority : root->certificate_authorities())
    expect_ok(authority.chain.window());
  for (const TimestampAuthority& authority : root->timestamp_authorities())
    expect_ok(authority.chain.window());
  EXPECT_EQ(root->source().name, "embedded");
  EXPECT_EQ(root->age(at("2026-08-23T00:00:00Z")), std::chrono::hours(48));
}

TEST(TrustRoot, ReadsTheMiniature) {
  const auto root = parse(mint().trusted_root());
  ASSERT_TRUE(root.ok()) << root.error().message;
  const TransparencyLog& v1 = root.value()->transparency_logs().at(0);
  EXPECT_EQ(v1.base_url, "https://rekor.test");
  EXPECT_EQ(v1.key.spki(), mint().rekor_v1.key.spki());
  EXPECT_EQ(v1.where, "tlogs[0]");
  EXPECT_EQ(v1.authority(), v1.log_id) << "no operator: the log itself";
  EXPECT_EQ(root.value()->find_log(mint().rekor_v2.log_id()).size(), 1U);
  EXPECT_EQ(root.value()->find_ct_log(mint().ct_log.log_id()).size(), 1U);
  EXPECT_TRUE(root.value()->find_log(mint().ct_log.log_id()).empty()) << "a CT log is no Rekor";
  EXPECT_EQ(root.value()->age(at("2026-08-23T00:00:00Z")), std::nullopt);
  expect_error(Result<Done>(root.value()->unknown_log("log", "id")), Errc::untrusted,
               "not in the trust root (test)");
}

TEST(TrustRoot, AgeIsWarnedOf) {
  const TrustRootPtr& root = TrustRoot::embedded();
  EXPECT_EQ(root->age_warning(at("2027-02-16T23:59:59.999Z")), "");
  EXPECT_EQ(root->age_warning(at("2027-02-17T00:00:00Z")),
            "trust root embedded is of 2026-08-21, 180 days old: what newer logs and authorities "
            "vouch for is refused; renew it");
  EXPECT_EQ(root->age_warning(at("2020-01-01T00:00:00Z")), "") << "the clock went back";
  const auto silent = parse(mint().trusted_root());
  EXPECT_EQ(silent.value()->age_warning(at("2099-01-01T00:00:00Z")), "") << "nobody said how old";
}

TEST(TrustRoot, MediaTypesAreTheKnownOnes) {
  TrustedRootDocument document = mint().trusted_root();
  for (const char* good : {"application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                           "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
                           "application/vnd.dev.sigstore.trustedroot.v0.1+json",
                           "application/vnd.dev.sigstore.trustedroot.v0.2+json"}) {
    document.media_type = good;
    expect_ok(parse(document));
  }
  for (const char* bad :
       {"", "application/json", "application/vnd.dev.sigstore.trustedroot+json;version=0.9",
        "application/vnd.dev.sigstore.bundle.v0.3+json"}) {
    document.media_type = bad;
    expect_error(parse(document), Errc::unsupported, "mediaType");
  }
}

TEST(TrustRoot, LogStartIsMandatory) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[1].start.clear();
  expect_error(parse(document), Errc::malformed, "tlogs[1].publicKey.validFor: no start");
  document = mint().trusted_root();
  document.ctlogs[0].start.clear();
  expect_error(parse(document), Errc::malformed, "ctlogs[0].publicKey.validFor: no start");
  document = mint().trusted_root();
  document.certificate_authorities[0].start.clear();
  expect_ok(parse(document));
}

TEST(TrustRoot, IntervalsAreClosedAndInMilliseconds) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[0].start = "2026-01-01T00:00:00.250Z";
  document.tlogs[0].end = "2026-12-31T23:59:59.999000Z";
  const TrustRootPtr root = load(document);
  const Validity& validity = root->transparency_logs()[0].valid_for;
  EXPECT_TRUE(validity.contains(at("2026-01-01T00:00:00.25Z")));
  EXPECT_FALSE(validity.contains(at("2026-01-01T00:00:00.249Z")));
  EXPECT_TRUE(validity.contains(at("2026-12-31T23:59:59.999Z")));
  EXPECT_FALSE(validity.contains(at("2027-01-01T00:00:00Z")));
  EXPECT_TRUE(Validity{}.contains(at("1970-01-01T00:00:00Z")));
  EXPECT_EQ(validity.text(), "from 2026-01-01T00:00:00.250Z to 2026-12-31T23:59:59.999Z");
  document.tlogs[0].end = "2025-12-31T00:00:00Z";
  expect_error(parse(document), Errc::malformed, "ends before it starts");
  document.tlogs[0].end = "2027-01-01";
  expect_error(parse(document), Errc::malformed, "RFC 3339");
  document.tlogs[0].end = "soon";
  expect_error(parse(document), Errc::malformed, "tlogs[0].publicKey.validFor.end");
}

TEST(TrustRoot, SeveralInstancesAndFutureStartsAreLegal) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs.push_back(document.tlogs[0]);
  document.tlogs.back().start = "2099-01-01T00:00:00Z";
  EXPECT_EQ(load(document)->find_log(mint().rekor_v1.log_id()).size(), 2U);
}

TEST(TrustRoot, LogIdsAreOpaque) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[0].log_id = "any id";
  EXPECT_EQ(load(document)->find_log("any id").size(), 1U);
  document.tlogs[0].log_id.clear();
  expect_error(parse(document), Errc::malformed, "tlogs[0].logId: missing");
}

TEST(TrustRoot, NewerFields) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[0].operator_name = "acme";
  document.tlogs[0].checkpoint_key_id = "\x01\x02\x03\x04";
  document.timestamp_authorities[0].operator_name = "stampers";
  const TrustRootPtr root = load(document);
  EXPECT_EQ(root->transparency_logs()[0].authority(), "acme");
  EXPECT_EQ(root->transparency_logs()[0].checkpoint_key_id, "\x01\x02\x03\x04");
  EXPECT_EQ(root->timestamp_authorities()[0].authority(), "stampers");
}

TEST(TrustRoot, KeysAreWhatKeyDetailsSays) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[0].key_details = "PKIX_ED25519";
  expect_error(parse(document), Errc::malformed, "keyDetails says PKIX_ED25519");
  document = mint().trusted_root();
  document.tlogs[0].raw_bytes += "x";
  expect_error(parse(document), Errc::malformed, "left over");
  document = mint().trusted_root();
  MintCtLog rsa;
  rsa.key = MintKey::make(crypto::KeyKind::rsa);
  document.ctlogs.push_back(trusted_log(rsa));
  expect_ok(parse(document));
  document.ctlogs.back().raw_bytes = rsa.key.spki();  // PKCS1_… says bare PKCS#1.
  expect_error(parse(document), Errc::malformed, "PKCS1_RSA_PKCS1V5");
  document.ctlogs.back().key_details = "PKIX_RSA_PKCS1V15_3072_SHA256";
  expect_error(parse(document), Errc::malformed, "keyDetails says");
  document.ctlogs.back().key_details = "PKIX_RSA_PKCS1V15_2048_SHA256";
  expect_ok(parse(document));
}

// A root that also lists what we cannot verify is good for everything else, and says why not for
// that.
TEST(TrustRoot, UnsupportedAlgorithmsAreSetAside) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs[1].key_details = "ML_DSA_65";
  document.ctlogs[0].hash_algorithm = "SHA3_384";
  const TrustRootPtr root = load(document);
  EXPECT_EQ(root->transparency_logs().size(), 1U);
  EXPECT_TRUE(root->ct_logs().empty());
  ASSERT_EQ(root->unsupported().size(), 2U);
  EXPECT_EQ(root->unsupported()[0].where, "tlogs[1]");
  expect_error(Result<Done>(root->unknown_log("log", mint().rekor_v2.log_id())), Errc::unsupported,
               "tlogs[1] of the trust root: unsupported algorithm");
  TrustedRootDocument weak = mint().trusted_root();
  const MintedCertificate ca = mint_ca({.key = MintKey::make(crypto::KeyKind::rsa, 1024)});
  weak.certificate_authorities = {trusted_authority({&ca})};
  EXPECT_TRUE(load(weak)->certificate_authorities().empty());
  EXPECT_EQ(load(weak)->unsupported().at(0).where, "certificateAuthorities[0]");
}

TEST(TrustRoot, IsStrictAboutItsJson) {
  expect_error(parse(with("\"tlogs\"", "\"tLogs\"")), Errc::malformed, "unknown field \"tLogs\"");
  expect_error(parse(with("{\"mediaType\"", "{\"tlogs\":[],\"mediaType\"")), Errc::malformed,
               "trusted root: line 1");
  expect_error(parse(with("\"baseUrl\":", "\"base_url\":")), Errc::malformed, "unknown field");
  expect_error(parse(with("\"hashAlgorithm\":\"SHA2_256\"", "\"hashAlgorithm\":1")),
               Errc::malformed, "expected a string");
  expect_error(parse(with("\"hashAlgorithm\":\"SHA2_256\",", "")), Errc::malformed,
               "hashAlgorithm: missing");
  expect_error(parse(with("\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\",", "")), Errc::malformed,
               "keyDetails: missing");
  expect_error(parse(with("\"rawBytes\":\"M", "\"rawBytes\":\"*")), Errc::malformed, "base64");
  expect_error(parse(mint().trusted_root().json() + "x"), Errc::malformed, "line 1");
  expect_error(parse("\xEF\xBB\xBF" + mint().trusted_root().json()), Errc::malformed, "line 1");
  expect_error(parse("[]"), Errc::malformed, "not an object");
  expect_error(parse(""), Errc::malformed, "trusted root");
  expect_error(parse(std::string((1 << 20) + 1, ' ')), Errc::limit, "trusted root");
}

TEST(TrustRoot, NullIsAbsent) {
  expect_ok(parse(
      with("\"hashAlgorithm\"", "\"operator\":null,\"checkpointKeyId\":null,\"hashAlgorithm\"")));
  expect_ok(parse(with("{\"start\":\"2025-01-01T00:00:00Z\"}",
                       "{\"start\":\"2025-01-01T00:00:00Z\",\"end\":null}")));
  expect_error(parse(with("\"publicKey\":{", "\"publicKey\":null,\"x\":{")), Errc::malformed,
               "publicKey");
}

TEST(TrustRoot, ListsAndChainsAreBounded) {
  TrustedRootDocument document = mint().trusted_root();
  document.tlogs.assign(65, document.tlogs[0]);
  expect_error(parse(document), Errc::limit, "65 entries, limit is 64");
  document = mint().trusted_root();
  document.certificate_authorities[0].certificates.assign(17, mint().root.der);
  expect_error(parse(document), Errc::limit, "17 entries");
  document.certificate_authorities[0].certificates.clear();
  expect_error(parse(document), Errc::malformed,
               "certificateAuthorities[0].certChain: no certificate");
  document.certificate_authorities[0].certificates = {"x"};
  expect_error(parse(document), Errc::malformed, "certificates[0]");
}

TEST(TrustRoot, TimestampAuthoritiesCountByOperatorUriOrKey) {
  TrustedRootDocument document = mint().trusted_root();
  EXPECT_EQ(load(document)->timestamp_authorities()[0].authority(), "https://tsa.test");
  document.timestamp_authorities[0].uri.clear();
  EXPECT_EQ(load(document)->timestamp_authorities()[0].authority(), mint().tsa.leaf.key.spki());
}

}  // namespace
}  // namespace portreeve::verifiers
