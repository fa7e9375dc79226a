#include "crypto/sct.h"

#include <gtest/gtest.h>

#include "crypto/der.h"
#include "tests/support/mint_certificate.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

struct World {
  MintedCertificate root = mint_ca({.common_name = "root"});
  MintCtLog log;
  Certificate leaf(const LeafSpec& spec) const { return mint_leaf(spec, root, log).certificate(); }
  Outcome verify(const Certificate& certificate) const {
    PORTREEVE_TRY(const auto scts, embedded_scts(certificate));
    PORTREEVE_TRY(const std::string tbs, precertificate_tbs(certificate));
    return verify_sct(scts.at(0), log.key.public_key(), root.certificate().key().spki_sha256(),
                      tbs);
  }
};

TEST(Sct, ReadsTheList) {
  const World world;
  const Certificate leaf = world.leaf(
      {.scts = {SctSpec{.time = at("2026-03-01T11:59:59.5Z"), .extensions = "ext"}, SctSpec{}}});
  const auto scts = embedded_scts(leaf);
  ASSERT_TRUE(scts.ok()) << scts.error().message;
  ASSERT_EQ(scts.value().size(), 2U);
  EXPECT_EQ(scts.value()[0].log_id, world.log.log_id());
  EXPECT_EQ(scts.value()[0].time, at("2026-03-01T11:59:59.5Z"));
  EXPECT_EQ(scts.value()[0].extensions, "ext");
  EXPECT_EQ(scts.value()[1].time, at("2026-03-01T12:00:00Z"));
  expect_ok(world.verify(leaf));
}

TEST(Sct, SignatureCoversCertificateIssuerTimeAndExtensions) {
  const World world;
  const MintedCertificate other = mint_ca({.common_name = "root"});
  expect_error(world.verify(world.leaf({.scts = {SctSpec{.flip_signature = true}}})),
               Errc::unverified, "SCT");
  expect_error(world.verify(world.leaf({.scts = {SctSpec{.issuer_spki = other.key.spki()}}})),
               Errc::unverified, "SCT");
  const Certificate leaf = world.leaf({});
  const Certificate second = world.leaf({.key = MintKey::make(KeyKind::ecdsa_p256)});
  auto sct = embedded_scts(leaf).value().at(0);
  const auto issuer = world.root.certificate().key().spki_sha256();
  const std::string tbs = precertificate_tbs(leaf).value();
  expect_ok(verify_sct(sct, world.log.key.public_key(), issuer, tbs));
  expect_error(
      verify_sct(sct, world.log.key.public_key(), issuer, precertificate_tbs(second).value()),
      Errc::unverified, "SCT");
  sct.time += Milliseconds(1);
  expect_error(verify_sct(sct, world.log.key.public_key(), issuer, tbs), Errc::unverified, "SCT");
  sct.time -= Milliseconds(1);
  sct.extensions = "x";
  expect_error(verify_sct(sct, world.log.key.public_key(), issuer, tbs), Errc::unverified, "SCT");
}

TEST(Sct, AlgorithmsMustBeTheKeys) {
  const World world;
  expect_error(world.verify(world.leaf({.scts = {SctSpec{.hash_algorithm = 2}}})),
               Errc::unsupported, "hash algorithm 2");
  expect_error(world.verify(world.leaf({.scts = {SctSpec{.signature_algorithm = 1}}})),
               Errc::unsupported, "signature algorithm 1");
  World rsa;
  rsa.log.key = MintKey::make(KeyKind::rsa);
  expect_ok(rsa.verify(rsa.leaf({})));
}

TEST(Sct, RefusesMalformedLists) {
  const World world;
  const auto refused = [&](const std::string& list, Errc code, std::string_view why) {
    expect_error(embedded_scts(world.leaf({.sct_list = list})), code, why);
  };
  expect_error(embedded_scts(world.leaf({.scts = {}})), Errc::not_found, "no embedded SCT");
  const std::string good =
      mint_sct_list({SctSpec{}}, "tbs", "spki", world.log, at("2026-03-01T12:00:00Z"));
  refused(std::string(2, '\0'), Errc::malformed, "empty");
  refused("", Errc::malformed, "cut short");
  refused(good + "x", Errc::malformed, "left over");
  refused(good.substr(0, good.size() - 1), Errc::malformed, "cut short");
  refused(
      mint_sct_list({SctSpec{.version = 1}}, "tbs", "spki", world.log, at("2026-03-01T12:00:00Z")),
      Errc::malformed, "version 2");
  refused(
      mint_sct_list(std::vector<SctSpec>(17), "tbs", "spki", world.log, at("2026-03-01T12:00:00Z")),
      Errc::limit, "more than 16");
  std::string far = good;
  far[2 + 2 + 1 + 32] = '\x7f';
  refused(far, Errc::malformed, "time out of range");
}

TEST(Sct, PrecertificateIsTheCertificateWithoutTheList) {
  const World world;
  // In any position: here the list stands first, and again as minted, last.
  const std::string list = der_value(der::kOctetString, "anything");
  const Certificate with = world.leaf({.extra = {{std::string(kSctListOid), list}}, .scts = {}});
  EXPECT_EQ(precertificate_tbs(with).value().find("anything"), std::string::npos);
  EXPECT_FALSE(precertificate_tbs(world.leaf({.scts = {}})).ok());
}

}  // namespace
}  // namespace portreeve::crypto
