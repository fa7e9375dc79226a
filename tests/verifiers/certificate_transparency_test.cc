#include <gtest/gtest.h>

#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"
#include "verifiers/sct.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

const SigstoreMint& mint() {
  static const SigstoreMint world;
  return world;
}

Checked<SctResults> require(const LeafSpec& spec, const TrustRootPtr& root,
                            std::size_t threshold = 1) {
  return require_scts(mint().issue(spec).certificate(), mint().intermediate.certificate(), *root,
                      threshold);
}
Checked<SctResults> require(const LeafSpec& spec) { return require(spec, mint().trust_root()); }

LeafSpec with(SctSpec sct) {
  LeafSpec spec;
  spec.scts = {std::move(sct)};
  return spec;
}

TEST(CertificateTransparency, AcceptsAKnownLog) {
  const TrustRootPtr root = mint().trust_root();
  const auto results = require({}, root);
  ASSERT_TRUE(results.ok()) << results.error().text();
  ASSERT_EQ(results.value().verified.size(), 1U);
  EXPECT_EQ(results.value().verified[0].log, &root->ct_logs()[0]);
  expect_ok(require(with({.extensions = "static CT index"})));
}

TEST(CertificateTransparency, SctMustBeThere) {
  LeafSpec spec;
  spec.scts.clear();
  expect_rejection(require(spec), Reason::sct_missing, "no embedded SCT");
  spec.sct_list = std::string(2, '\0');
  expect_rejection(require(spec), Reason::sct_invalid, "empty");
}

TEST(CertificateTransparency, SctSignatureMustHold) {
  expect_rejection(require(with({.flip_signature = true})), Reason::sct_invalid,
                   "ctlogs[0]: SCT: signature does not verify");
}

TEST(CertificateTransparency, SctIsOfTheChainsIssuer) {
  const SigstoreMint other;
  expect_rejection(require(with({.issuer_spki = other.intermediate.key.spki()})),
                   Reason::sct_invalid, "does not verify");
  const auto leaf = mint().issue().certificate();
  expect_rejection(require_scts(leaf, other.intermediate.certificate(), *mint().trust_root(), 1),
                   Reason::sct_invalid, "does not verify");
}

TEST(CertificateTransparency, UnknownLogsDoNotCount) {
  const MintCtLog stranger;
  expect_rejection(require(with({.log = &stranger})), Reason::sct_invalid,
                   "is not in the trust root");
  // A stranger's signature under the known log's id.
  expect_rejection(require(with({.log = &stranger, .log_id = mint().ct_log.log_id()})),
                   Reason::sct_invalid, "does not verify");
}

TEST(CertificateTransparency, SctTimeIsWithinTheLogsValidFor) {
  const auto within = [](const std::string& start, const std::string& end) {
    TrustedRootDocument document = mint().trusted_root();
    document.ctlogs[0].start = start;
    document.ctlogs[0].end = end;
    return require({}, load(document));
  };
  expect_ok(within("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"));
  expect_rejection(within("2026-03-01T12:00:01Z", ""), Reason::sct_invalid,
                   "ctlogs[0] is trusted only");
  expect_rejection(within("2026-03-01T12:00:00.001Z", ""), Reason::sct_invalid, "trusted only");
  expect_rejection(within("2025-01-01T00:00:00Z", "2026-03-01T11:59:59.999Z"), Reason::sct_invalid,
                   "trusted only");
}

// GHSA-9vcr-p3rj-q5q6: a threshold met by one log.
TEST(CertificateTransparency, ThresholdCountsDistinctLogs) {
  const MintCtLog second;
  TrustedRootDocument document = mint().trusted_root();
  document.ctlogs.push_back(trusted_log(second));
  const TrustRootPtr root = load(document);
  LeafSpec twice;
  twice.scts = {SctSpec{}, SctSpec{.time = at("2026-03-01T12:00:01Z")}};
  expect_rejection(require(twice, root, 2), Reason::sct_invalid,
                   "SCTs of 1 distinct logs, expected 2");
  LeafSpec both;
  both.scts = {SctSpec{}, SctSpec{.log = &second}};
  expect_ok(require(both, root, 2));
  // Two logs of one operator are one authority.
  for (TrustedLogEntry& log : document.ctlogs) log.operator_name = "acme";
  expect_rejection(require(both, load(document), 2), Reason::sct_invalid, "of 1 distinct logs");
  expect_rejection(require(with({.flip_signature = true}), root, 0), Reason::sct_invalid,
                   "expected 1");
}

TEST(CertificateTransparency, ABadSctBesideAGoodOneIsRecorded) {
  LeafSpec spec;
  spec.scts = {SctSpec{.flip_signature = true}, SctSpec{}};
  const auto results = require(spec);
  ASSERT_TRUE(results.ok()) << results.error().text();
  EXPECT_EQ(results.value().verified.size(), 1U);
  EXPECT_EQ(results.value().rejected.size(), 1U);
}

TEST(CertificateTransparency, ALogMayBeListedWithSeveralIntervals) {
  TrustedRootDocument document = mint().trusted_root();
  document.ctlogs.insert(document.ctlogs.begin(), document.ctlogs[0]);
  document.ctlogs[0].end = "2025-12-31T00:00:00Z";
  expect_ok(require({}, load(document)));
}

TEST(CertificateTransparency, RsaLogs) {
  SigstoreMint world;
  world.ct_log.key = MintKey::make(crypto::KeyKind::rsa);
  expect_ok(require_scts(world.issue().certificate(), world.intermediate.certificate(),
                         *world.trust_root(), 1));
}

}  // namespace
}  // namespace portreeve::verifiers
