#include "verifiers/timestamp.h"

#include <gtest/gtest.h>

#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.
using std::chrono::seconds;

constexpr std::string_view kMessage = "signature bytes";

const SigstoreMint& mint() {
  static const SigstoreMint world;
  return world;
}

TimestampResults check(const std::vector<std::string>& tokens, const TrustRootPtr& root) {
  auto results = check_timestamps(tokens, kMessage, *root);
  EXPECT_TRUE(results.ok());
  return std::move(results).value();
}

void expect_counts(const std::string& token, const TrustRootPtr& root) {
  const TimestampResults results = check({token}, root);
  EXPECT_EQ(results.verified.size(), 1U)
      << (results.rejected.empty() ? "" : results.rejected[0].reason.message);
}

void expect_rejected(const std::string& token, const TrustRootPtr& root, std::string_view why) {
  const TimestampResults results = check({token}, root);
  EXPECT_TRUE(results.verified.empty());
  ASSERT_EQ(results.rejected.size(), 1U);
  EXPECT_NE(results.rejected[0].reason.message.find(why), std::string::npos)
      << results.rejected[0].reason.message;
}

void expect_rejected(const TimestampSpec& spec, std::string_view why) {
  expect_rejected(mint().tsa.stamp(kMessage, spec), mint().trust_root(), why);
}

/// The verdict on a token of an authority that is not the usual one.
struct OtherAuthority {
  explicit OtherAuthority(const MintTimestampAuthority::Spec& spec) : tsa(spec) {
    document.timestamp_authorities = {trusted_authority({&tsa.leaf, &tsa.root})};
  }
  MintTimestampAuthority tsa;
  TrustedRootDocument document = mint().trusted_root();
};

TEST(Timestamp, AcceptsTheAuthorityOfTheRoot) {
  const TrustRootPtr root = mint().trust_root();
  const TimestampResults results = check({mint().tsa.stamp(kMessage)}, root);
  ASSERT_EQ(results.verified.size(), 1U);
  EXPECT_EQ(results.verified[0].time, at("2026-03-01T12:05:01Z"));
  EXPECT_EQ(results.verified[0].source, &root->timestamp_authorities()[0]);
  EXPECT_EQ(results.verified[0].authority, "https://tsa.test");
  EXPECT_EQ(results.distinct_authorities(), 1U);
}

TEST(Timestamp, ImprintIsOfThisSignature) {
  expect_rejected(mint().tsa.stamp("other signature bytes"), mint().trust_root(),
                  "imprint is of other bytes");
}

// The signer must be chain[0] of the root; whoever else chains to its anchor is not it.
TEST(Timestamp, SignerIsTheAuthoritysOwnLeaf) {
  const MintedCertificate sibling = mint_ca({.common_name = "sibling",
                                             .basic_constraints = "",
                                             .key_usage = "critical,digitalSignature",
                                             .extended_key_usage = "critical,timeStamping"},
                                            &mint().tsa.root);
  expect_rejected({.signer = &sibling}, "another certificate");
  expect_rejected({.signer = &sibling, .bag = {&sibling, &mint().tsa.leaf}}, "another certificate");
  const MintTimestampAuthority stranger;
  expect_rejected(stranger.stamp(kMessage), mint().trust_root(), "another certificate");
}

// CVE-2026-39984: usage was looked up in the bag, not in the signer.
TEST(Timestamp, SignerMayStampAndNothingElse) {
  for (const char* usage :
       {"", "timeStamping", "critical,codeSigning", "critical,timeStamping,codeSigning"}) {
    const OtherAuthority other({.extended_key_usage = usage});
    expect_rejected(other.tsa.stamp(kMessage, {.bag = {&mint().tsa.leaf, &other.tsa.leaf}}),
                    load(other.document), "may not stamp");
  }
  const OtherAuthority ca({.key_usage = "critical,digitalSignature,keyCertSign",
                           .basic_constraints = "critical,CA:TRUE"});
  expect_rejected(ca.tsa.stamp(kMessage), load(ca.document), "is a CA's");
  const OtherAuthority agreement({.key_usage = "critical,keyAgreement"});
  expect_rejected(agreement.tsa.stamp(kMessage), load(agreement.document), "digitalSignature");
  const OtherAuthority good({});
  expect_counts(good.tsa.stamp(kMessage), load(good.document));
}

TEST(Timestamp, UsageNestsAboveTheSigner) {
  MintTimestampAuthority::Spec spec;
  spec.root.extended_key_usage = "codeSigning";
  const OtherAuthority wrong(spec);
  expect_rejected(wrong.tsa.stamp(kMessage), load(wrong.document),
                  "extended key usages without 1.3.6.1.5.5.7.3.8");
  spec.root.extended_key_usage = "timeStamping";
  const OtherAuthority right(spec);
  expect_counts(right.tsa.stamp(kMessage), load(right.document));
}

TEST(Timestamp, EssCertIdMustNameTheSigner) {
  expect_rejected({.ess = TimestampSpec::Ess::none}, "ESSCertID");
  expect_rejected({.ess = TimestampSpec::Ess::other_certificate}, "ESSCertID");
}

TEST(Timestamp, SignatureMustHold) {
  expect_rejected({.flip_signature = true}, "signature does not verify");
}

TEST(Timestamp, TimeIsWithinValidForOfTheRoot) {
  const auto within = [](const std::string& start, const std::string& end) {
    TrustedRootDocument document = mint().trusted_root();
    document.timestamp_authorities[0].start = start;
    document.timestamp_authorities[0].end = end;
    return load(document);
  };
  const std::string token = mint().tsa.stamp(kMessage);
  expect_counts(token, within("2026-03-01T12:05:01Z", "2026-03-01T12:05:01Z"));
  expect_rejected(token, within("2026-03-01T12:05:02Z", ""), "trusted only");
  expect_rejected(token, within("2026-03-01T12:05:01.001Z", ""), "trusted only");
  expect_rejected(token, within("", "2026-03-01T12:05:00.999Z"), "trusted only");
  expect_counts(token, within("", ""));
}

TEST(Timestamp, TimeIsWithinEveryCertificateOfThePath) {
  const TimePoint time = at("2026-03-01T12:05:01Z");
  const auto stamped_at = [](const MintTimestampAuthority::Spec& spec, TimePoint when) {
    const OtherAuthority other(spec);
    return check({other.tsa.stamp(kMessage, {.time = when})}, load(other.document)).verified.size();
  };
  EXPECT_EQ(stamped_at({.leaf_not_before = time}, time), 1U);
  EXPECT_EQ(stamped_at({.leaf_not_before = time}, time - seconds(1)), 0U);
  EXPECT_EQ(stamped_at({.leaf_not_after = time}, time), 1U);
  EXPECT_EQ(stamped_at({.leaf_not_after = time}, time + seconds(1)), 0U);
  EXPECT_EQ(stamped_at({.root = {.common_name = "tsa root", .not_after = time}}, time), 1U);
  EXPECT_EQ(stamped_at({.root = {.common_name = "tsa root", .not_after = time}}, time + seconds(1)),
            0U);
  const OtherAuthority late({.leaf_not_after = time});
  expect_rejected(late.tsa.stamp(kMessage, {.time = time + seconds(1)}), load(late.document),
                  "its certificates are valid");
}

TEST(Timestamp, PathMustHold) {
  const MintTimestampAuthority stranger;
  TrustedRootDocument document = mint().trusted_root();
  document.timestamp_authorities = {trusted_authority({&mint().tsa.leaf, &stranger.root})};
  expect_rejected(mint().tsa.stamp(kMessage), load(document), "certificate path");
  document.timestamp_authorities = {trusted_authority({&mint().tsa.leaf})};
  expect_counts(mint().tsa.stamp(kMessage), load(document));  // The anchor may be the leaf itself.
}

// sigstore-go#471: two tokens of one authority met a threshold of two.
TEST(Timestamp, ThresholdCountsDistinctAuthorities) {
  const MintTimestampAuthority second;
  TrustedRootDocument document = mint().trusted_root();
  document.timestamp_authorities.push_back(trusted_authority({&second.leaf, &second.root}));
  const std::string one = mint().tsa.stamp(kMessage);
  const std::string again = mint().tsa.stamp(kMessage, {.time = at("2026-03-01T12:05:09Z")});
  const TimestampResults twice = check({one, again, one}, load(document));
  EXPECT_EQ(twice.verified.size(), 3U) << "every verified time binds";
  EXPECT_EQ(twice.distinct_authorities(), 1U);
  EXPECT_EQ(check({one, second.stamp(kMessage)}, load(document)).distinct_authorities(), 2U);
  for (TrustedAuthorityEntry& entry : document.timestamp_authorities) entry.operator_name = "acme";
  EXPECT_EQ(check({one, second.stamp(kMessage)}, load(document)).distinct_authorities(), 1U);
}

TEST(Timestamp, FailingTokensAreRecordedAndDoNotCount) {
  const TimestampResults results = check(
      {"junk", mint().tsa.stamp(kMessage, {.flip_signature = true}), mint().tsa.stamp(kMessage)},
      mint().trust_root());
  ASSERT_EQ(results.verified.size(), 1U);
  EXPECT_EQ(results.verified[0].index, 2U);
  ASSERT_EQ(results.rejected.size(), 2U);
  EXPECT_EQ(results.rejected[0].index, 0U);
  EXPECT_EQ(results.rejected[0].reason.code, Errc::malformed);
  EXPECT_EQ(results.rejected[1].reason.code, Errc::unverified);
}

TEST(Timestamp, ReasonIsTheOneOfTheAuthorityThatSigned) {
  const MintTimestampAuthority second;
  for (const bool first : {true, false}) {
    TrustedRootDocument document = mint().trusted_root();
    const auto position =
        first ? document.timestamp_authorities.begin() : document.timestamp_authorities.end();
    document.timestamp_authorities.insert(position,
                                          trusted_authority({&second.leaf, &second.root}));
    expect_rejected(mint().tsa.stamp(kMessage, {.flip_signature = true}), load(document),
                    "signature does not verify");
  }
  TrustedRootDocument none = mint().trusted_root();
  none.timestamp_authorities.clear();
  expect_rejected(mint().tsa.stamp(kMessage), load(none), "no timestamp authority");
}

// CVE-2024-45395: unbounded numbers of timestamps.
TEST(Timestamp, NumberOfTokensIsBounded) {
  const std::vector<std::string> many(33, "x");
  expect_error(check_timestamps(many, kMessage, *mint().trust_root()), Errc::limit,
               "33, limit is 32");
}

}  // namespace
}  // namespace portreeve::verifiers
