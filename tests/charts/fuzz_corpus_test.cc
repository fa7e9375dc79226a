// Replays the seeds of the fuzz targets of charts/ and of the archives it reads as an ordinary
// test.

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

PORTREEVE_FUZZ_TARGET(tar);
PORTREEVE_FUZZ_TARGET(gzip);
PORTREEVE_FUZZ_TARGET(chart_yaml);
PORTREEVE_FUZZ_TARGET(helmignore);

namespace portreeve {
namespace {

namespace fs = std::filesystem;

// Each seed, and each of its beginnings.
void replay(const std::string& target, void (*run)(std::string_view)) {
  std::vector<fs::path> seeds;
  const fs::path folder = fs::path(test::source_dir()) / "tests/fuzz/corpus" / target;
  for (const auto& entry : fs::directory_iterator(folder)) seeds.push_back(entry.path());
  std::sort(seeds.begin(), seeds.end());
  EXPECT_GE(seeds.size(), 10U);
  for (const fs::path& seed : seeds) {
    SCOPED_TRACE(seed.string());
    std::ifstream file(seed, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t size = 0; size <= text.size(); size += 1 + text.size() / 200) {
      run(std::string_view(text).substr(0, size));
    }
    run(text);
  }
}

TEST(FuzzCorpus, Tar) { replay("tar", fuzz_tar); }
TEST(FuzzCorpus, Gzip) { replay("gzip", fuzz_gzip); }
TEST(FuzzCorpus, ChartYaml) { replay("chart_yaml", fuzz_chart_yaml); }
TEST(FuzzCorpus, HelmIgnore) { replay("helmignore", fuzz_helmignore); }

}  // namespace
}  // namespace portreeve
