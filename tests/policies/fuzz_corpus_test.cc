// Replays the seeds of the fuzz target `policy`, and the shipped catalog, as an ordinary test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "policies/catalog.h"

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/fuzz.h"
#include "tests/support/source_dir.h"

PORTREEVE_FUZZ_TARGET(policy);

namespace portreeve::policies {
namespace {

TEST(FuzzCorpusPolicy, Seeds) {
  std::size_t seeds = 0;
  const auto folder = std::filesystem::path(test::source_dir()) / "tests/fuzz/corpus/policy";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t size = 0; size <= text.size(); size += 1 + text.size() / 100) {
      fuzz_policy(std::string_view(text).substr(0, size));
    }
    fuzz_policy(text);
    ++seeds;
  }
  EXPECT_GE(seeds, 10U);
}

TEST(FuzzCorpusPolicy, Catalog) {
  std::string all;
  for (const SourceFile& file : embedded_catalog()) all += file.text + "\n---\n";
  fuzz_policy(all);
}

}  // namespace
}  // namespace portreeve::policies
