// Who signed, and when: each check by its reason.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::Json;
using testing::kMintIdentity;
using testing::kMintIssuer;
using testing::LeafSpec;
using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

std::string by_leaf(const LeafSpec& spec, const Authority& authority) {
  const testing::MintedCertificate leaf = shared_mint().sigstore.issue(spec);
  return shared_mint().judge(shared_mint().bundle({.leaf = &leaf}), authority);
}
std::string by_leaf(const LeafSpec& spec) { return by_leaf(spec, shared_mint().keyless()); }

Authority trusting(std::string issuer, const IdentityRule& identity) {
  Authority authority = shared_mint().keyless();
  authority.signers = KeylessSigners{std::move(issuer), identity, {}};
  return authority;
}

std::string judge_identity(std::string issuer, const std::string& identity) {
  return shared_mint().judge(shared_mint().bundle(),
                             trusting(std::move(issuer), IdentityRule::exact(identity).value()));
}

TEST(SignerRejections, Identity) {
  const std::string right(kMintIdentity);
  const std::string issuer(kMintIssuer);
  EXPECT_EQ(judge_identity(issuer, right), "accepted");
  EXPECT_EQ(judge_identity(issuer, right.substr(0, right.size() - 1)), "identity-mismatch");
  EXPECT_EQ(judge_identity(issuer, right + "x"), "identity-mismatch");
  EXPECT_EQ(judge_identity(issuer, right.substr(1)), "identity-mismatch");
  std::string upper = right;
  upper[upper.find("acme")] = 'A';
  EXPECT_EQ(judge_identity(issuer, upper), "identity-mismatch");
}

TEST(SignerRejections, Issuer) {
  const std::string right(kMintIdentity);
  EXPECT_EQ(judge_identity(std::string(kMintIssuer) + ".evil.test", right), "issuer-mismatch");
  EXPECT_EQ(judge_identity(std::string(kMintIssuer) + "/", right), "issuer-mismatch");
  EXPECT_EQ(judge_identity("", right), "issuer-mismatch");
  LeafSpec none;
  none.claims.erase(1);
  none.claims.erase(8);
  EXPECT_EQ(by_leaf(none), "issuer-mismatch");
}

// The old extension (.1) contradicts the new one (.8); cosign takes either.
TEST(SignerRejections, IssuersContradict) {
  LeafSpec spec;
  spec.claims[1] = "https://evil.test";
  EXPECT_EQ(by_leaf(spec), "identity-malformed");
}

TEST(SignerRejections, TwoNames) {
  LeafSpec spec;
  spec.names.push_back({crypto::NameKind::uri, "https://evil.test/x", ""});
  EXPECT_EQ(by_leaf(spec), "identity-malformed");
  spec.names.clear();
  EXPECT_EQ(by_leaf(spec), "identity-malformed");
}

// The text of a URI in an email address, and the other way round.
TEST(SignerRejections, NameOfAnotherKind) {
  LeafSpec spec;
  spec.names = {{crypto::NameKind::email, std::string(kMintIdentity), ""}};
  EXPECT_EQ(by_leaf(spec), "identity-mismatch");
  const std::string email = "me@acme.test";
  const Authority me = trusting(std::string(kMintIssuer), IdentityRule::exact(email).value());
  spec.names = {{crypto::NameKind::email, email, ""}};
  EXPECT_EQ(by_leaf(spec, me), "accepted");
  spec.names = {{crypto::NameKind::uri, email, ""}};
  EXPECT_EQ(by_leaf(spec, me), "identity-mismatch");
}

TEST(SignerRejections, OtherName) {
  LeafSpec spec;
  const std::string name = "foo!acme.test";
  spec.names = {{crypto::NameKind::other_name, name, "1.3.6.1.4.1.57264.1.7"}};
  const Authority foo = trusting(std::string(kMintIssuer), IdentityRule::exact(name).value());
  EXPECT_EQ(by_leaf(spec, foo), "accepted");
  spec.names[0].oid = "1.3.6.1.4.1.57264.1.77";
  EXPECT_EQ(by_leaf(spec, foo), "identity-malformed");
}

TEST(SignerRejections, Pattern) {
  const auto judge = [](const char* pattern) {
    return shared_mint().judge(
        shared_mint().bundle(),
        trusting(std::string(kMintIssuer), IdentityRule::pattern(pattern).value()));
  };
  EXPECT_EQ(judge(R"(https://github\.com/acme/ship/\.github/workflows/[^/]+@refs/heads/main)"),
            "accepted");
  EXPECT_EQ(judge(R"(https://github\.com/acme/.*)"), "accepted");
  // In full, at both ends.
  EXPECT_EQ(judge(R"(https://github\.com/acme/ship/[^@]*)"), "identity-mismatch");
  EXPECT_EQ(judge(R"(https://github\.com/acme/ship)"
                  R"(/\.github/workflows/release\.yaml@refs/heads/ma)"),
            "identity-mismatch");
}

TEST(SignerRejections, Claims) {
  Authority authority = shared_mint().keyless();
  auto& signers = std::get<KeylessSigners>(authority.signers);
  const auto claims = LeafSpec::default_claims();
  signers.claims = {{"sourceRepositoryURI", claims.at(12)}};
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), authority), "accepted");
  signers.claims = {{"sourceRepositoryURI", claims.at(12) + "x"}};
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), authority), "claim-mismatch");
  signers.claims = {{"sourceRepositoryURI", claims.at(12)}};
  LeafSpec spec;
  spec.claims.erase(12);
  EXPECT_EQ(by_leaf(spec, authority), "claim-mismatch");
}

TEST(SignerRejections, CertificateUsage) {
  LeafSpec ca;
  ca.basic_constraints = "critical,CA:TRUE";
  EXPECT_EQ(by_leaf(ca), "certificate-usage");
  LeafSpec usage;
  usage.key_usage = "critical,keyEncipherment";
  EXPECT_EQ(by_leaf(usage), "certificate-usage");
  usage.key_usage = "";
  EXPECT_EQ(by_leaf(usage), "certificate-usage");
  LeafSpec extended;
  extended.extended_key_usage = "serverAuth";
  EXPECT_EQ(by_leaf(extended), "certificate-usage");
  extended.extended_key_usage = "";
  EXPECT_EQ(by_leaf(extended), "certificate-usage");
}

TEST(SignerRejections, CertificateMalformed) {
  Json bundle = shared_mint().bundle();
  bundle["verificationMaterial"]["certificate"]["rawBytes"] = to_base64("garbage");
  EXPECT_EQ(shared_mint().judge(bundle, shared_mint().keyless()), "certificate-malformed");
  bundle["verificationMaterial"]["certificate"]["rawBytes"] =
      to_base64(shared_mint().leaf.der + std::string(1, '\0'));
  EXPECT_EQ(shared_mint().judge(bundle, shared_mint().keyless()), "certificate-malformed");
}

TEST(SignerRejections, CertificateChain) {
  const testing::SigstoreMint elsewhere;
  Authority authority = shared_mint().keyless();
  auto document = shared_mint().sigstore.trusted_root();
  document.certificate_authorities = elsewhere.trusted_root().certificate_authorities;
  authority.trust_root = testing::load(document);
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), authority), "certificate-chain");
}

TEST(SignerRejections, CertificateTime) {
  for (const auto& [before, after] : {std::pair{"2026-03-01T12:05:01Z", "2026-03-01T12:10:00Z"},
                                      std::pair{"2026-03-01T12:00:00Z", "2026-03-01T12:04:59Z"}}) {
    LeafSpec spec;
    spec.not_before = testing::at(before);
    spec.not_after = testing::at(after);
    EXPECT_EQ(by_leaf(spec), "certificate-time");
  }
  LeafSpec exact;
  exact.not_before = testing::at("2026-03-01T12:05:00Z");
  exact.not_after = testing::at("2026-03-01T12:05:00Z");
  EXPECT_EQ(by_leaf(exact), "accepted");
}

// sigstore-python TOB-4: every verified time counts, not the best one.
TEST(SignerRejections, EveryTimeMustFit) {
  testing::TimestampSpec late;
  late.time = testing::at("2026-03-01T12:10:01Z");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.timestamp = true, .stamp = late}),
                                shared_mint().keyless()),
            "certificate-time");
}

TEST(SignerRejections, CaValidity) {
  auto document = shared_mint().sigstore.trusted_root();
  document.certificate_authorities[0].end = "2026-03-01T12:04:59Z";
  Authority authority = shared_mint().keyless();
  authority.trust_root = testing::load(document);
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), authority), "certificate-time");
}

TEST(SignerRejections, Scts) {
  LeafSpec none;
  none.scts.clear();
  EXPECT_EQ(by_leaf(none), "sct-missing");
  LeafSpec wrong;
  wrong.scts[0].flip_signature = true;
  EXPECT_EQ(by_leaf(wrong), "sct-invalid");
  const testing::MintCtLog unknown;
  LeafSpec foreign;
  foreign.scts[0].log = &unknown;
  EXPECT_EQ(by_leaf(foreign), "sct-invalid");
  auto document = shared_mint().sigstore.trusted_root();
  document.ctlogs[0].end = "2026-03-01T11:59:59Z";
  Authority authority = shared_mint().keyless();
  authority.trust_root = testing::load(document);
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), authority), "sct-invalid");
  // Two of one log are one.
  LeafSpec twice;
  twice.scts.push_back(twice.scts[0]);
  twice.scts[1].time = testing::at("2026-03-01T12:00:01Z");
  Authority two = shared_mint().keyless();
  two.scts = 2;
  EXPECT_EQ(by_leaf(twice, two), "sct-invalid");
  Authority without = shared_mint().keyless();
  without.scts = 0;
  EXPECT_EQ(by_leaf(none, without), "accepted");
}

// --- Timestamps.

Authority stamped(std::size_t needed) {
  Authority authority = shared_mint().keyless();
  authority.log = LogNeed::none;
  authority.timestamps = needed;
  return authority;
}

std::string with_stamp(const SignatureSpec& spec) {
  SignatureSpec used = spec;
  used.log = MintedLog::none;
  used.timestamp = true;
  return shared_mint().judge(shared_mint().bundle(used), stamped(1));
}

TEST(SignerRejections, Timestamp) {
  EXPECT_EQ(with_stamp({}), "accepted");
  EXPECT_EQ(with_stamp({.stamped = "another signature"}), "timestamp-invalid");
  EXPECT_EQ(with_stamp({.stamp = {.flip_signature = true}}), "timestamp-invalid");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.log = MintedLog::none}), stamped(1)),
            "timestamp-missing");
  // Rekor v2 says no time: a certificate needs one, a key does not.
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.log = MintedLog::v2}), shared_mint().keyless()),
            "time-missing");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.log = MintedLog::v2,
                                                      .timestamp = true,
                                                      .stamp = {.flip_signature = true}}),
                                shared_mint().keyless()),
            "timestamp-invalid");
}

// One that does not hold, beside a time that does, neither counts nor harms.
TEST(SignerRejections, OptionalTimestamp) {
  EXPECT_EQ(shared_mint().judge(
                shared_mint().bundle({.timestamp = true, .stamp = {.flip_signature = true}}),
                shared_mint().keyless()),
            "accepted");
}

TEST(SignerRejections, LegacyTimestamps) {
  // `.sig`: about the signature; `.att`: about the layer.
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature(
                                    {.log = MintedLog::none, .timestamp = true, .stamped = "x"}),
                                stamped(1)),
            "timestamp-invalid");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_attestation(
                                    {.log = MintedLog::none, .timestamp = true, .stamped = "x"}),
                                stamped(1), testing::attestation_of("https://spdx.dev/Document")),
            "timestamp-invalid");
}

// sigstore-go#471: the same authority twice is one; the same token twice is refused.
TEST(SignerRejections, TimestampThreshold) {
  Json bundle = shared_mint().bundle({.log = MintedLog::none, .timestamp = true});
  Json& tokens =
      bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
  const std::string signature =
      from_base64(bundle["dsseEnvelope"]["signatures"][0]["sig"].get<std::string>(),
                  Base64::standard)
          .value();
  testing::TimestampSpec later;
  later.time = testing::at("2026-03-01T12:05:02Z");
  tokens.push_back({{"signedTimestamp", to_base64(shared_mint().sigstore.tsa.stamp(signature, later))}});
  EXPECT_EQ(shared_mint().judge(bundle, stamped(1)), "accepted");
  EXPECT_EQ(shared_mint().judge(bundle, stamped(2)), "timestamp-threshold");
  tokens[1] = tokens[0];
  EXPECT_EQ(shared_mint().judge(bundle, stamped(1)), "timestamp-duplicate");
}

// --- Keys.

TEST(SignerRejections, Party) {
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), shared_mint().keyed()), "key-expected");
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.keyed = true}), shared_mint().keyless()),
            "certificate-expected");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature(), shared_mint().keyed()),
            "key-expected");
  // The certificate's own key listed as a bare key does not help either.
  Authority same = shared_mint().keyed();
  const crypto::PublicKey key = shared_mint().leaf.key.public_key();
  std::get<KeySigners>(same.signers).keys = {{"leaf", key, crypto::default_schemes(key), {}}};
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle(), same), "key-expected");
}

Authority windowed(const char* from, const char* until, LogNeed log) {
  Authority authority = shared_mint().keyed();
  authority.log = log;
  auto& window = std::get<KeySigners>(authority.signers).keys[0].window;
  if (*from != '\0') window.start = testing::at(from);
  if (*until != '\0') window.end = testing::at(until);
  return authority;
}

// GHSA-wqqc-jjcq-vfxm: every verified time is within the key's window.
TEST(SignerRejections, KeyWindow) {
  const SignatureSpec spec{.keyed = true};
  const auto judge = [&](const char* from, const char* until) {
    return shared_mint().judge(shared_mint().bundle(spec), windowed(from, until, LogNeed::required));
  };
  EXPECT_EQ(judge("2026-03-01T12:05:00Z", "2026-03-01T12:05:00Z"), "accepted");
  EXPECT_EQ(judge("2026-03-01T12:05:01Z", ""), "key-window");
  EXPECT_EQ(judge("", "2026-03-01T12:04:59Z"), "key-window");
  // A timestamp alone, no log.
  const auto stamped_key = [&](const char* until) {
    return shared_mint().judge(
        shared_mint().bundle({.keyed = true, .log = MintedLog::none, .timestamp = true}),
        windowed("", until, LogNeed::none));
  };
  EXPECT_EQ(stamped_key("2026-03-01T12:05:01Z"), "accepted");
  EXPECT_EQ(stamped_key("2026-03-01T12:05:00Z"), "key-window");
}

// Without a verified time it is the caller's clock that must be within.
TEST(SignerRejections, KeyWindowWithoutATime) {
  const Artifact artifact = shared_mint().artifact();
  const auto claims = Verifier::verify(
      shared_mint().candidate(shared_mint().bundle({.keyed = true, .log = MintedLog::none})),
      windowed("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", LogNeed::none), artifact, Demand{},
      *shared_mint().root);
  ASSERT_TRUE(claims.ok());
  const Validity& holds = claims.value()[0]->holds;
  EXPECT_TRUE(holds.contains(testing::at("2026-02-01T00:00:00Z")));
  EXPECT_FALSE(holds.contains(testing::at("2026-02-01T00:00:01Z")));
}

// Of several keys, what the one that came furthest failed at.
TEST(SignerRejections, SeveralKeys) {
  const auto other = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
  Authority authority = windowed("2030-01-01T00:00:00Z", "", LogNeed::required);
  auto& keys = std::get<KeySigners>(authority.signers).keys;
  keys.insert(keys.begin(),
              {"other", other.public_key(), crypto::default_schemes(other.public_key()), {}});
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.keyed = true}), authority), "key-window");
  keys[1].window = {};
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.keyed = true}), authority), "accepted");
}

TEST(SignerRejections, SchemesAreTheAuthoritys) {
  const auto key = testing::MintKey::make(crypto::KeyKind::ed25519);
  Authority authority = shared_mint().keyed();
  authority.log = LogNeed::none;
  const auto judge = [&](crypto::Scheme allowed, crypto::Scheme used) {
    std::get<KeySigners>(authority.signers).keys = {{"key", key.public_key(), {allowed}, {}}};
    return shared_mint().judge(
        shared_mint().bundle(
            {.keyed = true, .log = MintedLog::none, .scheme = used, .key = &key}),
        authority);
  };
  using crypto::Scheme;
  EXPECT_EQ(judge(Scheme::ed25519, Scheme::ed25519), "accepted");
  EXPECT_EQ(judge(Scheme::ed25519ph, Scheme::ed25519ph), "accepted");
  EXPECT_EQ(judge(Scheme::ed25519, Scheme::ed25519ph), "signature-invalid");
  EXPECT_EQ(judge(Scheme::ed25519ph, Scheme::ed25519), "signature-invalid");
  EXPECT_EQ(judge(Scheme::ecdsa_sha256, Scheme::ed25519), "algorithm-unsupported");
}

// --- An operator's own CA.

TEST(SignerRejections, OwnCertificateAuthority) {
  auto& mint = shared_mint();
  Authority authority = mint.keyless();
  const auto use = [&](const testing::MintedCertificate& root) {
    authority.signers = CertificateSigners{
        PrivateAuthority::make(root.pem(), mint.sigstore.intermediate.pem()).value(),
        IdentityRule::exact(std::string(kMintIdentity)).value(), "", {}};
  };
  use(mint.sigstore.root);
  LeafSpec plain;
  plain.scts.clear();
  plain.claims.clear();
  EXPECT_EQ(by_leaf(plain, authority), "accepted");
  const testing::SigstoreMint elsewhere;
  use(elsewhere.root);
  EXPECT_EQ(by_leaf(plain, authority), "certificate-chain");
}

}  // namespace
}  // namespace portreeve::verifiers
