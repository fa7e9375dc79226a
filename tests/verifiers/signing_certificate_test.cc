#include "verifiers/signing_certificate.h"

#include <gtest/gtest.h>

#include "tests/support/refusal.h"
#include "tests/support/sigstore_mint.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kSigned = "2026-03-01T12:05:00Z";

const SigstoreMint& mint() {
  static const SigstoreMint world;
  return world;
}

Checked<crypto::Certificate> check(const MintedCertificate& leaf, const TrustRootPtr& root,
                                   const std::vector<TimePoint>& times = {at(kSigned)}) {
  return check_fulcio_certificate(leaf.certificate(), *root, times);
}
Checked<crypto::Certificate> check(const LeafSpec& spec,
                                   const std::vector<TimePoint>& times = {at(kSigned)}) {
  return check(mint().issue(spec), mint().trust_root(), times);
}

/// A world whose intermediate or root is not the usual one.
Checked<crypto::Certificate> check_world(const SigstoreMint::Spec& spec,
                                         TimePoint time = at(kSigned)) {
  const SigstoreMint world(spec);
  return check(world.issue(), world.trust_root(), {time});
}

TEST(SigningCertificate, AcceptsAFulcioLeafAndReturnsItsIssuer) {
  const auto issuer = check({});
  ASSERT_TRUE(issuer.ok()) << issuer.error().text();
  EXPECT_EQ(issuer.value(), mint().intermediate.certificate());
}

TEST(SigningCertificate, ExtendedKeyUsageIsCodeSigning) {
  expect_rejection(check({.extended_key_usage = ""}), Reason::certificate_usage,
                   "lacks codeSigning");
  expect_rejection(check({.extended_key_usage = "serverAuth"}), Reason::certificate_usage,
                   "lacks codeSigning");
  expect_rejection(check({.extended_key_usage = "anyExtendedKeyUsage"}), Reason::certificate_usage,
                   "lacks codeSigning");
  expect_ok(check({.extended_key_usage = "serverAuth,codeSigning"}));
}

TEST(SigningCertificate, KeyUsageIsDigitalSignature) {
  expect_rejection(check({.key_usage = ""}), Reason::certificate_usage, "digitalSignature");
  expect_rejection(check({.key_usage = "critical,keyEncipherment"}), Reason::certificate_usage,
                   "digitalSignature");
}

TEST(SigningCertificate, LeafIsNoCa) {
  expect_rejection(check({.basic_constraints = "critical,CA:TRUE"}), Reason::certificate_usage,
                   "is a CA's");
  expect_rejection(check({.key_usage = "critical,digitalSignature,keyCertSign"}),
                   Reason::certificate_usage, "is a CA's");
}

TEST(SigningCertificate, ExactlyOneSan) {
  LeafSpec spec;
  spec.names.push_back({crypto::NameKind::email, "me@acme.test", ""});
  expect_rejection(check(spec), Reason::identity_malformed, "2 subject alternative names");
  spec.names.clear();
  expect_rejection(check(spec), Reason::identity_malformed, "0 subject alternative names");
}

TEST(SigningCertificate, EveryTimeMustFitTheLeaf) {
  const TimePoint start = at("2026-03-01T12:00:00Z");
  const TimePoint end = at("2026-03-01T12:10:00Z");
  expect_ok(check({}, {start, end}));
  for (const TimePoint bad :
       {start - seconds(1), start - milliseconds(1), end + milliseconds(1), end + seconds(1)}) {
    expect_rejection(check({}, {bad}), Reason::certificate_time, format_time(bad));
    expect_rejection(check({}, {at(kSigned), bad}), Reason::certificate_time, format_time(bad));
    expect_rejection(check({}, {bad, at(kSigned)}), Reason::certificate_time, format_time(bad));
  }
  expect_rejection(check({}, {}), Reason::time_missing, "nothing verified");
}

TEST(SigningCertificate, EveryTimeMustFitTheAuthoritysValidFor) {
  const auto within = [](const std::string& start, const std::string& end) {
    TrustedRootDocument document = mint().trusted_root();
    document.certificate_authorities[0].start = start;
    document.certificate_authorities[0].end = end;
    return check(mint().issue(), load(document));
  };
  expect_ok(within("2026-03-01T12:05:00Z", "2026-03-01T12:05:00Z"));
  expect_rejection(within("2026-03-01T12:05:01Z", ""), Reason::certificate_time,
                   "certificateAuthorities[0] is trusted only");
  expect_rejection(within("2026-03-01T12:05:00.001Z", ""), Reason::certificate_time,
                   "trusted only");
  expect_rejection(within("2025-01-01T00:00:00Z", "2026-03-01T12:04:59.999Z"),
                   Reason::certificate_time, "trusted only");
}

// The hybrid model: issuers, too, must be valid when the leaf signed.
TEST(SigningCertificate, EveryTimeMustFitIntermediateAndRoot) {
  const TimePoint time = at(kSigned);
  SigstoreMint::Spec spec;
  spec.intermediate.not_after = time;
  expect_ok(check_world(spec, time));
  expect_rejection(check_world(spec, time + seconds(1)), Reason::certificate_time,
                   "certificates below it");
  spec = {};
  spec.intermediate.not_before = time;
  expect_ok(check_world(spec, time));
  expect_rejection(check_world(spec, time - seconds(1)), Reason::certificate_time,
                   "certificates below it");
  spec = {};
  spec.root.not_after = time;
  expect_ok(check_world(spec, time));
  expect_rejection(check_world(spec, time + seconds(1)), Reason::certificate_time,
                   "certificates below it");
  spec = {};
  spec.root.not_before = time;
  expect_rejection(check_world(spec, time - seconds(1)), Reason::certificate_time,
                   "certificates below it");
}

TEST(SigningCertificate, StrangersAreRefused) {
  const SigstoreMint stranger;
  expect_rejection(check(stranger.issue(), mint().trust_root()), Reason::certificate_chain,
                   "chains to no certificate authority");
  MintedCertificate forged = mint().issue();
  forged.der.back() = static_cast<char>(forged.der.back() ^ 1);
  expect_rejection(check(forged, mint().trust_root()), Reason::certificate_chain, "signature");
  TrustedRootDocument empty = mint().trusted_root();
  empty.certificate_authorities.clear();
  expect_rejection(check(mint().issue(), load(empty)), Reason::certificate_chain,
                   "no certificate authority");
}

TEST(SigningCertificate, ExtendedKeyUsageNestsThroughTheAuthority) {
  SigstoreMint::Spec spec;
  spec.intermediate.extended_key_usage = "timeStamping";
  expect_rejection(check_world(spec), Reason::certificate_chain,
                   "extended key usages without 1.3.6.1.5.5.7.3.3");
  spec.intermediate.extended_key_usage = "";
  expect_ok(check_world(spec));
  spec.root.extended_key_usage = "serverAuth";
  expect_rejection(check_world(spec), Reason::certificate_chain, "extended key usages without");
}

// What OpenSSL cannot see when the path is cut at the issuer.
TEST(SigningCertificate, ConstraintsAboveTheIssuerStillCount) {
  SigstoreMint::Spec spec;
  spec.root.basic_constraints = "critical,CA:TRUE,pathlen:0";
  expect_rejection(check_world(spec), Reason::certificate_chain, "allows 0 CAs below it");
  spec.root.basic_constraints = "critical,CA:TRUE,pathlen:1";
  expect_ok(check_world(spec));
  spec = {};
  // Permitted: URIs of allowed.test only (RFC 5280 §4.2.1.10); the leaf's is github.com's.
  spec.root.extra = {
      {"2.5.29.30",
       der_value(0x30, der_value(0xA0, der_value(0x30, der_value(0x86, "allowed.test")))), true}};
  expect_rejection(check_world(spec), Reason::certificate_chain, "permitted subtree violation");
}

TEST(SigningCertificate, LeafIsIssuedByTheFirstOfTheChain) {
  SigstoreMint::Spec spec;
  const std::string github =
      der_value(0x30, der_value(0xA0, der_value(0x30, der_value(0x86, "github.com"))));
  for (const bool constrained : {false, true}) {
    if (constrained) spec.root.extra = {{"2.5.29.30", github, true}};
    const SigstoreMint world(spec);
    expect_ok(check(world.issue(), world.trust_root()));
    expect_rejection(check(mint_leaf({}, world.root, world.ct_log), world.trust_root()),
                     Reason::certificate_chain, "chains to no certificate authority");
  }
}

TEST(SigningCertificate, AuthoritysCertificatesAreOnePath) {
  const SigstoreMint other;
  TrustedRootDocument document = mint().trusted_root();
  document.certificate_authorities[0].certificates = {mint().intermediate.der, other.root.der};
  expect_rejection(check(mint().issue(), load(document)), Reason::certificate_chain,
                   "certificateAuthorities[0]");
  document.certificate_authorities[0].certificates = {mint().intermediate.der,
                                                      other.intermediate.der, mint().root.der};
  expect_rejection(check(mint().issue(), load(document)), Reason::certificate_chain,
                   "not one path");
  document.certificate_authorities[0].certificates = {mint().intermediate.der};
  expect_ok(check(mint().issue(), load(document)));  // An anchor need not be self-signed.
}

TEST(SigningCertificate, ARotatedAuthorityServesItsOwnTimes) {
  const MintedCertificate renewed = mint_ca({.common_name = "intermediate",
                                             .not_before = at("2026-03-01T12:04:00Z"),
                                             .extended_key_usage = "codeSigning",
                                             .key = mint().intermediate.key},
                                            &mint().root);
  TrustedRootDocument document = mint().trusted_root();
  document.certificate_authorities.push_back(trusted_authority({&renewed, &mint().root}));
  document.certificate_authorities[0].end = "2026-03-01T12:04:59Z";
  document.certificate_authorities[1].start = "2026-03-01T12:05:00Z";
  expect_ok(check(mint().issue(), load(document),
                  {at("2026-03-01T12:01:00Z"), at("2026-03-01T12:05:00Z")}));
}

TEST(PrivateAuthority, VerifiesLongLivedCertificatesWithoutSct) {
  const MintedCertificate root = mint_ca({.common_name = "acme root"});
  const MintedCertificate intermediate = mint_ca({.common_name = "acme int"}, &root);
  const LeafSpec spec{.claims = {},
                      .not_before = at("2025-01-01T00:00:00Z"),
                      .not_after = at("2027-01-01T00:00:00Z"),
                      .scts = {}};
  const crypto::Certificate leaf = mint_leaf(spec, intermediate, MintCtLog()).certificate();
  const std::vector<TimePoint> now = {at(kSigned)};
  const auto authority = PrivateAuthority::make(root.pem(), intermediate.pem());
  ASSERT_TRUE(authority.ok()) << authority.error().message;
  expect_ok(authority.value().check(leaf, {}, now));
  expect_rejection(authority.value().check(leaf, {}, {}), Reason::time_missing, "nothing verified");
  const std::vector<TimePoint> late = {at(kSigned), at("2027-01-01T00:00:01Z")};
  expect_rejection(authority.value().check(leaf, {}, late), Reason::certificate_time,
                   "2027-01-01T00:00:01");
  const std::vector<TimePoint> last = {at("2027-01-01T00:00:00Z")};
  expect_ok(authority.value().check(leaf, {}, last));
  const auto root_only = PrivateAuthority::make(root.pem(), "").value();
  expect_rejection(root_only.check(leaf, {}, now), Reason::certificate_chain, "certificate path");
  const std::vector<crypto::Certificate> offered = {intermediate.certificate()};
  expect_ok(root_only.check(leaf, offered, now));
  const std::vector<crypto::Certificate> many(9, intermediate.certificate());
  expect_rejection(root_only.check(leaf, many, now), Reason::too_large, "9 certificates");
}

TEST(PrivateAuthority, IsAsStrictAboutTheLeaf) {
  const MintedCertificate root = mint_ca({.common_name = "acme root"});
  const auto authority = PrivateAuthority::make(root.pem(), "").value();
  const std::vector<TimePoint> now = {at(kSigned)};
  const auto refused = [&](const LeafSpec& spec, Reason reason) {
    expect_rejection(authority.check(mint_leaf(spec, root, MintCtLog()).certificate(), {}, now),
                     reason, "");
  };
  refused({.extended_key_usage = "", .scts = {}}, Reason::certificate_usage);
  refused({.key_usage = "", .scts = {}}, Reason::certificate_usage);
  refused({.basic_constraints = "critical,CA:TRUE", .scts = {}}, Reason::certificate_usage);
  refused({.names = {}, .scts = {}}, Reason::identity_malformed);
  const MintedCertificate stamping =
      mint_ca({.common_name = "int", .extended_key_usage = "timeStamping"}, &root);
  const std::vector<crypto::Certificate> offered = {stamping.certificate()};
  expect_rejection(
      authority.check(mint_leaf({.scts = {}}, stamping, MintCtLog()).certificate(), offered, now),
      Reason::certificate_chain, "without codeSigning");
  // What a signature brings along is never an anchor.
  const MintedCertificate stranger = mint_ca({.common_name = "stranger"});
  const std::vector<crypto::Certificate> foreign = {stranger.certificate()};
  expect_rejection(
      authority.check(mint_leaf({.scts = {}}, stranger, MintCtLog()).certificate(), foreign, now),
      Reason::certificate_chain, "certificate path");
}

TEST(PrivateAuthority, RefusesFilesThatAreNoCas) {
  const MintedCertificate root = mint_ca({.common_name = "acme root"});
  expect_error(PrivateAuthority::make("", ""), Errc::misconfigured, "roots");
  expect_error(PrivateAuthority::make(root.pem(), "junk"), Errc::misconfigured, "intermediates");
  expect_error(PrivateAuthority::make(mint().issue().pem(), ""), Errc::misconfigured, "not a CA's");
}

}  // namespace
}  // namespace portreeve::verifiers
