// One trust root, many threads: chains are verified once, by whoever comes first.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/sigstore_mint.h"
#include "verifiers/sct.h"
#include "verifiers/signing_certificate.h"
#include "verifiers/timestamp.h"

namespace portreeve::verifiers {
namespace {

using namespace portreeve::testing;  // NOLINT(google-build-using-namespace): the mint's own words.

TEST(TrustRootThreads, SharedByMany) {
  const SigstoreMint mint;
  const TrustRootPtr root = mint.trust_root();
  const std::string der = mint.issue().der;
  const std::vector<std::string> tokens = {mint.tsa.stamp("signature")};
  std::atomic<int> good = 0;
  constexpr int kThreads = 8;
  constexpr int kRounds = 10;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const auto leaf = crypto::Certificate::from_der(der);
        const auto stamps = check_timestamps(tokens, "signature", *root);
        const std::vector<TimePoint> times = {stamps.value().verified.at(0).time};
        const auto issuer = check_fulcio_certificate(leaf.value(), *root, times);
        if (issuer.ok() && require_scts(leaf.value(), issuer.value(), *root, 1).ok()) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * kRounds);
}

}  // namespace
}  // namespace portreeve::verifiers
