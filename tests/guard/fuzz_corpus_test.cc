// Replays the seeds of the target about files of a repository as an ordinary test.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/repository_file_fuzz.cc"
#include "tests/support/source_dir.h"

namespace portreeve {
namespace {

namespace fs = std::filesystem;

// Each seed, and each of its beginnings.
TEST(FuzzCorpus, RepositoryFile) {
  std::vector<fs::path> seeds;
  for (const auto& entry :
       fs::directory_iterator(test::source_dir() + "/tests/fuzz/corpus/repository_file")) {
    seeds.push_back(entry.path());
  }
  std::sort(seeds.begin(), seeds.end());
  EXPECT_GE(seeds.size(), 12U);
  for (const fs::path& seed : seeds) {
    SCOPED_TRACE(seed.string());
    std::ifstream file(seed, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t size = 0; size < text.size(); ++size) {
      fuzz_repository_file(std::string_view(text).substr(0, size));
    }
    fuzz_repository_file(text);
  }
}

}  // namespace
}  // namespace portreeve
