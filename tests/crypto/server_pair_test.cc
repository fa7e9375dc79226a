#include "crypto/server_pair.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "crypto/random.h"
#include "crypto/self_signed.h"
#include "tests/net/mint.h"

namespace portreeve::crypto {
namespace {

using test::Minted;
using test::MintOptions;

const TimePoint kNow{std::chrono::seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z

std::string refused(const Result<ServerPair>& pair) {
  if (pair.ok()) return "accepted";
  EXPECT_EQ(pair.error().code, Errc::misconfigured);
  return pair.error().message;
}

TEST(SelfSigned, HasNamesUsageAndOneYear) {
  const auto made = make_self_signed("localhost, 127.0.0.1,::1,portreeve.ns.svc", kNow);
  ASSERT_TRUE(made.ok()) << made.error().message;
  const auto pair = ServerPair::parse(made.value().certificate, made.value().key, kNow);
  ASSERT_TRUE(pair.ok()) << pair.error().message;
  X509* const leaf = pair.value().chain.front().get();
  for (const char* host : {"localhost", "portreeve.ns.svc"}) {
    EXPECT_EQ(X509_check_host(leaf, host, 0, 0, nullptr), 1) << host;
  }
  for (const char* address : {"127.0.0.1", "::1"}) {
    EXPECT_EQ(X509_check_ip_asc(leaf, address, 0), 1) << address;
  }
  EXPECT_EQ(X509_check_host(leaf, "other", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ca(leaf), 0);
  EXPECT_EQ(X509_get_extended_key_usage(leaf), std::uint32_t{XKU_SSL_SERVER});
  EXPECT_EQ(X509_get_key_usage(leaf), std::uint32_t{KU_DIGITAL_SIGNATURE});
  EXPECT_EQ(EVP_PKEY_get_bits(pair.value().key.get()), 256);
  EXPECT_EQ(pair.value().not_before, kNow - std::chrono::minutes(5));
  EXPECT_EQ(pair.value().not_after, pair.value().not_before + std::chrono::hours(24 * 365));
  EXPECT_EQ(pair.value().last_pem, made.value().certificate);
}

TEST(SelfSigned, SerialsAreRandomAndPositive) {
  std::string serials[2];
  for (std::string& serial : serials) {
    const auto made = make_self_signed("localhost", kNow);
    ASSERT_TRUE(made.ok());
    const auto chain = parse_certificates(made.value().certificate);
    ASSERT_TRUE(chain.ok());
    const BignumPtr number(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(chain.value().front().get()), nullptr));
    EXPECT_FALSE(BN_is_negative(number.get()));
    EXPECT_EQ(BN_num_bits(number.get()), 127);
    serial = std::to_string(BN_get_word(number.get())) + made.value().certificate;
  }
  EXPECT_NE(serials[0], serials[1]);
}

TEST(SelfSigned, RefusesNamesThatAreNone) {
  for (const char* names : {"", "a b", "localhost,", ",localhost", "DNS:x", "a\nb", "-a", "a..b",
                            "x,email:you@example.org"}) {
    const auto made = make_self_signed(names, kNow);
    ASSERT_FALSE(made.ok()) << names;
    EXPECT_EQ(made.error().code, Errc::misconfigured) << names;
  }
}

TEST(ServerPair, TakesWhatClientsTake) {
  for (const char* key : {"P-256", "P-384", "P-521", "RSA-2048", "Ed25519"}) {
    MintOptions options;
    options.key = key;
    const Minted leaf = Minted::make(options, kNow);
    EXPECT_EQ(refused(ServerPair::parse(leaf.pem(), leaf.key_pem(), kNow)), "accepted") << key;
  }
  MintOptions no_usage;
  no_usage.usage.clear();
  const Minted leaf = Minted::make(no_usage, kNow);
  EXPECT_EQ(refused(ServerPair::parse(leaf.pem(), leaf.key_pem(), kNow)), "accepted");
}

TEST(ServerPair, LastOfChainIsTheBundle) {
  const Minted authority = Minted::authority(kNow);
  const Minted leaf = Minted::make({}, kNow, &authority);
  const auto pair = ServerPair::parse(leaf.pem() + authority.pem(), leaf.key_pem(), kNow);
  ASSERT_TRUE(pair.ok()) << pair.error().message;
  EXPECT_EQ(pair.value().chain.size(), 2u);
  EXPECT_EQ(pair.value().last_pem, authority.pem());
}

TEST(ServerPair, RefusesEachFault) {
  const Minted good = Minted::make({}, kNow);
  const Minted other = Minted::make({}, kNow);
  const auto with = [](auto change) {
    MintOptions options;
    change(options);
    return Minted::make(options, kNow).pair();
  };
  const PemPair good_pair = good.pair();
  const std::string& key = good_pair.key;
  const struct {
    const char* name;
    PemPair pair;
    const char* message;
  } cases[] = {
      {"other key",
       {good.pem(), other.key_pem()},
       "key does not belong to the certificate: key values mismatch"},
      {"expired", with([](auto& o) { o.ends = std::chrono::seconds(0); }),
       "certificate expired at 2027-01-15T08:00:00.000Z"},
      {"not yet valid", with([](auto& o) { o.begins = std::chrono::seconds(1); }),
       "certificate is not valid before 2027-01-15T08:00:01.000Z"},
      {"weak RSA", with([](auto& o) { o.key = "RSA-1024"; }),
       "RSA key of 1024 bits, 2048 are the least"},
      {"weak EC", with([](auto& o) { o.key = "P-224"; }), "EC key of 224 bits, 256 are the least"},
      {"client usage", with([](auto& o) { o.usage = "clientAuth"; }),
       "certificate's extended key usage lacks serverAuth"},
      {"no SAN", with([](auto& o) { o.sans.clear(); }),
       "certificate has no subject alternative name; clients ignore the common name"},
      {"empty certificate", {"", key}, "no certificate in PEM text: no start line"},
      {"key as certificate", {key, key}, "no certificate in PEM text: no start line"},
      {"junk after", {good.pem() + "x", key}, "PEM text is cut short or has junk after its end"},
  };
  for (const auto& c : cases) {
    const std::string message = refused(ServerPair::parse(c.pair.certificate, c.pair.key, kNow));
    EXPECT_EQ(message.substr(0, std::string(c.message).size()), c.message) << c.name;
  }
}

// A writer that is half done: no prefix of a file may be taken, but for its last line end.
TEST(ServerPair, EveryTruncationIsRefused) {
  const Minted leaf = Minted::make({}, kNow);
  const std::string certificate = leaf.pem();
  const std::string key = leaf.key_pem();
  for (std::size_t size = 0; size + 1 < certificate.size(); ++size) {
    EXPECT_NE(refused(ServerPair::parse(certificate.substr(0, size), key, kNow)), "accepted")
        << size;
  }
  for (std::size_t size = 0; size + 2 < key.size(); ++size) {
    EXPECT_NE(refused(ServerPair::parse(certificate, key.substr(0, size), kNow)), "accepted")
        << size;
  }
}

TEST(Random, FillsAndDiffers) {
  std::array<unsigned char, 32> a{};
  std::array<unsigned char, 32> b{};
  ASSERT_TRUE(fill_random(a).ok());
  ASSERT_TRUE(fill_random(b).ok());
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace portreeve::crypto
