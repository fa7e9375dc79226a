// Replays the seeds of the fuzz targets of trust material as ordinary tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/fuzz.h"
#include "tests/support/source_dir.h"

PORTREEVE_FUZZ_TARGET(certificate);
PORTREEVE_FUZZ_TARGET(timestamp_token);
PORTREEVE_FUZZ_TARGET(trust_root);

namespace portreeve::verifiers {
namespace {

namespace fs = std::filesystem;

// Each seed, some of its beginnings, and it with some bytes changed.
void replay(const std::string& target, void (*run)(std::string_view)) {
  constexpr std::size_t kPlaces = 40;
  std::vector<fs::path> seeds;
  const fs::path folder = fs::path(test::source_dir()) / "tests/fuzz/corpus" / target;
  for (const auto& entry : fs::directory_iterator(folder)) seeds.push_back(entry.path());
  std::sort(seeds.begin(), seeds.end());
  EXPECT_GE(seeds.size(), 10U);
  for (const fs::path& seed : seeds) {
    SCOPED_TRACE(seed.string());
    std::ifstream file(seed, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    run(text);
    for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / kPlaces) {
      run(std::string_view(text).substr(0, at));
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ 0x21);
      run(changed);
    }
  }
}

TEST(TrustFuzzCorpus, Certificate) { replay("certificate", fuzz_certificate); }
TEST(TrustFuzzCorpus, TimestampToken) { replay("timestamp_token", fuzz_timestamp_token); }
TEST(TrustFuzzCorpus, TrustRoot) { replay("trust_root", fuzz_trust_root); }

}  // namespace
}  // namespace portreeve::verifiers
