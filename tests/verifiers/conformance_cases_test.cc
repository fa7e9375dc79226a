// Cases of sigstore-conformance that the corpus lacks, minted anew under their names, and what
// stands closest to each on the other side.

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

// As `verify-bundle --key` asks.
Authority key_given() {
  Authority authority = shared_mint().keyed();
  authority.log = LogNeed::if_present;
  return authority;
}

Authority under(const testing::TrustedRootDocument& document) {
  Authority authority = shared_mint().keyless();
  authority.trust_root = testing::load(document);
  return authority;
}

std::string judge(const Json& bundle, const Authority& authority) {
  Demand demand;
  demand.kind = Demand::Kind::anything;
  return shared_mint().judge(bundle, authority, demand);
}

Json& signature_of(Json& bundle) { return bundle["dsseEnvelope"]["signatures"][0]["sig"]; }

// One character in the middle: still base64, and still DER.
std::string changed(std::string base64) {
  base64[20] = base64[20] == 'A' ? 'B' : 'A';
  return base64;
}

SignatureSpec canonical_intoto() {
  SignatureSpec spec;
  spec.keyed = true;
  spec.entry_kind = "intoto";
  spec.promise = false;
  return spec;
}

TEST(ConformanceCases, IntotoCanonicalLogEntry) {
  Json bundle = shared_mint().bundle(canonical_intoto());
  entry_of(bundle)["integratedTime"] = "0";
  EXPECT_EQ(judge(bundle, key_given()), "accepted");
  SignatureSpec other = canonical_intoto();
  other.edit_body = [](Json& body) {
    Json& value = body["spec"]["content"]["payloadHash"]["value"];
    value = "0" + value.get<std::string>().substr(1);
    if (value == body["spec"]["content"]["hash"]["value"])
      value = "1" + value.get<std::string>().substr(1);
  };
  EXPECT_EQ(judge(shared_mint().bundle(other), key_given()), "log-binding-digest");
  // Not encoded twice: then it is another signature.
  SignatureSpec once = canonical_intoto();
  once.edit_body = [](Json& body) {
    Json& sig = body["spec"]["content"]["envelope"]["signatures"][0]["sig"];
    sig = from_base64(sig.get<std::string>(), Base64::standard).value();
  };
  EXPECT_EQ(judge(shared_mint().bundle(once), key_given()), "log-entry-malformed");
  // The proof alone says no time, and a certificate needs one.
  SignatureSpec keyless = canonical_intoto();
  keyless.keyed = false;
  EXPECT_EQ(judge(shared_mint().bundle(keyless), shared_mint().keyless()), "time-missing");
}

TEST(ConformanceCases, ManagedKeyAndTrustedRoot) {
  SignatureSpec spec;
  spec.keyed = true;
  spec.statement = false;
  spec.log = MintedLog::none;
  Json bundle = shared_mint().bundle(spec);
  EXPECT_EQ(judge(bundle, key_given()), "accepted");
  EXPECT_EQ(judge(bundle, shared_mint().keyless()), "certificate-expected");
  Json& signature = bundle["messageSignature"]["signature"];
  signature = changed(signature);
  EXPECT_EQ(judge(bundle, key_given()), "signature-invalid");
}

SignatureSpec hashed_envelope() {
  SignatureSpec spec;
  spec.entry_kind = "hashedrekord";
  return spec;
}

TEST(ConformanceCases, DsseWithHashedrekord) {
  auto& mint = shared_mint();
  Json bundle = mint.bundle(hashed_envelope());
  EXPECT_EQ(judge(bundle, mint.keyless()), "accepted");
  // -mismatch-sig: a second signature by the same key over the same bytes.
  Json again = mint.bundle(hashed_envelope());
  Json mixed = bundle;
  signature_of(mixed) = signature_of(again);
  EXPECT_EQ(judge(mixed, mint.keyless()), "log-binding-signature");
  // -mismatch-envelope: the entry is about other bytes; the envelope by itself is sound.
  SignatureSpec other = hashed_envelope();
  other.edit_body = [](Json& body) {
    Json& value = body["spec"]["data"]["hash"]["value"];
    value = (value.get<std::string>()[0] == '0' ? "1" : "0") + value.get<std::string>().substr(1);
  };
  EXPECT_EQ(judge(mint.bundle(other), mint.keyless()), "log-binding-digest");
  // -invalid-sig: logged as it stands there, and no signature.
  std::string bad;
  SignatureSpec invalid = hashed_envelope();
  invalid.edit_body = [&bad](Json& body) {
    Json& content = body["spec"]["signature"]["content"];
    content = bad = changed(content);
  };
  Json broken = mint.bundle(invalid);
  signature_of(broken) = bad;
  EXPECT_EQ(judge(broken, mint.keyless()), "signature-invalid");
}

// Another CA of the intermediate's name, listed first: the issuer is who signed, not who is called
// so.
TEST(ConformanceCases, SctDuplicateIntermediateName) {
  testing::CaSpec named;
  named.common_name = "intermediate";
  named.basic_constraints = "critical,CA:TRUE,pathlen:0";
  const testing::MintedCertificate decoy = testing::mint_ca(named);
  auto document = shared_mint().sigstore.trusted_root();
  auto& authorities = document.certificate_authorities;
  authorities.insert(authorities.begin(), testing::trusted_authority({&decoy}));
  EXPECT_EQ(judge(shared_mint().bundle(), under(document)), "accepted");
  authorities.resize(1);
  EXPECT_EQ(judge(shared_mint().bundle(), under(document)), "certificate-chain");
}

SignatureSpec rekor2() {
  SignatureSpec spec;
  spec.log = MintedLog::v2;
  spec.timestamp = true;
  return spec;
}

TEST(ConformanceCases, Rekor2MultipleTimestampsOneOutsideCertValidity) {
  auto& mint = shared_mint();
  const auto both = [&mint](const char* second, bool first) {
    Json bundle = mint.bundle(rekor2());
    const std::string raw =
        from_base64(signature_of(bundle).get<std::string>(), Base64::standard).value();
    testing::TimestampSpec stamp;
    stamp.time = testing::at(second);
    const Json token = {{"signedTimestamp", to_base64(mint.sigstore.tsa.stamp(raw, stamp))}};
    Json& tokens = bundle["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
    tokens.insert(first ? tokens.begin() : tokens.end(), token);
    return judge(bundle, mint.keyless());
  };
  for (const bool first : {false, true}) {
    EXPECT_EQ(both("2026-03-01T12:10:00Z", first), "accepted") << "the last second";
    EXPECT_EQ(both("2026-03-01T12:10:01Z", first), "certificate-time");
    EXPECT_EQ(both("2026-03-01T11:59:59Z", first), "certificate-time");
  }
}

TEST(ConformanceCases, Rekor2TimestampWrongTsaValidityBorrow) {
  auto document = shared_mint().sigstore.trusted_root();
  document.timestamp_authorities[0].end = "2026-03-01T12:05:00Z";
  const Json bundle = shared_mint().bundle(rekor2());
  EXPECT_EQ(judge(bundle, under(document)), "timestamp-invalid");
  const testing::MintTimestampAuthority stranger;
  document.timestamp_authorities.push_back(
      testing::trusted_authority({&stranger.leaf, &stranger.root}));
  EXPECT_EQ(judge(bundle, under(document)), "timestamp-invalid")
      << "another one's interval is no help";
  document.timestamp_authorities[1].certificates.clear();
  const auto root = TrustRoot::parse(document.json(), {"test", std::nullopt});
  ASSERT_FALSE(root.ok());
  EXPECT_EQ(root.error().message, "timestampAuthorities[1].certChain: no certificate");
}

TEST(ConformanceCases, TrustRootValidityEndInclusive) {
  const auto tsa_until = [](const char* end) {
    auto document = shared_mint().sigstore.trusted_root();
    document.timestamp_authorities[0].end = end;
    return judge(shared_mint().bundle(rekor2()), under(document));
  };
  EXPECT_EQ(tsa_until("2026-03-01T12:05:01Z"), "accepted");
  EXPECT_EQ(tsa_until("2026-03-01T12:05:00.999Z"), "timestamp-invalid");
  const auto log_until = [](const char* end) {
    auto document = shared_mint().sigstore.trusted_root();
    document.tlogs[0].end = end;
    return judge(shared_mint().bundle(), under(document));
  };
  EXPECT_EQ(log_until("2026-03-01T12:05:00Z"), "accepted");
  EXPECT_EQ(log_until("2026-03-01T12:04:59.999Z"), "log-validity");
  // Rekor v2 says no time of its own: its key is judged at the timestamp's.
  const auto log2 = [](const char* start, const char* end) {
    auto document = shared_mint().sigstore.trusted_root();
    document.tlogs[1].start = start;
    document.tlogs[1].end = end;
    return judge(shared_mint().bundle(rekor2()), under(document));
  };
  EXPECT_EQ(log2("2026-03-01T12:05:01Z", "2026-03-01T12:05:01Z"), "accepted");
  EXPECT_EQ(log2("2026-03-01T12:05:01.001Z", ""), "log-validity");
  EXPECT_EQ(log2("2025-01-01T00:00:00Z", "2026-03-01T12:05:00.999Z"), "log-validity");
}

}  // namespace
}  // namespace portreeve::verifiers
