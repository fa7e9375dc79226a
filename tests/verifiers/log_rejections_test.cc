// Log entries that prove nothing about the signature at hand, each for its own reason. One test for
// each check: with that check removed, its test goes red.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::entry_of;
using testing::Json;
using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

std::string keyless(const Json& bundle) { return shared_mint().judge(bundle, shared_mint().keyless()); }
std::string keyed(const Json& bundle) { return shared_mint().judge(bundle, shared_mint().keyed()); }

std::string flipped(const Json& base64) {
  std::string bytes = from_base64(base64.get<std::string>(), Base64::standard).value();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  return to_base64(bytes);
}

TEST(LogRejections, EntryMissing) {
  EXPECT_EQ(keyless(shared_mint().bundle({.log = MintedLog::none, .timestamp = true})),
            "log-entry-missing");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature({.log = MintedLog::none}),
                                shared_mint().keyless()),
            "log-entry-missing");
}

TEST(LogRejections, KindVersionIsTheBodys) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["kindVersion"] = {{"kind", "hashedrekord"}, {"version", "0.0.1"}};
  EXPECT_EQ(keyless(bundle), "log-entry-kind");
}

TEST(LogRejections, KindThatWeDoNotRead) {
  for (const auto& [kind, version] : {std::pair{"dsse", "0.0.2"}, std::pair{"intoto", "0.0.1"},
                                      std::pair{"rekord", "0.0.1"}, std::pair{"dsse", ""}}) {
    SCOPED_TRACE(kind);
    const Json bundle = shared_mint().bundle({.edit_body = [&](Json& body) {
      body["kind"] = kind;
      body["apiVersion"] = version;
    }});
    EXPECT_EQ(keyless(bundle), "log-entry-kind");
  }
}

// Rekor v2 removed dsse 0.0.2; an entry of it is refused whatever log it is in.
TEST(LogRejections, RekorV2HasHashedRecordsAlone) {
  Json bundle = shared_mint().bundle({.log = MintedLog::v2, .timestamp = true});
  entry_of(bundle)["kindVersion"] = {{"kind", "dsse"}, {"version", "0.0.2"}};
  EXPECT_EQ(keyless(bundle), "log-entry-kind");
}

// An entry for envelopes says nothing about a message.
TEST(LogRejections, KindThatCannotHoldTheContent) {
  EXPECT_EQ(keyless(shared_mint().bundle({.statement = false, .entry_kind = "dsse"})),
            "log-entry-kind");
}

TEST(LogRejections, BodyMalformed) {
  Json bundle = shared_mint().bundle({.edit_body = [&](Json& body) { body.erase("spec"); }});
  EXPECT_EQ(keyless(bundle), "log-entry-malformed");
  bundle = shared_mint().bundle();
  entry_of(bundle)["canonicalizedBody"] = to_base64("[]");
  EXPECT_EQ(keyless(bundle), "log-entry-malformed");
  // GHSA-273p-m2cw-6833: an intoto entry with members missing.
  for (const char* member : {"envelope", "payloadHash"}) {
    EXPECT_EQ(keyless(shared_mint().bundle({.entry_kind = "intoto",
                                            .edit_body =
                                                [&](Json& body) {
                                                  body["spec"]["content"].erase(member);
                                                }})),
              "log-entry-malformed");
  }
}

TEST(LogRejections, DuplicateEntry) {
  Json bundle = shared_mint().bundle();
  bundle["verificationMaterial"]["tlogEntries"].push_back(entry_of(bundle));
  EXPECT_EQ(keyless(bundle), "log-entry-duplicate");
}

TEST(LogRejections, UnknownLog) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["logId"]["keyId"] = to_base64(std::string(32, 'x'));
  EXPECT_EQ(keyless(bundle), "log-unknown");
}

TEST(LogRejections, VersionOneNeedsThePromise) {
  EXPECT_EQ(keyless(shared_mint().bundle({.promise = false, .timestamp = true, .version = "0.1"})),
            "log-promise-missing");
}

TEST(LogRejections, LaterVersionsNeedTheProof) {
  EXPECT_EQ(keyless(shared_mint().bundle({.proof = false, .version = "0.2"})), "log-proof-missing");
  EXPECT_EQ(keyless(shared_mint().bundle({.proof = false})), "log-proof-missing");
  EXPECT_EQ(keyless(shared_mint().bundle({.promise = false, .proof = false, .timestamp = true})),
            "log-proof-missing");
}

// JanssenProject/jans#14636: rewriting mediaType to 0.1 and dropping the proof must not help where the
// authority wants proofs.
TEST(LogRejections, DowngradedMediaType) {
  Json bundle = shared_mint().bundle({.proof = false, .version = "0.1"});
  EXPECT_EQ(keyless(bundle), "accepted");
  Authority strict = shared_mint().keyless();
  strict.log = LogNeed::proof;
  EXPECT_EQ(shared_mint().judge(bundle, strict), "log-proof-missing");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.version = "0.1"}), strict), "accepted");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature(), strict), "log-proof-missing");
}

// integratedTime without a promise is the bundle writer's choice.
TEST(LogRejections, IntegratedTimeWithoutPromise) {
  Json bundle = shared_mint().bundle({.promise = false});
  entry_of(bundle)["integratedTime"] = std::to_string(testing::kIntegratedTime);
  EXPECT_EQ(keyless(bundle), "time-missing");
}

TEST(LogRejections, PromiseWithoutTime) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle).erase("integratedTime");
  EXPECT_EQ(keyless(bundle), "log-entry-malformed");
}

TEST(LogRejections, PromiseSignature) {
  Json bundle = shared_mint().bundle();
  Json& promise = entry_of(bundle)["inclusionPromise"]["signedEntryTimestamp"];
  promise = flipped(promise);
  EXPECT_EQ(keyless(bundle), "log-promise-signature");
  // Any field that it covers.
  bundle = shared_mint().bundle();
  entry_of(bundle)["integratedTime"] = std::to_string(testing::kIntegratedTime + 1);
  EXPECT_EQ(keyless(bundle), "log-promise-signature");
  bundle = shared_mint().bundle();
  entry_of(bundle)["logIndex"] = "4";
  EXPECT_EQ(keyless(bundle), "log-promise-signature");
}

// A promise and a proof that are there must hold, also where the other one would do.
TEST(LogRejections, ProofBesideAPromise) {
  Json bundle = shared_mint().bundle({.version = "0.1"});
  entry_of(bundle)["inclusionProof"]["hashes"][0] = to_base64(std::string(32, 'x'));
  EXPECT_EQ(keyless(bundle), "log-proof-mismatch");
}

TEST(LogRejections, CheckpointMissing) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["inclusionProof"].erase("checkpoint");
  EXPECT_EQ(keyless(bundle), "checkpoint-missing");
  entry_of(bundle)["inclusionProof"]["checkpoint"] = nullptr;
  EXPECT_EQ(keyless(bundle), "checkpoint-missing");
  bundle = shared_mint().bundle({.log = MintedLog::v2, .timestamp = true});
  entry_of(bundle)["inclusionProof"].erase("checkpoint");
  EXPECT_EQ(keyless(bundle), "checkpoint-missing");
}

TEST(LogRejections, CheckpointSignature) {
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = {.flip_signature = true}})),
            "checkpoint-signature");
  EXPECT_EQ(keyless(shared_mint().bundle({.log = MintedLog::v2,
                                          .timestamp = true,
                                          .checkpoint = {.flip_signature = true}})),
            "checkpoint-signature");
  const auto other = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = {.key = &other}})), "checkpoint-signature");
}

TEST(LogRejections, CheckpointOfSomebodyElse) {
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = {.key_id = std::string(4, 'x')}})),
            "checkpoint-unsigned");
  EXPECT_EQ(keyless(shared_mint().bundle({.log = MintedLog::v2,
                                          .timestamp = true,
                                          .checkpoint = {.key_id = std::string(4, 'x')}})),
            "checkpoint-unsigned");
}

// The name of a Rekor v1 log is arbitrary (a pod's, in private deployments); of v2 it is the log's.
TEST(LogRejections, CheckpointNames) {
  testing::MintLog::CheckpointSpec named;
  named.origin = "pod-7f9 - 42";
  named.signer_name = "pod-7f9";
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = named})), "accepted");
  named.origin = "other.rekor.test";
  named.signer_name.reset();
  EXPECT_EQ(keyless(shared_mint().bundle({.log = MintedLog::v2, .timestamp = true,
                                          .checkpoint = named})),
            "checkpoint-origin");
  named.origin.reset();
  named.signer_name = "other.rekor.test";
  EXPECT_EQ(keyless(shared_mint().bundle({.log = MintedLog::v2, .timestamp = true,
                                          .checkpoint = named})),
            "checkpoint-unsigned");
}

// rekor's own verifier once proved against the bundle's rootHash and only looked at the checkpoint.
TEST(LogRejections, RootAndSizeAreTheCheckpoints) {
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = {.root = std::string(32, 'x')}})),
            "log-proof-root");
  EXPECT_EQ(keyless(shared_mint().bundle({.checkpoint = {.size = 99}})), "log-proof-root");
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["inclusionProof"]["treeSize"] = "99";
  EXPECT_EQ(keyless(bundle), "log-proof-root");
  bundle = shared_mint().bundle();
  Json& root = entry_of(bundle)["inclusionProof"]["rootHash"];
  root = flipped(root);
  EXPECT_EQ(keyless(bundle), "log-proof-root");
}

TEST(LogRejections, ProofOfAnotherLeaf) {
  for (const MintedLog log : {MintedLog::v1, MintedLog::v2}) {
    Json bundle = shared_mint().bundle({.log = log, .timestamp = true});
    Json& hash = entry_of(bundle)["inclusionProof"]["hashes"][0];
    hash = flipped(hash);
    EXPECT_EQ(keyless(bundle), "log-proof-mismatch");
  }
}

TEST(LogRejections, ProofIndices) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["inclusionProof"]["logIndex"] = "99999";
  EXPECT_EQ(keyless(bundle), "log-proof-malformed");
  bundle = shared_mint().bundle();
  entry_of(bundle)["inclusionProof"]["logIndex"] = "-1";
  EXPECT_EQ(keyless(bundle), "log-proof-malformed");
  bundle = shared_mint().bundle();
  entry_of(bundle)["logIndex"] = -1;
  EXPECT_EQ(keyless(bundle), "log-entry-malformed");
  // Of Rekor v2 both are the same number.
  bundle = shared_mint().bundle({.log = MintedLog::v2, .timestamp = true});
  entry_of(bundle)["logIndex"] = "1";
  EXPECT_EQ(keyless(bundle), "log-proof-malformed");
}

TEST(LogRejections, ProofHashes) {
  Json bundle = shared_mint().bundle();
  entry_of(bundle)["inclusionProof"]["hashes"][0] = to_base64(std::string(31, 'x'));
  EXPECT_EQ(keyless(bundle), "log-proof-malformed");
  bundle = shared_mint().bundle();
  for (int i = 0; i < 65; ++i) {
    entry_of(bundle)["inclusionProof"]["hashes"].push_back(to_base64(std::string(32, 'x')));
  }
  EXPECT_EQ(keyless(bundle), "too-large");
}

// --- Binding: CVE-2022-23649, CVE-2022-36056, CVE-2026-22703. Each alone, everything else right.

TEST(LogRejections, BoundToTheSignature) {
  // A second signature over the same content by the same key.
  for (const MintedLog log : {MintedLog::v1, MintedLog::v2}) {
    Json one = shared_mint().bundle({.log = log, .timestamp = true});
    const Json two = shared_mint().bundle({.log = log, .timestamp = true});
    one["verificationMaterial"] = two["verificationMaterial"];
    EXPECT_EQ(keyless(one), "log-binding-signature");
  }
  Candidate one = shared_mint().legacy_signature();
  const Candidate two = shared_mint().legacy_signature();
  one.annotations["dev.sigstore.cosign/bundle"] = two.annotations.at("dev.sigstore.cosign/bundle");
  EXPECT_EQ(shared_mint().judge(one, shared_mint().keyless()), "log-binding-signature");
  Candidate att = shared_mint().legacy_attestation();
  const Candidate att_two = shared_mint().legacy_attestation();
  att.annotations["dev.sigstore.cosign/bundle"] =
      att_two.annotations.at("dev.sigstore.cosign/bundle");
  EXPECT_EQ(shared_mint().judge(att, shared_mint().keyless(),
                                testing::attestation_of("https://spdx.dev/Document")),
            "log-binding-signature");
}

TEST(LogRejections, BoundToTheCertificate) {
  auto& mint = shared_mint();
  // The same key in another certificate: the signature holds under both.
  testing::LeafSpec leaf;
  leaf.key = mint.leaf.key;
  const testing::MintedCertificate other = mint.sigstore.issue(leaf);
  const std::string pem = to_base64(other.pem());
  EXPECT_EQ(keyless(mint.bundle({.edit_body = [&](Json& body) {
              body["spec"]["signatures"][0]["verifier"] = pem;
            }})),
            "log-binding-signer");
  EXPECT_EQ(keyless(mint.bundle({.entry_kind = "intoto", .edit_body = [&](Json& body) {
              body["spec"]["content"]["envelope"]["signatures"][0]["publicKey"] = pem;
            }})),
            "log-binding-signer");
  EXPECT_EQ(keyless(mint.bundle({.statement = false, .edit_body = [&](Json& body) {
              body["spec"]["signature"]["publicKey"]["content"] = pem;
            }})),
            "log-binding-signer");
  EXPECT_EQ(keyless(mint.bundle({.log = MintedLog::v2, .timestamp = true, .edit_body =
                                     [&](Json& body) {
                                       body["spec"]["hashedRekordV002"]["signature"]["verifier"]
                                           ["x509Certificate"]["rawBytes"] = to_base64(other.der);
                                     }})),
            "log-binding-signer");
  // The bare key of the certificate is not the certificate.
  EXPECT_EQ(keyless(mint.bundle({.edit_body = [&](Json& body) {
              body["spec"]["signatures"][0]["verifier"] = to_base64(mint.leaf.key.public_pem());
            }})),
            "log-binding-signer");
}

TEST(LogRejections, BoundToTheKey) {
  const auto other = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
  EXPECT_EQ(keyed(shared_mint().bundle({.keyed = true, .edit_body = [&](Json& body) {
              body["spec"]["signatures"][0]["verifier"] = to_base64(other.public_pem());
            }})),
            "log-binding-signer");
  EXPECT_EQ(keyed(shared_mint().bundle({.keyed = true, .key = &other})), "log-binding-signer");
}

TEST(LogRejections, BoundToTheDigest) {
  const std::string wrong = crypto::sha256_hex("something else");
  EXPECT_EQ(keyless(shared_mint().bundle({.edit_body = [&](Json& body) {
              body["spec"]["payloadHash"]["value"] = wrong;
            }})),
            "log-binding-digest");
  EXPECT_EQ(keyless(shared_mint().bundle({.entry_kind = "intoto", .edit_body = [&](Json& body) {
              body["spec"]["content"]["payloadHash"]["value"] = wrong;
            }})),
            "log-binding-digest");
  EXPECT_EQ(keyless(shared_mint().bundle({.statement = false, .edit_body = [&](Json& body) {
              body["spec"]["data"]["hash"]["value"] = wrong;
            }})),
            "log-binding-digest");
  EXPECT_EQ(keyless(shared_mint().bundle(
                {.log = MintedLog::v2, .timestamp = true, .edit_body =
                     [&](Json& body) {
                       body["spec"]["hashedRekordV002"]["data"]["digest"] =
                           to_base64(std::string(32, 'x'));
                     }})),
            "log-binding-digest");
}

// A signature of one and a signer of another member are not a pair.
TEST(LogRejections, BoundAsAPair) {
  EXPECT_EQ(keyless(shared_mint().bundle({.edit_body = [&](Json& body) {
              Json& list = body["spec"]["signatures"];
              list.push_back(list[0]);
              list[0]["verifier"] = to_base64(shared_mint().key.public_pem());
              list[1]["signature"] = to_base64("another");
            }})),
            "log-binding-signer");
}

TEST(LogRejections, LogsKeyAtIntegratedTime) {
  auto& mint = shared_mint();
  const auto judge = [&](const std::string& start, const std::string& end, MintedLog log) {
    auto document = mint.sigstore.trusted_root();
    for (auto& tlog : document.tlogs) {
      tlog.start = start;
      tlog.end = end;
    }
    Authority authority = mint.keyless();
    authority.trust_root = testing::load(document);
    return mint.judge(mint.bundle({.log = log, .timestamp = log == MintedLog::v2}), authority);
  };
  // Both ends belong to the interval; Rekor v2 is judged at the timestamp.
  const std::string early = "2025-01-01T00:00:00Z";
  EXPECT_EQ(judge(early, "2026-03-01T12:05:00Z", MintedLog::v1), "accepted");
  EXPECT_EQ(judge(early, "2026-03-01T12:04:59Z", MintedLog::v1), "log-validity");
  EXPECT_EQ(judge("2026-03-01T12:05:00Z", "", MintedLog::v1), "accepted");
  EXPECT_EQ(judge("2026-03-01T12:05:01Z", "", MintedLog::v1), "log-validity");
  EXPECT_EQ(judge(early, "2026-03-01T12:05:01Z", MintedLog::v2), "accepted");
  EXPECT_EQ(judge(early, "2026-03-01T12:05:00Z", MintedLog::v2), "log-validity");
  EXPECT_EQ(judge("2026-03-01T12:05:02Z", "", MintedLog::v2), "log-validity");
}

// GHSA-9vcr-p3rj-q5q6: two entries of one log are one log.
TEST(LogRejections, ThresholdCountsLogs) {
  auto& mint = shared_mint();
  Authority two = mint.keyless();
  two.logs = 2;
  SignatureSpec spec;
  spec.timestamp = true;
  spec.statement = false;
  // The same signature logged three times: twice in v1, once in v2.
  const Json first = mint.bundle(spec);
  const std::string signature =
      from_base64(first["messageSignature"]["signature"].get<std::string>(), Base64::standard).value();
  const auto again = [&](MintedLog log) {
    SignatureSpec more = spec;
    more.log = log;
    more.edit_body = [&](Json& body) {
      Json& target = log == MintedLog::v2 ? body["spec"]["hashedRekordV002"]["signature"]
                                          : body["spec"]["signature"];
      target["content"] = to_base64(signature);
    };
    Json bundle = mint.bundle(more);
    return entry_of(bundle);
  };
  Json same = first;
  same["verificationMaterial"]["tlogEntries"].push_back(again(MintedLog::v1));
  EXPECT_EQ(mint.judge(same, mint.keyless()), "accepted");
  EXPECT_EQ(mint.judge(same, two), "log-threshold");
  Json distinct = first;
  distinct["verificationMaterial"]["tlogEntries"].push_back(again(MintedLog::v2));
  EXPECT_EQ(mint.judge(distinct, two), "accepted");
  // An unknown log beside it neither counts nor harms.
  Json unknown = first;
  unknown["verificationMaterial"]["tlogEntries"].push_back(again(MintedLog::v2));
  unknown["verificationMaterial"]["tlogEntries"][1]["logId"]["keyId"] = to_base64("nobody's");
  EXPECT_EQ(mint.judge(unknown, mint.keyless()), "accepted");
  EXPECT_EQ(mint.judge(unknown, two), "log-threshold");
  // One that a known log should stand behind and does not refuses the whole.
  Json broken = distinct;
  Json& hash = broken["verificationMaterial"]["tlogEntries"][1]["inclusionProof"]["hashes"][0];
  hash = flipped(hash);
  EXPECT_EQ(mint.judge(broken, mint.keyless()), "log-proof-mismatch");
}

// log: none — an entry that is there is not consulted.
TEST(LogRejections, NotConsultedWhereNotAsked) {
  Authority bare = shared_mint().keyed();
  bare.log = LogNeed::none;
  Json bundle = shared_mint().bundle({.keyed = true});
  entry_of(bundle)["kindVersion"]["version"] = "9";
  EXPECT_EQ(shared_mint().judge(bundle, bare), "accepted");
  bare.log = LogNeed::if_present;
  EXPECT_EQ(shared_mint().judge(bundle, bare), "log-entry-kind");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.keyed = true, .log = MintedLog::none}), bare),
            "accepted");
}

// A signer that hashes otherwise than its key's kind usually does has another body than the one we
// rebuild; the stored one counts then, with all three bindings.
TEST(LogRejections, RekorV2FallsBackToTheStoredBody) {
  auto& mint = shared_mint();
  const auto key = testing::MintKey::make(crypto::KeyKind::ecdsa_p384);
  Authority authority = mint.keyed();
  std::get<KeySigners>(authority.signers).keys = {
      {"key", key.public_key(), crypto::default_schemes(key.public_key()), {}}};
  SignatureSpec spec;
  spec.keyed = true;
  spec.key = &key;
  spec.log = MintedLog::v2;
  spec.statement = false;
  spec.scheme = crypto::Scheme::ecdsa_sha256;
  const auto with_digest = [&](const std::string& digest) {
    spec.edit_body = [digest](Json& body) {
      Json& record = body["spec"]["hashedRekordV002"];
      record["data"] = {{"algorithm", "SHA2_256"}, {"digest", to_base64(digest)}};
      record["signature"]["verifier"]["keyDetails"] = "PKIX_ECDSA_P384_SHA_256";
    };
    return mint.judge(mint.bundle(spec), authority);
  };
  EXPECT_EQ(with_digest(crypto::hash(crypto::HashKind::sha256, mint.bytes)), "accepted");
  EXPECT_EQ(with_digest(std::string(32, 'x')), "log-binding-digest");
  // The stored body may be left out when it can be rebuilt.
  spec = SignatureSpec{.keyed = true, .statement = false, .log = MintedLog::v2};
  Json bundle = mint.bundle(spec);
  entry_of(bundle).erase("canonicalizedBody");
  EXPECT_EQ(keyed(bundle), "accepted");
}

}  // namespace
}  // namespace portreeve::verifiers
