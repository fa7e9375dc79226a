// From an object to its verdict: named artifact, tag, digest, candidates, signatures. Every answer is
// asserted by its reason, and nothing that could not be looked at becomes an allow.

#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using oci::digest_of;
using ::testing::HasSubstr;

class Signatures : public testing::SignatureRig {};

TEST_F(Signatures, SignedByWhomWeTrust) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(said(R"({"ref":"registry.test/acme/ship@)" + digest_of(image_).text() + "\"}"), "allow");
  // A rule of ours says that these objects name an artifact: one that names none was not examined.
  EXPECT_THAT(said("{}"), HasSubstr("deny:  | m (ArtifactRule thing: no row fits)"));
}

TEST_F(Signatures, UnsignedSaysWhereItLooked) {
  const std::string out = said();
  EXPECT_THAT(out, HasSubstr("deny: unsigned: no signature was found"));
  EXPECT_THAT(out, HasSubstr("referrers API"));
  EXPECT_THAT(out, HasSubstr("fallback tag"));
  EXPECT_THAT(out, HasSubstr(".sig"));
  EXPECT_THAT(out, HasSubstr("leaves its signatures behind"));
  EXPECT_EQ(subject_, "oci:registry.test/acme/ship@" + digest_of(image_).text());
  EXPECT_EQ(path_, "/ref");
}

TEST_F(Signatures, SignedBySomebodyElse) {
  push_signature();
  policy("{authorities: {any: [other]}}");
  EXPECT_THAT(said(), HasSubstr("deny: signed, but by nobody who is trusted for it: identity-mismatch"));
}

TEST_F(Signatures, Malformed) {
  push_bundle("{\"mediaType\":");
  EXPECT_THAT(said(), HasSubstr("deny: a signature that is malformed: bundle-malformed"));
}

TEST_F(Signatures, JunkBesideAGoodOneIsHarmless) {
  push_bundle("{}");
  push_signature();
  EXPECT_EQ(said(), "allow");
}

TEST_F(Signatures, UnreachableIsUndecided) {
  push_signature();
  every_answer_is(503);
  EXPECT_THAT(said(), HasSubstr("undecided: could not look"));
}

// Each way of asking fails in turn: without a proof, that is never "unsigned" and never an allow.
TEST_F(Signatures, EverySeamThatFailsIsUndecided) {
  for (const char* part : {"/manifests/1.0", "/referrers/", ".sig", ".att"}) {
    for (const int status : {401, 403, 429, 500}) {
      SCOPED_TRACE(std::string(part) + " " + std::to_string(status));
      stop();
      server_->hook([&](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
        if (seen.target.find(part) == std::string::npos) return std::nullopt;
        test::FakeAnswer answer;
        answer.status = status;
        return answer;
      });
      EXPECT_THAT(said(), ::testing::StartsWith("undecided"));
    }
  }
}

TEST_F(Signatures, ALayerThatCannotBeFetchedMayBeTheProof) {
  push_signature();
  for (const int status : {401, 403, 429, 500, 404}) {
    SCOPED_TRACE(status);
    stop();
    server_->hook([status](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
      if (seen.target.find("/blobs/") == std::string::npos) return std::nullopt;
      test::FakeAnswer answer;
      answer.status = status;
      return answer;
    });
    // What is gone is gone.
    EXPECT_THAT(said(), ::testing::StartsWith(status == 404 ? "deny: " : "undecided: no proof so far; something could not"));
  }
}

// 1 MiB is the limit of a bundle with a message signature; it may be the good one all the same.
TEST_F(Signatures, WhatIsTooLargeMayBeTheProof) {
  testing::SignatureSpec spec;
  spec.statement = false;
  push_bundle(mint_.bundle(spec).dump() + std::string(1 << 20, ' '));
  EXPECT_THAT(said(), ::testing::AllOf(HasSubstr("undecided: no proof so far"), HasSubstr("limit is 1048576")));
}

TEST_F(Signatures, TooLateIsUndecided) {
  push_signature();
  server_->hook([](const test::SeenRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return std::optional<test::FakeAnswer>();
  });
  EXPECT_THAT(said(R"({"ref":"registry.test/acme/ship:1.0"})", Milliseconds(50)),
              ::testing::StartsWith("undecided"));
}

TEST_F(Signatures, NoSuchArtifact) {
  EXPECT_THAT(said(R"({"ref":"registry.test/acme/ship:9.9"})"), HasSubstr("deny: no such artifact"));
}

TEST_F(Signatures, NobodyIsTrustedForIt) {
  EXPECT_THAT(said(R"({"ref":"evil.example/acme/ship:1.0"})"),
              HasSubstr("deny: none of these authorities is trusted for evil.example/acme/ship"));
  EXPECT_EQ(server_->seen().size(), 0U);
}

// Nobody gets out of a policy about artifacts by naming one that cannot be read.
TEST_F(Signatures, UnreadableReferences) {
  for (const char* ref : {"\"\"", "\"registry.test/acme/ship\"", "\"registry.test/UP:1\"", "7", "[]",
                          "\"registry.test/acme/ship:1.0 \"", "\"acme:1.0\""}) {
    SCOPED_TRACE(ref);
    EXPECT_THAT(said(std::string("{\"ref\":") + ref + "}"), ::testing::StartsWith("deny"));
  }
}

TEST_F(Signatures, AllOfThemAndQuorums) {
  push_signature();
  policy("{authorities: {all: [ship, other]}}");
  EXPECT_THAT(said(), HasSubstr("deny: signed, but not by enough of those who have to: " + std::string(testing::kMintIssuer)));
  policy("{authorities: {atLeast: 2, of: [ship, other]}}");
  stop();
  EXPECT_THAT(said(), ::testing::StartsWith("deny: signed, but not by enough"));
  policy("{authorities: {atLeast: 1, of: [ship, other]}}");
  stop();
  EXPECT_EQ(said(), "allow");
}

TEST_F(Signatures, AttestationsByTypeAndPredicate) {
  push_attestation(mint_.statement("https://spdx.dev/Document", {{"spdxVersion", "SPDX-2.3"}}));
  const auto with = [](const std::string& type, const std::string& more) {
    return "{authorities: {any: [ship]}, predicateType: '" + type + "'" + more + "}";
  };
  policy(with("https://spdx.dev/Document", ""), "attestation");
  EXPECT_EQ(said(), "allow");
  policy(with("https://spdx.dev/Document/v2", ""), "attestation");
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: no attestation of that type"));
  policy(with("https://spdx.dev/Document", ", predicate: [{path: object.spdxVersion, equals: SPDX-2.3}]"),
         "attestation");
  stop();
  EXPECT_EQ(said(), "allow");
  policy(with("https://spdx.dev/Document", ", predicate: [{path: object.spdxVersion, equals: SPDX-2.2}]"),
         "attestation");
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: an attestation that does not verify"));
  policy("{authorities: {any: [ship]}}");  // An attestation is no signature.
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: unsigned"));
}

// With the registry off, a new trust root judges the bytes that are kept, without one request.
TEST_F(Signatures, ANewTrustRootNeedsNoNetwork) {
  keep_bytes_ = true;
  push_signature();
  const std::string by_digest = R"({"ref":"registry.test/acme/ship@)" + digest_of(image_).text() + "\"}";
  EXPECT_EQ(said(by_digest), "allow");
  server_->forget_seen();
  auto other = mint_.sigstore.trusted_root();
  other.timestamp_authorities.clear();
  scratch_.write("p/trust/root.json", other.json());
  start();
  EXPECT_EQ(said(by_digest), "allow");
  EXPECT_EQ(server_->seen().size(), 0U);
  // And one that does not know the log takes the verdict back: facts are not kept across it.
  other.tlogs.clear();
  scratch_.write("p/trust/root.json", other.json());
  start();
  EXPECT_THAT(said(by_digest), ::testing::StartsWith("deny"));
}

TEST_F(Signatures, LastKnownGoodByTag) {
  keep_bytes_ = true;
  push_signature();
  policy("{authorities: {any: [ship]}, lastKnownGood: 72h}");
  EXPECT_EQ(said(), "allow");
  every_answer_is(503);
  start();
  const std::string out = said();
  EXPECT_THAT(out, ::testing::StartsWith("allow"));
  EXPECT_THAT(out, HasSubstr("last known good: the tag meant this digest 0 min ago, what signs it was "
                             "fetched 0 min ago; at most 3 d are allowed ("));
  policy("{authorities: {any: [ship]}}");
  start();
  EXPECT_THAT(said(), ::testing::StartsWith("undecided"));
}

// Facts in memory spare the requests, not the rule.
TEST_F(Signatures, AWarmDecisionAsksNobody) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  server_->forget_seen();
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(server_->seen().size(), 0U);
}

TEST_F(Signatures, AReloadJudgesByTheNewTrust) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  write("authority.yaml", authority("ship", "https://github.com/acme/other/.github/workflows/"
                                            "x.yaml@refs/heads/main"));
  reload();
  EXPECT_THAT(said(), HasSubstr("deny: signed, but by nobody"));
}

TEST_F(Signatures, UnknownAuthorityIsALoadError) {
  policy("{authorities: {any: [nobody]}}");
  const auto set = try_load();
  ASSERT_FALSE(set.ok());
  EXPECT_THAT(set.error().message, HasSubstr("there is no Authority \"nobody\""));
}

}  // namespace
}  // namespace portreeve::engine
