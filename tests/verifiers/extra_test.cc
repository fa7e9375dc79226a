// Bundles that others use in their own tests (tests/fixtures/sigstore-extra/README.md).

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/mint_signature.h"
#include "tests/support/source_dir.h"

namespace portreeve::verifiers {
namespace {

constexpr const char* kActions = "https://token.actions.githubusercontent.com";

std::string file(const std::string& name) {
  std::ifstream stream(test::source_dir() + "/tests/fixtures/sigstore-extra/" + name,
                       std::ios::binary);
  EXPECT_TRUE(stream.good()) << name;
  return {std::istreambuf_iterator<char>(stream), {}};
}

TrustRootPtr root_of(const std::string& name) {
  auto root = TrustRoot::parse(file(name), {name, std::nullopt});
  EXPECT_TRUE(root.ok()) << (root.ok() ? "" : root.error().message);
  return root.ok() ? root.value() : nullptr;
}

Authority trusting(const char* issuer, const char* identity) {
  return {"a", {}, KeylessSigners{issuer, IdentityRule::exact(identity).value(), {}}, nullptr};
}

std::string judge(const std::string& bundle, const Authority& authority, const Artifact& artifact,
                  const TrustRootPtr& root) {
  Candidate candidate;
  candidate.bytes = file(bundle);
  Demand demand;
  demand.kind = Demand::Kind::anything;
  const auto claims = Verifier::verify(candidate, authority, artifact, demand, *root);
  return claims.ok() ? "accepted" : claims.error().text();
}

bool begins(const std::string& text, const std::string& with) {
  return text.substr(0, with.size()) == with;
}

TEST(Extra, OtherName) {
  const Artifact artifact =
      Artifact::of_digest(
          "sha256:bc103b4a84971ef6459b294a2b98568a2bfb72cded09d4acd1e16366a401f95b")
          .value();
  const TrustRootPtr root = root_of("scaffolding.json");
  const char* const issuer = "http://oidc.local:8080";
  const std::string name = "othername.sigstore.json";
  EXPECT_EQ(judge(name, trusting(issuer, "foo!oidc.local"), artifact, root), "accepted");
  EXPECT_TRUE(begins(judge(name, trusting(issuer, "foo@oidc.local"), artifact, root),
                     "identity-mismatch"));
}

TEST(Extra, TwoSignaturesInABundle) {
  const Artifact any = Artifact::of_bytes("x");
  EXPECT_TRUE(begins(judge("dsse-2sigs.sigstore.json", trusting(kActions, "x"), any,
                           root_of("public-good.json")),
                     "envelope-signatures"));
}

TEST(Extra, ProvenanceWithSha512Alone) {
  const Authority authority = trusting(
      kActions,
      "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main");
  const TrustRootPtr root = root_of("public-good.json");
  const std::string name = "sigstore.js@2.0.0-provenance.sigstore.json";
  const Artifact right =
      Artifact::of_digest("sha512:46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0"
                          "937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c")
          .value();
  EXPECT_EQ(judge(name, authority, right, root), "accepted");
  EXPECT_TRUE(begins(judge(name, authority, Artifact::of_bytes("x"), root), "subject-mismatch"));
  const Artifact sha256 = Artifact::of_digest("sha256:" + std::string(64, '4')).value();
  EXPECT_TRUE(begins(judge(name, authority, sha256, root), "digest-unknown"));
}

// GHSA-wqqc-jjcq-vfxm: no log entry, the timestamp is the only time.
TEST(Extra, KeyValidity) {
  KeySigners signers;
  const auto key = crypto::PublicKey::from_pem(file("public-key-validity.pem"));
  ASSERT_TRUE(key.ok());
  signers.keys.push_back({"k", key.value(), crypto::default_schemes(key.value()), {}});
  Authority authority{"a", {}, std::move(signers), nullptr};
  authority.log = LogNeed::none;
  const Artifact artifact = Artifact::of_bytes("test content");
  const TrustRootPtr root = root_of("public-key-validity.json");
  const std::string name = "public-key-validity.sigstore.json";
  EXPECT_EQ(judge(name, authority, artifact, root), "accepted");
  // The authority's leaf has an empty subject, which RFC 5280 §4.1.2.6 forbids: its time does not
  // count, so a window is judged by the caller's clock.
  authority.timestamps = 1;
  EXPECT_TRUE(begins(judge(name, authority, artifact, root), "timestamp-invalid"));
  authority.timestamps = 0;
  Validity& window = std::get<KeySigners>(authority.signers).keys[0].window;
  window = {testing::at("1970-01-01T00:00:00Z"), testing::at("1970-01-01T00:00:01Z")};
  Candidate candidate;
  candidate.bytes = file(name);
  const auto claims = Verifier::verify(candidate, authority, artifact, Demand{}, *root);
  ASSERT_TRUE(claims.ok());
  EXPECT_FALSE(claims.value()[0]->holds.contains(testing::at("2026-01-01T00:00:00Z")));
}

TEST(Extra, CosignAttestation) {
  const Artifact artifact =
      Artifact::of_digest(
          "sha256:732112270d7e59418a8c080b134b24cabd67d250d0d0147a97ed95ba5c280aa4")
          .value();
  const Authority authority = trusting("https://github.com/login/oauth", "cody@soyland.com");
  EXPECT_EQ(judge("oci-attestation.sigstore.json", authority, artifact, TrustRoot::embedded()),
            "accepted");
}

// A promise of the production log from 2021, over an entry of a kind that we do not read.
TEST(Extra, LegacyAnnotation) {
  auto entry = parse_legacy_entry(file("legacy-bundle-annotation-example.json"));
  ASSERT_TRUE(entry.ok()) << entry.error().text();
  EXPECT_EQ(entry.value().kind, "rekord");
  const auto logs = TrustRoot::embedded()->find_log(entry.value().log_id);
  ASSERT_FALSE(logs.empty());
  EXPECT_TRUE(logs[0]
                  ->key.verify(logs[0]->scheme, promise_bytes(entry.value()), entry.value().promise)
                  .ok());
}

}  // namespace
}  // namespace portreeve::verifiers
