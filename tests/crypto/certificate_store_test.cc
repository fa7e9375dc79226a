#include <gtest/gtest.h>

#include "crypto/certificate.h"
#include "tests/support/mint_certificate.h"
#include "tests/support/refusal.h"

namespace portreeve::crypto {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.
using std::chrono::milliseconds;
using std::chrono::seconds;

/// root 12–16 h, intermediate 12:30–15:30, leaf 13–14 h.
struct Chain {
  MintedCertificate root = mint_ca({.common_name = "root",
                                    .not_before = at("2026-03-01T12:00:00Z"),
                                    .not_after = at("2026-03-01T16:00:00Z")});
  MintedCertificate intermediate = mint_ca({.common_name = "intermediate",
                                            .not_before = at("2026-03-01T12:30:00Z"),
                                            .not_after = at("2026-03-01T15:30:00Z")},
                                           &root);
  MintedCertificate leaf = mint_leaf({.not_before = at("2026-03-01T13:00:00Z"),
                                      .not_after = at("2026-03-01T14:00:00Z"),
                                      .scts = {}},
                                     intermediate, MintCtLog());
  CertificateStore store() const {
    return CertificateStore::make({root.certificate()}, {intermediate.certificate()}).value();
  }
};

TEST(CertificateStore, ReturnsThePathAndItsInterval) {
  const Chain chain;
  const auto path = chain.store().verify(chain.leaf.certificate(), at("2026-03-01T13:30:00Z"));
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(path.value().certificates,
            (std::vector<Certificate>{chain.leaf.certificate(), chain.intermediate.certificate(),
                                      chain.root.certificate()}));
  EXPECT_EQ(path.value().issuer(), chain.intermediate.certificate());
  EXPECT_EQ(path.value().not_before, at("2026-03-01T13:00:00Z"));
  EXPECT_EQ(path.value().not_after, at("2026-03-01T14:00:00Z"));
}

TEST(CertificateStore, IntervalsAreClosedToTheMillisecond) {
  const Chain chain;
  const CertificateStore store = chain.store();
  const Certificate leaf = chain.leaf.certificate();
  expect_ok(store.verify(leaf, at("2026-03-01T13:00:00Z")));
  expect_ok(store.verify(leaf, at("2026-03-01T14:00:00Z")));
  expect_error(store.verify(leaf, at("2026-03-01T13:00:00Z") - seconds(1)), Errc::untrusted,
               "not at");
  expect_error(store.verify(leaf, at("2026-03-01T13:00:00Z") - milliseconds(1)), Errc::untrusted,
               "not at");
  expect_error(store.verify(leaf, at("2026-03-01T14:00:00Z") + seconds(1)), Errc::untrusted,
               "not at");
  expect_error(store.verify(leaf, at("2026-03-01T14:00:00Z") + milliseconds(1)), Errc::untrusted,
               "not at");
}

// CVE-2026-24122 (GHSA-wfqv-66vq-46rm): the issuer had expired when the leaf signed.
TEST(CertificateStore, EveryCertificateOfThePathMustBeValid) {
  Chain chain;
  chain.intermediate = mint_ca({.common_name = "intermediate",
                                .not_before = at("2026-03-01T12:30:00Z"),
                                .not_after = at("2026-03-01T13:30:00Z")},
                               &chain.root);
  chain.leaf = mint_leaf({.not_before = at("2026-03-01T13:00:00Z"),
                          .not_after = at("2026-03-01T15:00:00Z"),
                          .scts = {}},
                         chain.intermediate, MintCtLog());
  expect_ok(chain.store().verify(chain.leaf.certificate(), at("2026-03-01T13:15:00Z")));
  expect_error(chain.store().verify(chain.leaf.certificate(), at("2026-03-01T14:30:00Z")),
               Errc::untrusted, "not at");
  EXPECT_EQ(chain.store().verify_without_time_unsafe(chain.leaf.certificate()).value().not_after,
            at("2026-03-01T13:30:00Z"));
}

TEST(CertificateStore, RefusesStrangers) {
  const Chain chain;
  const Chain other;
  expect_error(chain.store().verify(other.leaf.certificate(), at("2026-03-01T13:30:00Z")),
               Errc::untrusted, "certificate path");
  // Without key identifiers to tell them apart, only the signature does.
  const auto alone = CertificateStore::make({chain.root.certificate()}, {}).value();
  expect_error(alone.verify(chain.leaf.certificate(), at("2026-03-01T13:30:00Z")), Errc::untrusted,
               "unable to get local issuer");
  std::string forged = chain.leaf.der;
  forged.back() = static_cast<char>(forged.back() ^ 1);
  expect_error(
      chain.store().verify(Certificate::from_der(forged).value(), at("2026-03-01T13:30:00Z")),
      Errc::unverified, "signature");
  expect_error(CertificateStore::make({}, {}), Errc::misconfigured, "no trust anchor");
}

TEST(CertificateStore, AnchorNeedNotBeSelfSigned) {
  const Chain chain;
  const auto store = CertificateStore::make({chain.intermediate.certificate()}, {}).value();
  const auto path = store.verify(chain.leaf.certificate(), at("2026-03-01T13:30:00Z"));
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(path.value().certificates.size(), 2U);
}

TEST(CertificateStore, RefusesIssuersThatAreNoCa) {
  const Chain chain;
  const MintedCertificate no_ca = mint_ca({.common_name = "no ca",
                                           .basic_constraints = "critical,CA:FALSE",
                                           .key_usage = "critical,digitalSignature"},
                                          &chain.root);
  const MintedCertificate leaf = mint_leaf({.not_before = at("2026-03-01T13:00:00Z"),
                                            .not_after = at("2026-03-01T14:00:00Z"),
                                            .scts = {}},
                                           no_ca, MintCtLog());
  const auto store =
      CertificateStore::make({chain.root.certificate()}, {no_ca.certificate()}).value();
  expect_error(store.verify(leaf.certificate(), at("2026-03-01T13:30:00Z")), Errc::untrusted,
               "certificate path");
}

TEST(CertificateStore, RefusesSha1) {
  const Chain chain;
  const LeafSpec spec{.not_before = at("2026-03-01T13:00:00Z"),
                      .not_after = at("2026-03-01T14:00:00Z"),
                      .scts = {},
                      .sha1 = true};
  const MintedCertificate leaf = mint_leaf(spec, chain.intermediate, MintCtLog());
  expect_error(chain.store().verify(leaf.certificate(), at("2026-03-01T13:30:00Z")),
               Errc::untrusted, "too weak");
}

// X509_STRICT, RFC 5280 §4.2.1.9: a CA's basic constraints are critical.
TEST(CertificateStore, IsStrict) {
  const Chain chain;
  const MintedCertificate lax =
      mint_ca({.common_name = "lax", .basic_constraints = "CA:TRUE"}, &chain.root);
  const LeafSpec spec{.not_before = at("2026-03-01T13:00:00Z"),
                      .not_after = at("2026-03-01T14:00:00Z"),
                      .scts = {}};
  const auto store =
      CertificateStore::make({chain.root.certificate()}, {lax.certificate()}).value();
  expect_error(
      store.verify(mint_leaf(spec, lax, MintCtLog()).certificate(), at("2026-03-01T13:30:00Z")),
      Errc::untrusted, "critical");
}

TEST(CertificateStore, RefusesUnknownCriticalExtensions) {
  const Chain chain;
  const LeafSpec spec{.not_before = at("2026-03-01T13:00:00Z"),
                      .not_after = at("2026-03-01T14:00:00Z"),
                      .extra = {{"1.2.3.4", der_utf8("?"), true}},
                      .scts = {}};
  const MintedCertificate leaf = mint_leaf(spec, chain.intermediate, MintCtLog());
  expect_error(chain.store().verify(leaf.certificate(), at("2026-03-01T13:30:00Z")),
               Errc::untrusted, "critical extension");
}

}  // namespace
}  // namespace portreeve::crypto
