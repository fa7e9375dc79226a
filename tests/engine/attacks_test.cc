// From the object to the verdict, through a registry: no attack is allowed, and each is refused for
// its own reason.

#include "core/base64.h"
#include "tests/engine/attacks.h"

namespace portreeve::engine {
namespace {

using oci::digest_of;
using testing::Json;
using testing::MintedLog;
using testing::SignatureSpec;
using ::testing::HasSubstr;

TEST_P(Attacks, AreRefusedForTheirReason) {
  GetParam().prepare(*this);
  const std::string out = said(object_);
  EXPECT_THAT(out, ::testing::Not(::testing::StartsWith("allow")));
  EXPECT_THAT(out, HasSubstr(GetParam().want));
}

// The same rig says yes to what is good, in each of the shapes that are attacked.
TEST_F(Attacks, WhatIsGoodIsAllowed) {
  push_legacy(mint_.legacy_signature());
  EXPECT_EQ(said(), "allow");
  stop();
  start_registry();
  stated([](Json&) {});
  EXPECT_EQ(said(), "allow");
  stop();
  start_registry();
  SignatureSpec spec;
  spec.statement = false;
  spec.log = MintedLog::v2;
  spec.timestamp = true;
  push_signature(spec);
  EXPECT_EQ(said(), "allow");
}

std::string named(const ::testing::TestParamInfo<Attack>& info) { return info.param.name; }

const Attack kLegacy[] = {
    {"SignatureOfAnotherImage", "digest-mismatch",
     [](Attacks& a) { a.push_legacy(a.about(a.other_, [&] { return a.mint_.legacy_signature(); })); }},
    {"LogEntryOfAnotherSignature", "log-binding-signature",
     [](Attacks& a) {
       auto ours = a.mint_.legacy_signature();
       ours.annotations["dev.sigstore.cosign/bundle"] =
           a.mint_.legacy_signature().annotations["dev.sigstore.cosign/bundle"];
       a.push_legacy(ours);
     }},
    {"CertificateBesideAStrangersSignature", "log-binding-signer",
     [](Attacks& a) {
       const auto stranger = a.mint_.sigstore.issue({.names = {{crypto::NameKind::uri, "https://evil.test/x", ""}}});
       auto theirs = a.mint_.legacy_signature({.leaf = &stranger});
       theirs.annotations["dev.sigstore.cosign/certificate"] = a.mint_.leaf.pem();
       a.push_legacy(theirs);
     }},
    {"WithoutALogEntry", "log-entry-missing",
     [](Attacks& a) { a.push_legacy(a.mint_.legacy_signature({.log = MintedLog::none})); }},
    {"PayloadThatIsNoImageSignature", "payload-malformed",
     [](Attacks& a) {
       Json payload = Json::parse(a.mint_.simple_signing());
       payload["critical"]["type"] = "atomic container signature";
       SignatureSpec spec;
       spec.payload = payload.dump();
       a.push_legacy(a.mint_.legacy_signature(spec));
     }},
    {"PayloadWithTwoMeanings", "payload-malformed",
     [](Attacks& a) {
       const std::string ours = a.mint_.simple_signing();
       const std::string theirs = a.about(a.other_, [&] { return a.mint_.simple_signing(); });
       SignatureSpec spec;
       spec.payload = theirs.substr(0, theirs.size() - 1) + "," + ours.substr(1);
       a.push_legacy(a.mint_.legacy_signature(spec));
     }},
    {"PayloadInOtherLetters", "payload-malformed",
     [](Attacks& a) {
       SignatureSpec spec;
       spec.payload = a.mint_.simple_signing();
       spec.payload.replace(spec.payload.find("critical"), 8, "Critical");
       a.push_legacy(a.mint_.legacy_signature(spec));
     }},
    {"AttestationUnderTheSignatureTag", "unsigned",
     [](Attacks& a) { a.push_legacy(a.mint_.legacy_attestation()); }},
    {"AnnotationThatNobodySigned", "annotation-mismatch",
     [](Attacks& a) {
       a.policy("{authorities: {any: [ship]}, annotations: {tier: gold}}");
       auto ours = a.mint_.legacy_signature();
       ours.annotations["tier"] = "gold";
       a.push_legacy(ours);
     }},
    {"NamedForAnotherRepository", "reference-mismatch",
     [](Attacks& a) {
       a.trust("  dockerReference: same\n");
       Json payload = Json::parse(a.mint_.simple_signing());
       payload["critical"]["identity"]["docker-reference"] = "registry.test/acme/boat";
       SignatureSpec spec;
       spec.payload = payload.dump();
       a.push_legacy(a.mint_.legacy_signature(spec));
     }},
};
INSTANTIATE_TEST_SUITE_P(Legacy, Attacks, ::testing::ValuesIn(kLegacy), named);

const Attack kBundles[] = {
    {"StatementAboutAnotherImage", "subject-mismatch",
     [](Attacks& a) { a.push_bundle(a.about(a.other_, [&] { return a.mint_.bundle().dump(); })); }},
    {"MessageOfAnotherImage", "digest-mismatch",
     [](Attacks& a) { a.push_bundle(a.about(a.other_, [&] { return a.mint_.bundle({.statement = false}).dump(); })); }},
    {"MessageDigestThatLies", "signature-invalid",
     [](Attacks& a) {
       Json theirs = a.about(a.other_, [&] { return a.mint_.bundle({.keyed = true, .statement = false, .log = MintedLog::none}); });
       theirs["messageSignature"]["messageDigest"] = a.mint_.bundle({.statement = false})["messageSignature"]["messageDigest"];
       a.trust_key();
       a.push_bundle(theirs.dump());
     }},
    {"AttestationForASignature", "unsigned",
     [](Attacks& a) { a.stated([](Json& s) { s["predicateType"] = "https://spdx.dev/Document"; }); }},
    {"PredicateTypeThatIsNearlyRight", "unsigned",
     [](Attacks& a) { a.stated([](Json& s) { s["predicateType"] = std::string(kSign) + "/"; }); }},
    {"AnotherPayloadType", "payload-type",
     [](Attacks& a) { a.push_signature({.payload_type = "application/json"}); }},
    {"PayloadTypeChangedAfterwards", "signature-invalid",
     [](Attacks& a) {
       a.edited([](Json& b) { b["dsseEnvelope"]["payloadType"] = "application/vnd.in-toto+json"; },
                {.payload_type = "application/vnd.in-toto+JSON"});
     }},
    {"AnotherStatementType", "statement-type",
     [](Attacks& a) { a.stated([](Json& s) { s["_type"] = "https://in-toto.io/Statement/v2"; }); }},
    {"NoSubject", "statement-malformed",
     [](Attacks& a) { a.stated([](Json& s) { s["subject"] = Json::array(); }); }},
    {"SubjectThatContradictsItself", "statement-malformed",
     [](Attacks& a) {
       SignatureSpec spec;
       spec.payload = a.mint_.statement(kSign);
       spec.payload.insert(spec.payload.find(R"("sha256":)"), R"("sha256":")" + digest_of(a.other_).hex() + "\",");
       a.push_signature(spec);
     }},
    {"DigestAlgorithmInOtherLetters", "subject-mismatch",
     [](Attacks& a) {
       a.stated([&](Json& s) { s["subject"][0]["digest"] = Json{{"SHA256", digest_of(a.image_).hex()}, {"sha256", digest_of(a.other_).hex()}}; });
     }},
    {"OnlyADigestThatNobodyCanCheck", "digest-unknown",
     [](Attacks& a) { a.stated([&](Json& s) { s["subject"][0]["digest"] = Json{{"gitCommit", digest_of(a.image_).hex()}}; }); }},
    {"SignatureOverTheOldPayload", "log-binding-digest",
     [](Attacks& a) {
       Json theirs = a.about(a.other_, [&] { return a.mint_.bundle(); });
       theirs["dsseEnvelope"]["payload"] = to_base64(a.mint_.statement(kSign));
       a.push_bundle(theirs.dump());
     }},
    {"EnvelopeTwice", "bundle-malformed",
     [](Attacks& a) {
       std::string text = a.mint_.bundle().dump();
       const Json theirs = a.about(a.other_, [&] { return a.mint_.bundle(); });
       text.insert(1, "\"dsseEnvelope\":" + theirs["dsseEnvelope"].dump() + ",");
       a.push_bundle(text);
     }},
    {"MemberInOtherLetters", "bundle-malformed",
     [](Attacks& a) { a.edited([](Json& b) { b["MediaType"] = b["mediaType"]; }); }},
    {"EnvelopeAndMessage", "bundle-content",
     [](Attacks& a) {
       const Json message = a.mint_.bundle({.statement = false})["messageSignature"];
       a.edited([&](Json& b) { b["messageSignature"] = message; });
     }},
    {"TwoSignaturesInOneEnvelope", "envelope-signatures",
     [](Attacks& a) {
       a.edited([](Json& b) {
         Json& signatures = b["dsseEnvelope"]["signatures"];
         signatures.push_back(Json(signatures[0]));
       });
     }},
};
INSTANTIATE_TEST_SUITE_P(Bundles, Attacks, ::testing::ValuesIn(kBundles), named);
INSTANTIATE_TEST_SUITE_P(Signers, Attacks, ::testing::ValuesIn(attacks_by_signers()), named);
INSTANTIATE_TEST_SUITE_P(Logs, Attacks, ::testing::ValuesIn(attacks_by_logs()), named);
INSTANTIATE_TEST_SUITE_P(Places, Attacks, ::testing::ValuesIn(attacks_by_places()), named);

}  // namespace
}  // namespace portreeve::engine
