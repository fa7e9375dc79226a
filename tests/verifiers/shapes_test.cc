// Every shape that signers write is accepted, for the signer and artifact that it is about alone.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::attestation_of;
using testing::Json;
using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

constexpr const char* kSpdx = "https://spdx.dev/Document";

TEST(Shapes, KeylessBundles) {
  auto& mint = shared_mint();
  EXPECT_EQ(mint.judge(mint.bundle(), mint.keyless()), "accepted");
  for (const MintedLog log : {MintedLog::v1, MintedLog::v2}) {
    for (const bool statement : {true, false}) {
      for (const bool timestamp : {true, false}) {
        if (log == MintedLog::v2 && !timestamp) continue;
        SCOPED_TRACE(std::to_string(static_cast<int>(log)) + std::to_string(statement) +
                     std::to_string(timestamp));
        SignatureSpec spec;
        spec.log = log;
        spec.statement = statement;
        spec.timestamp = timestamp;
        EXPECT_EQ(mint.judge(mint.bundle(spec), mint.keyless()), "accepted");
      }
    }
  }
  EXPECT_EQ(mint.judge(mint.bundle({.entry_kind = "intoto", .version = "0.2"}), mint.keyless()),
            "accepted");
  EXPECT_EQ(mint.judge(mint.bundle({.statement = false, .version = "0.1"}), mint.keyless()),
            "accepted");
  // The promise alone, as 0.1 allows it.
  EXPECT_EQ(mint.judge(mint.bundle({.proof = false, .version = "0.1"}), mint.keyless()), "accepted");
  // The proof alone says no time: that must come from elsewhere.
  EXPECT_EQ(mint.judge(mint.bundle({.promise = false, .timestamp = true}), mint.keyless()),
            "accepted");
}

TEST(Shapes, TimestampInsteadOfALog) {
  auto& mint = shared_mint();
  Authority authority = mint.keyless();
  authority.log = LogNeed::none;
  authority.timestamps = 1;
  EXPECT_EQ(mint.judge(mint.bundle({.log = MintedLog::none, .timestamp = true}), authority),
            "accepted");
  EXPECT_EQ(mint.judge(mint.bundle({.log = MintedLog::none}), authority), "timestamp-missing");
}

TEST(Shapes, KeyedBundles) {
  auto& mint = shared_mint();
  Authority bare = mint.keyed();
  bare.log = LogNeed::none;
  for (const bool statement : {true, false}) {
    SignatureSpec spec;
    spec.keyed = true;
    spec.statement = statement;
    EXPECT_EQ(mint.judge(mint.bundle(spec), mint.keyed()), "accepted");
    spec.log = MintedLog::v2;
    EXPECT_EQ(mint.judge(mint.bundle(spec), mint.keyed()), "accepted");
    spec.log = MintedLog::none;
    EXPECT_EQ(mint.judge(mint.bundle(spec), bare), "accepted");
    EXPECT_EQ(mint.judge(mint.bundle(spec), mint.keyed()), "log-entry-missing");
    spec.timestamp = true;
    Authority stamped = bare;
    stamped.timestamps = 1;
    EXPECT_EQ(mint.judge(mint.bundle(spec), stamped), "accepted");
  }
}

TEST(Shapes, LegacySignature) {
  auto& mint = shared_mint();
  EXPECT_EQ(mint.judge(mint.legacy_signature(), mint.keyless()), "accepted");
  EXPECT_EQ(mint.judge(mint.legacy_signature({.keyed = true}), mint.keyed()), "accepted");
  Authority bare = mint.keyed();
  bare.log = LogNeed::none;
  EXPECT_EQ(mint.judge(mint.legacy_signature({.keyed = true, .log = MintedLog::none}), bare),
            "accepted");
  Authority stamped = mint.keyless();
  stamped.log = LogNeed::none;
  stamped.timestamps = 1;
  EXPECT_EQ(mint.judge(mint.legacy_signature({.log = MintedLog::none, .timestamp = true}), stamped),
            "accepted");
}

TEST(Shapes, LegacyAttestation) {
  auto& mint = shared_mint();
  const Demand spdx = attestation_of(kSpdx);
  EXPECT_EQ(mint.judge(mint.legacy_attestation(), mint.keyless(), spdx), "accepted");
  EXPECT_EQ(mint.judge(mint.legacy_attestation({.entry_kind = "intoto"}), mint.keyless(), spdx),
            "accepted");
  EXPECT_EQ(mint.judge(mint.legacy_attestation({.keyed = true}), mint.keyed(), spdx), "accepted");
  // cosign stamps the whole layer here.
  Authority stamped = mint.keyless();
  stamped.log = LogNeed::none;
  stamped.timestamps = 1;
  EXPECT_EQ(mint.judge(mint.legacy_attestation({.log = MintedLog::none, .timestamp = true}), stamped,
                       spdx),
            "accepted");
  // cosign 3 stamps the signature, and so vouches for no less.
  EXPECT_EQ(mint.judge(mint.legacy_attestation({.log = MintedLog::none,
                                                .timestamp = true,
                                                .stamps_signature = true}),
                       stamped, spdx),
            "accepted");
}

// Two signatures of one envelope are two signers, each by their own authority.
TEST(Shapes, AttestationWithSeveralSignatures) {
  auto& mint = shared_mint();
  const auto other = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
  Authority bare = mint.keyed();
  bare.log = LogNeed::none;
  std::get<KeySigners>(bare.signers)
      .keys.push_back({"other", other.public_key(),
                       crypto::default_schemes(other.public_key()), {}});
  Candidate candidate = mint.legacy_attestation({.keyed = true, .log = MintedLog::none});
  Json envelope = Json::parse(candidate.bytes);
  const std::string payload = mint.statement(kSpdx);
  const std::string pae = dsse::pae(dsse::kInTotoPayload, payload);
  const auto sign = [&](const testing::MintKey& key) {
    return Json{{"sig", to_base64(key.sign(crypto::Scheme::ecdsa_sha256, pae))}};
  };
  const auto claims_of = [&](const Json& signatures) {
    envelope["signatures"] = signatures;
    candidate.bytes = envelope.dump();
    const Artifact artifact = mint.artifact();
    const auto claims =
        Verifier::verify(candidate, bare, artifact, attestation_of(kSpdx), *mint.root);
    return claims.ok() ? claims.value().size() : 0;
  };
  EXPECT_EQ(claims_of({sign(mint.key), sign(other)}), 2U);
  EXPECT_EQ(claims_of({sign(mint.key), sign(mint.key)}), 1U);
  EXPECT_EQ(claims_of({Json{{"sig", "AAAA"}}, sign(other)}), 1U);
  EXPECT_EQ(claims_of({Json{{"sig", "AAAA"}}, Json{{"sig", "AAAA"}}}), 0U);
}

TEST(Shapes, Schemes) {
  auto& mint = shared_mint();
  using crypto::KeyKind;
  using crypto::Scheme;
  struct Row {
    KeyKind kind;
    std::optional<Scheme> scheme;
  };
  for (const Row& row : {Row{KeyKind::ecdsa_p256, {}}, Row{KeyKind::ecdsa_p384, {}},
                         Row{KeyKind::ecdsa_p384, Scheme::ecdsa_sha256}, Row{KeyKind::ecdsa_p521, {}},
                         Row{KeyKind::rsa, {}}, Row{KeyKind::ed25519, Scheme::ed25519},
                         Row{KeyKind::ed25519, Scheme::ed25519ph}}) {
    SCOPED_TRACE(std::string(to_string(row.kind)));
    const auto key = testing::MintKey::make(row.kind);
    Authority authority = mint.keyed();
    std::get<KeySigners>(authority.signers).keys = {
        {"key", key.public_key(), crypto::default_schemes(key.public_key()), {}}};
    SignatureSpec spec;
    spec.keyed = true;
    spec.key = &key;
    spec.scheme = row.scheme;
    for (const MintedLog log : {MintedLog::v1, MintedLog::v2}) {
      spec.log = log;
      spec.statement = true;
      EXPECT_EQ(mint.judge(mint.bundle(spec), authority), "accepted");
      spec.statement = false;
      EXPECT_EQ(mint.judge(mint.bundle(spec), authority), "accepted");
    }
    authority.log = LogNeed::none;
    EXPECT_EQ(mint.judge(mint.legacy_signature({.keyed = true,
                                                .log = MintedLog::none,
                                                .scheme = row.scheme,
                                                .key = &key}),
                         authority),
              "accepted");
  }
}

// Of the artifact only the digest is known: what can be verified by it is, the rest is no verdict.
TEST(Shapes, DigestAlone) {
  auto& mint = shared_mint();
  const Artifact digest = Artifact::of_digest(mint.digest()).value();
  Authority bare = mint.keyed();
  bare.log = LogNeed::none;
  const auto judge = [&](const testing::MintKey& key, bool statement) -> std::string {
    std::get<KeySigners>(bare.signers).keys = {
        {"key", key.public_key(), crypto::default_schemes(key.public_key()), {}}};
    const Json bundle = mint.bundle(
        {.keyed = true, .statement = statement, .log = MintedLog::none, .key = &key});
    const auto claims = Verifier::verify(mint.candidate(bundle), bare, digest, Demand{}, *mint.root);
    return claims.ok() ? "accepted" : std::string(to_string(claims.error().reason));
  };
  EXPECT_EQ(judge(mint.key, false), "accepted");
  const auto p384 = testing::MintKey::make(crypto::KeyKind::ecdsa_p384);
  const auto ed25519 = testing::MintKey::make(crypto::KeyKind::ed25519);
  EXPECT_EQ(judge(p384, false), "digest-unknown");
  EXPECT_EQ(judge(ed25519, false), "digest-unknown");
  EXPECT_EQ(judge(p384, true), "accepted");
  EXPECT_EQ(judge(ed25519, true), "accepted");
}

TEST(Shapes, ClaimSaysWhatWasVerified) {
  auto& mint = shared_mint();
  const Artifact artifact = mint.artifact();
  const auto claims = Verifier::verify(
      mint.candidate(mint.bundle({.payload = mint.statement(kSpdx, {{"a", 1}}), .timestamp = true})),
      mint.keyless(), artifact, attestation_of(kSpdx), *mint.root);
  ASSERT_TRUE(claims.ok()) << claims.error().text();
  const SignatureClaim& claim = *claims.value().at(0);
  EXPECT_EQ(claim.authority, "keyless");
  EXPECT_EQ(claim.artifact, mint.digest());
  EXPECT_EQ(claim.signer.id, std::string(testing::kMintIssuer) + " " + std::string(testing::kMintIdentity));
  EXPECT_EQ(claim.statement->predicate["a"].text(), "1");
  EXPECT_EQ(claim.annotations.at("env"), "prod");
  ASSERT_EQ(claim.times.size(), 2U);
  EXPECT_EQ(format_time(claim.times[0].time), "2026-03-01T12:05:00.000Z");
  EXPECT_EQ(format_time(claim.times[1].time), "2026-03-01T12:05:01.000Z");
  ASSERT_EQ(claim.logs.size(), 1U);
  EXPECT_TRUE(claim.logs[0].proven);
  EXPECT_TRUE(claim.holds.contains(TimePoint{}));
}

}  // namespace
}  // namespace portreeve::verifiers
