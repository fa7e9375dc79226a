#include "core/base64.h"
#include "tests/engine/attacks.h"

namespace portreeve::engine {
namespace {

using oci::digest_of;
using testing::entry_of;
using testing::Json;
using testing::LeafSpec;
using testing::MintedLog;
using testing::SignatureSpec;

const Attack kSigners[] = {
    {"CertificateOfAServer", "certificate-usage", [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.extended_key_usage = "serverAuth"; }); }},
    {"CertificateOfAnAuthority", "certificate-usage",
     [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.basic_constraints = "critical,CA:TRUE"; }); }},
    {"TwoNames", "identity-malformed",
     [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.names.push_back({crypto::NameKind::uri, "https://evil.test/x", ""}); }); }},
    {"LongerName", "identity-mismatch",
     [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.names[0].value += ".evil"; }); }},
    {"NameAsAnAddress", "identity-mismatch",
     [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.names[0].kind = crypto::NameKind::email; }); }},
    {"AnotherIssuer", "issuer-mismatch",
     [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.claims[1] = s.claims[8] = "https://token.actions.githubusercontent.com.evil.test"; }); }},
    {"TwoIssuers", "identity-malformed", [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.claims[1] = "https://evil.test"; }); }},
    {"CertificateOfAnotherSigstore", "certificate-chain",
     [](Attacks& a) {
       const testing::SigstoreMint other;
       const auto leaf = other.issue();
       a.push_signature({.leaf = &leaf});
     }},
    {"SignedAfterTheEnd", "certificate-time",
     [](Attacks& a) { a.push_signature({.integrated_time = testing::kIntegratedTime + 301}); }},
    {"SignedBeforeTheBeginning", "certificate-time",
     [](Attacks& a) { a.push_signature({.integrated_time = testing::kIntegratedTime - 301}); }},
    {"NotInTheCertificateLog", "sct-missing", [](Attacks& a) { a.by_leaf([](LeafSpec& s) { s.scts.clear(); }); }},
    {"InAnotherCertificateLog", "sct-invalid",
     [](Attacks& a) {
       const testing::MintCtLog log;
       a.by_leaf([&](LeafSpec& s) { s.scts[0].log = &log; });
     }},
    {"KeyForACertificate", "certificate-expected",
     [](Attacks& a) { a.push_signature({.keyed = true}); }},
    {"CertificateForAKey", "key-expected",
     [](Attacks& a) { a.trust_key(); a.push_signature(); }},
    {"AnotherKey", "signature-invalid",
     [](Attacks& a) {
       a.trust_key();
       const auto key = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
       a.push_signature({.keyed = true, .log = MintedLog::none, .key = &key});
     }},
};

const Attack kLogs[] = {
    {"KindThatIsNotTheBodys", "log-entry-kind",
     [](Attacks& a) { a.edited([](Json& b) { entry_of(b)["kindVersion"]["kind"] = "hashedrekord"; }); }},
    {"EntryOfAnotherArtifact", "log-binding",
     [](Attacks& a) {
       Json theirs = a.about(a.other_, [&] { return a.mint_.bundle(); });
       a.edited([&](Json& b) { entry_of(b) = entry_of(theirs); });
     }},
    {"CalledAnOldBundle", "log-promise-missing", [](Attacks& a) { a.push_signature({.promise = false, .version = "0.1"}); }},
    {"CalledAnOldBundleWhereTheProofIsWanted", "log-proof-missing",
     [](Attacks& a) { a.trust("  log: proof\n"); a.push_signature({.proof = false, .version = "0.1"}); }},
    {"TimeThatNobodyPromised", "time-missing",
     [](Attacks& a) {
       a.edited([](Json& b) { entry_of(b)["integratedTime"] = std::to_string(testing::kIntegratedTime); }, {.promise = false});
     }},
    {"PromiseOfAnotherTime", "log-promise-signature",
     [](Attacks& a) {
       a.edited([](Json& b) { entry_of(b)["integratedTime"] = std::to_string(testing::kIntegratedTime); },
                {.integrated_time = testing::kIntegratedTime + 3600});
     }},
    {"CheckpointBySomebodyElse", "checkpoint-signature",
     [](Attacks& a) {
       const auto key = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
       SignatureSpec spec;
       spec.checkpoint.key = &key;
       a.push_signature(spec);
     }},
    {"CheckpointOfAnotherOrigin", "checkpoint-origin",
     [](Attacks& a) {
       SignatureSpec spec;
       spec.log = MintedLog::v2;
       spec.timestamp = true;
       spec.checkpoint.origin = "evil.test";
       a.push_signature(spec);
     }},
    {"ProofToAnotherRoot", "log-proof-root",
     [](Attacks& a) { a.edited([](Json& b) { entry_of(b)["inclusionProof"]["rootHash"] = to_base64(std::string(32, 'x')); }); }},
    {"LogThatNobodyKnows", "log-unknown",
     [](Attacks& a) { a.edited([](Json& b) { entry_of(b)["logId"]["keyId"] = to_base64(std::string(32, 'x')); }); }},
    {"OneEntryForTwoLogs", "log-entry-duplicate",
     [](Attacks& a) {
       a.trust("  log: 2\n");
       a.edited([](Json& b) {
         Json& entries = b["verificationMaterial"]["tlogEntries"];
         entries.push_back(Json(entries[0]));
       });
     }},
    {"OneLogForTwo", "log-threshold", [](Attacks& a) { a.trust("  log: 2\n"); a.push_signature(); }},
    {"TimestampOfAnotherSignature", "timestamp-invalid",
     [](Attacks& a) {
       a.trust("  log: none\n  timestamp: required\n");
       SignatureSpec spec;
       spec.log = MintedLog::none;
       spec.timestamp = true;
       spec.stamped = "another signature";
       a.push_signature(spec);
     }},
    {"TimestampBySomebodyElse", "timestamp-invalid",
     [](Attacks& a) {
       a.trust("  log: none\n  timestamp: required\n");
       const testing::MintTimestampAuthority tsa;
       SignatureSpec spec;
       spec.log = MintedLog::none;
       spec.timestamp = true;
       spec.stamp.signer = &tsa.leaf;
       a.push_signature(spec);
     }},
    {"OneTimestampForTwo", "timestamp-duplicate",
     [](Attacks& a) {
       a.trust("  log: none\n  timestamp: 2\n");
       a.edited([](Json& b) {
         Json& stamps = b["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
         stamps.push_back(Json(stamps[0]));
       }, {.log = MintedLog::none, .timestamp = true});
     }},
};

std::string by_digest(const std::string& tag, const std::string& manifest) {
  return R"({"ref":"registry.test/acme/ship)" + tag + "@" + digest_of(manifest).text() + "\"}";
}

const Attack kPlaces[] = {
    {"AnswerThatClaimsAnotherDigest", "unsigned",
     [](Attacks& a) {
       a.push_signature();
       a.answer("/manifests/1.0", a.other_, std::string(oci::kOciManifest), digest_of(a.image_).text());
     }},
    {"OtherBytesForADigest", "the bytes that came have digest",
     [](Attacks& a) {
       a.push_signature();
       a.object_ = by_digest("", a.image_);
       a.answer("/manifests/" + digest_of(a.image_).text(), a.other_, std::string(oci::kOciManifest));
     }},
    {"SignedTagBesideAnotherDigest", "unsigned",
     [](Attacks& a) {
       a.push_signature();
       a.server_->put_manifest("acme/ship", a.other_, std::string(oci::kOciManifest));
       a.object_ = by_digest(":1.0", a.other_);
     }},
    {"IndexAroundASignedImage", "unsigned",
     [](Attacks& a) {
       a.push_signature();
       a.server_->put_manifest("acme/ship", oci::index_json({oci::descriptor_json(oci::kOciManifest, a.image_)}),
                               std::string(oci::kOciIndex), "1.0");
     }},
    {"SignedIndexOfAnUnsignedChild", "unsigned",
     [](Attacks& a) {
       const std::string index = oci::index_json({oci::descriptor_json(oci::kOciManifest, a.other_)});
       a.server_->put_manifest("acme/ship", a.other_, std::string(oci::kOciManifest));
       a.server_->put_manifest("acme/ship", index, std::string(oci::kOciIndex), "1.0");
       a.push_bundle(a.about(index, [&] { return a.mint_.bundle().dump(); }), index);
       a.policy("{authorities: {any: [ship]}, platforms: all-children}");
     }},
    {"ListOfSomebodyElsesReferrers", "its subject is",
     [](Attacks& a) {
       const std::string bundle = a.about(a.other_, [&] { return a.mint_.bundle().dump(); });
       a.push_bundle(bundle, a.other_);
       a.answer("/referrers/", oci::index_json({oci::descriptor_json(
           oci::kOciManifest, oci::manifest_json(a.kBundleType, bundle, oci::descriptor_json(oci::kOciManifest, a.other_),
                                                 R"(,"artifactType":")" + std::string(a.kBundleType) + "\""))}),
                std::string(oci::kOciIndex));
     }},
    {"ListedWithoutASubject", "it has no subject",
     [](Attacks& a) {
       const std::string bundle = a.mint_.bundle().dump();
       a.server_->put_blob("acme/ship", bundle);
       const std::string manifest = oci::manifest_json(a.kBundleType, bundle);
       a.server_->put_manifest("acme/ship", manifest, std::string(oci::kOciManifest));
       a.answer("/referrers/", oci::index_json({oci::descriptor_json(oci::kOciManifest, manifest)}), std::string(oci::kOciIndex));
     }},
    {"LayerOfOtherBytes", "the bytes that came have digest",
     [](Attacks& a) {
       std::string good = a.mint_.bundle().dump();
       std::string claimed = good;
       claimed[claimed.size() - 2] = ' ';  // Of the same length.
       a.push_bundle(claimed);
       a.answer("/blobs/", good, "application/octet-stream");
     }},
    {"LayoutBesideWithAnothersSignature", "subject-mismatch",
     [](Attacks& a) {
       const std::string bundle = a.about(a.other_, [&] { return a.mint_.bundle().dump(); });
       const std::string manifest = oci::manifest_json(a.kBundleType, bundle, oci::descriptor_json(oci::kOciManifest, a.image_));
       a.scratch_.write("p/l/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
       a.scratch_.write("p/l/index.json", oci::index_json({oci::descriptor_json(oci::kOciManifest, manifest)}));
       for (const std::string& bytes : {manifest, bundle}) a.scratch_.write("p/l/blobs/sha256/" + digest_of(bytes).hex(), bytes);
       a.start_registry({}, "  layouts: [l]\n");
     }},
    {"NameInOtherLetters", "deny", [](Attacks& a) { a.push_signature(); a.object_ = R"({"ref":"registry.test/Acme/ship:1.0"})"; }},
    {"HostWithADot", "deny", [](Attacks& a) { a.push_signature(); a.object_ = R"({"ref":"registry.test./acme/ship:1.0"})"; }},
    {"HostWithAPort", "none of these authorities is trusted",
     [](Attacks& a) { a.push_signature(); a.object_ = R"({"ref":"registry.test:444/acme/ship:1.0"})"; }},
    {"HostInAPath", "none of these authorities is trusted",
     [](Attacks& a) { a.push_signature(); a.object_ = R"({"ref":"evil.test/registry.test/acme/ship:1.0"})"; }},
    {"ThresholdOfOneSigner", "deny: signed, but not by enough of those who have to: https://token.actions",
     [](Attacks& a) {
       a.write("twin.yaml", a.authority("twin", std::string(testing::kMintIdentity)));
       a.policy("{authorities: {all: [ship, twin]}}");
       a.push_signature();
       a.push_signature();
     }},
};

}  // namespace

std::vector<Attack> attacks_by_signers() { return {std::begin(kSigners), std::end(kSigners)}; }
std::vector<Attack> attacks_by_logs() { return {std::begin(kLogs), std::end(kLogs)}; }
std::vector<Attack> attacks_by_places() { return {std::begin(kPlaces), std::end(kPlaces)}; }

}  // namespace portreeve::engine
