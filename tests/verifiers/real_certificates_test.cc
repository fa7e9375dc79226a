// What the real Sigstore wrote: the miniature of the other tests shares code with what it tests.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base64.h"
#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"
#include "tests/support/source_dir.h"
#include "verifiers/certificate_identity.h"
#include "verifiers/sct.h"
#include "verifiers/signing_certificate.h"
#include "verifiers/timestamp.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

std::string fixture(const std::string& name) {
  std::ifstream file(test::source_dir() + "/tests/fixtures/sigstore/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string decoded(const std::string& name) {
  return from_base64(fixture(name), Base64::standard).value();
}

constexpr std::string_view kBeacon =
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
    "workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main";

void expect_good_leaf(const crypto::Certificate& leaf, const TrustRoot& root, TimePoint signed_at) {
  const std::vector<TimePoint> times = {signed_at};
  const auto issuer = check_fulcio_certificate(leaf, root, times);
  ASSERT_TRUE(issuer.ok()) << issuer.error().text();
  const auto scts = require_scts(leaf, issuer.value(), root, 1);
  ASSERT_TRUE(scts.ok()) << scts.error().text();
  const auto identity = CertificateIdentity::from(leaf);
  ASSERT_TRUE(identity.ok()) << identity.error().message;
  EXPECT_EQ(identity.value().subject.value, kBeacon);
  EXPECT_EQ(identity.value().issuer, "https://token.actions.githubusercontent.com");
  EXPECT_EQ(*identity.value().claim("sourceRepositoryURI"),
            "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon");
}

TEST(RealCertificates, PublicGoodLeaf) {
  const auto leaf = crypto::Certificate::from_pem(fixture("public-good-leaf.pem"));
  ASSERT_TRUE(leaf.ok()) << leaf.error().message;
  const TrustRootPtr& root = TrustRoot::embedded();
  expect_good_leaf(leaf.value(), *root, TimePoint(std::chrono::seconds(1'710'869'186)));
  const std::vector<TimePoint> now = {at("2026-08-22T00:00:00Z")};
  expect_rejection(check_fulcio_certificate(leaf.value(), *root, now), Reason::certificate_time,
                   "2026-08-22");
}

TEST(RealCertificates, StagingLeafAndTimestamp) {
  const auto root =
      TrustRoot::parse(fixture("staging-trusted-root.json"), {"staging", std::nullopt});
  ASSERT_TRUE(root.ok()) << root.error().message;
  const std::vector<std::string> tokens = {decoded("staging-timestamp.b64")};
  const auto stamps = check_timestamps(tokens, decoded("staging-signature.b64"), *root.value());
  ASSERT_TRUE(stamps.ok()) << stamps.error().message;
  ASSERT_EQ(stamps.value().verified.size(), 1U) << stamps.value().rejected.at(0).reason.message;
  EXPECT_EQ(stamps.value().verified[0].time, at("2025-06-12T12:02:20Z"));
  const auto leaf = crypto::Certificate::from_pem(fixture("staging-leaf.pem"));
  ASSERT_TRUE(leaf.ok()) << leaf.error().message;
  expect_good_leaf(leaf.value(), *root.value(), stamps.value().verified[0].time);
  // Under the production root nothing of it holds.
  const auto elsewhere =
      check_timestamps(tokens, decoded("staging-signature.b64"), *TrustRoot::embedded());
  EXPECT_TRUE(elsewhere.value().verified.empty());
}

}  // namespace
}  // namespace portreeve::verifiers
