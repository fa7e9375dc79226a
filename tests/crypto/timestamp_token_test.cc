#include "crypto/timestamp_token.h"

#include <gtest/gtest.h>

#include "tests/support/mint_timestamp.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

constexpr std::string_view kMessage = "signature bytes";

const MintTimestampAuthority& tsa() {
  static const MintTimestampAuthority authority;
  return authority;
}

std::vector<Certificate> chain(const MintTimestampAuthority& authority) {
  return {authority.leaf.certificate(), authority.root.certificate()};
}

Outcome check(const TimestampSpec& spec, std::string_view message = kMessage) {
  PORTREEVE_TRY(const TimestampToken token, TimestampToken::parse(tsa().stamp(kMessage, spec)));
  return token.verify(message, chain(tsa()));
}

TEST(TimestampToken, ReadsAndVerifies) {
  const auto token =
      TimestampToken::parse(tsa().stamp(kMessage, {.time = at("2026-03-01T12:05:01.25Z")}));
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token.value().time(), at("2026-03-01T12:05:01.25Z"));
  EXPECT_EQ(token.value().imprint(), hash(HashKind::sha256, kMessage));
  EXPECT_EQ(token.value().serial_hex(), "2a");
  EXPECT_TRUE(token.value().signed_by(tsa().leaf.certificate()));
  EXPECT_FALSE(token.value().signed_by(tsa().root.certificate()));
  expect_ok(token.value().verify(kMessage, chain(tsa())));
}

TEST(TimestampToken, EveryHashAndKeyKind) {
  for (const HashKind hash : {HashKind::sha256, HashKind::sha384, HashKind::sha512}) {
    expect_ok(check({.imprint_hash = hash}));
    expect_ok(check({.digest = hash}));
  }
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::ecdsa_p521, KeyKind::rsa}) {
    const MintTimestampAuthority authority(MintTimestampAuthority::Spec{.key = kind});
    const auto token = TimestampToken::parse(authority.stamp(kMessage));
    ASSERT_TRUE(token.ok()) << token.error().message;
    expect_ok(token.value().verify(kMessage, chain(authority)));
  }
}

TEST(TimestampToken, ImprintIsOfTheSignature) {
  expect_error(check({}, "another signature"), Errc::unverified, "imprint");
  expect_error(check({.imprint = std::string(32, 'x')}), Errc::unverified, "imprint");
  expect_error(check({.imprint = "short"}), Errc::malformed, "imprint of 5 bytes");
}

TEST(TimestampToken, SignatureMustHold) {
  expect_error(check({.flip_signature = true}), Errc::unverified, "signature does not verify");
}

TEST(TimestampToken, SignerIsTheOneThatIsNamed) {
  const MintTimestampAuthority stranger;
  expect_error(check({.signer = &stranger.leaf}), Errc::untrusted, "another certificate");
  // Same names and serial, another key: the signature decides.
  const auto token = TimestampToken::parse(stranger.stamp(kMessage)).value();
  expect_error(token.verify(kMessage, chain(tsa())), Errc::untrusted, "another certificate");
  expect_error(token.verify(kMessage, {}), Errc::internal, "no signer");
}

TEST(TimestampToken, EssCertIdNamesTheSigner) {
  using Ess = TimestampSpec::Ess;
  expect_ok(check({.ess = Ess::v1}));
  expect_error(check({.ess = Ess::none}), Errc::unverified, "ESSCertID");
  expect_error(check({.ess = Ess::other_certificate}), Errc::unverified, "ESSCertID");
}

// CVE-2026-39984 (GHSA-xm5m-wgh2-rrg3): the bag of certificates decided who signed.
TEST(TimestampToken, CertificatesInTheTokenAreIgnored) {
  const MintTimestampAuthority stranger;
  expect_ok(check({.bag = {&stranger.leaf, &tsa().leaf, &stranger.root}}));
  expect_error(check({.signer = &stranger.leaf, .bag = {&tsa().leaf, &stranger.leaf}}),
               Errc::untrusted, "another certificate");
}

TEST(TimestampToken, RefusesWhatIsNoGrantedToken) {
  const auto refused = [](const TimestampSpec& spec, Errc code, std::string_view why) {
    expect_error(TimestampToken::parse(tsa().stamp(kMessage, spec)), code, why);
  };
  refused({.status = 2}, Errc::untrusted, "status 2");
  refused({.status = 1}, Errc::untrusted, "status 1");
  refused({.second_signer = true}, Errc::malformed, "2 signers");
  refused({.other_content_type = true}, Errc::malformed, "not a TimeStampResp");
  refused({.version = 2}, Errc::unsupported, "version");
  refused({.gen_time = "20260301120501"}, Errc::malformed, "UTC");
  refused({.gen_time = "20260301120501+0100"}, Errc::malformed, "");
}

TEST(TimestampToken, RefusesSha1) {
  expect_error(check({.sha1 = true}), Errc::unsupported, "signature hash 1.3.14.3.2.26");
}

// RFC 5652 §11.1: else a signature over other content could be shown as a time stamp.
TEST(TimestampToken, SignedAttributeNamesTheContent) {
  expect_error(check({.content_attribute_is_data = true}), Errc::malformed,
               "contentType is not TSTInfo");
}

TEST(TimestampToken, RefusesBytesLeftOver) {
  const std::string token = tsa().stamp(kMessage);
  expect_error(TimestampToken::parse(token + std::string(1, '\0')), Errc::malformed, "left over");
  expect_error(TimestampToken::parse(token.substr(0, token.size() - 1)), Errc::malformed,
               "not a TimeStampResp");
  expect_error(TimestampToken::parse(""), Errc::malformed, "not a TimeStampResp");
  expect_error(TimestampToken::parse(std::string(70'000, '0')), Errc::limit, "65536");
}

// Truncated anywhere and with any byte changed it must not verify as another time.
TEST(TimestampToken, NoByteCanBeChangedUnseen) {
  const std::string good = tsa().stamp(kMessage);
  const std::vector<Certificate> trusted = chain(tsa());
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string broken = good;
    broken[i] = static_cast<char>(broken[i] ^ 0x10);
    const auto token = TimestampToken::parse(broken);
    if (!token.ok() || !token.value().verify(kMessage, trusted).ok()) continue;
    EXPECT_EQ(token.value().time(), at("2026-03-01T12:05:01Z")) << "byte " << i;
  }
}

}  // namespace
}  // namespace portreeve::crypto
