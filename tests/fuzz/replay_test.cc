// Replays every fuzz target over its seeds as an ordinary test. A target aborts when its invariant does
// not hold; what is asserted here is that no target is without a call and none without seeds.

#include "tests/fuzz/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>

#include "tests/support/source_dir.h"

namespace portreeve::fuzz {

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBeginnings = 200;  // of one seed
constexpr std::size_t kPlaces = 40;       // of one seed, where a byte is changed
constexpr std::size_t kSeedsAtLeast = 3;

fs::path folder_of_targets() { return fs::path(test::source_dir()) / "tests/fuzz"; }

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_beginnings(const Target& target, const std::string& seed) {
  for (std::size_t size = 0; size < seed.size(); size += 1 + seed.size() / kBeginnings) {
    target.run(std::string_view(seed).substr(0, size));
  }
}

void run_with_changed_bytes(const Target& target, const std::string& seed) {
  for (std::size_t at = 0; at < seed.size(); at += 1 + seed.size() / kPlaces) {
    for (const char other : {static_cast<char>(seed[at] ^ 0x21), '"', '\0', '}', '<'}) {
      std::string changed = seed;
      changed[at] = other;
      target.run(changed);
    }
  }
}

class FuzzReplay : public testing::TestWithParam<Target> {};

TEST_P(FuzzReplay, Seeds) {
  const std::vector<fs::path> seeds = files_below(folder_of_targets() / "corpus" / GetParam().name);
  EXPECT_GE(seeds.size(), kSeedsAtLeast);
  for (const fs::path& path : seeds) {
    SCOPED_TRACE(path.string());
    const std::string seed = bytes_of(path);
    GetParam().run(seed);
    run_beginnings(GetParam(), seed);
    run_with_changed_bytes(GetParam(), seed);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzReplay, testing::ValuesIn(targets()),
                         [](const auto& of) { return of.param.name; });

TEST(FuzzTargets, EachSourceAndEachCorpusHasItsTarget) {
  std::set<std::string> linked, sources, corpora;
  for (const Target& target : targets()) linked.insert(target.name);
  for (const fs::path& path : files_below(folder_of_targets())) {
    const std::string stem = path.stem().string();
    constexpr std::string_view kEnd = "_fuzz";
    if (path.extension() == ".cc" && stem.size() > kEnd.size() && stem.ends_with(kEnd)) {
      sources.insert(stem.substr(0, stem.size() - kEnd.size()));
    }
  }
  for (const fs::path& path : files_below(folder_of_targets() / "corpus")) {
    corpora.insert(path.filename().string());
  }
  EXPECT_EQ(linked, sources);
  EXPECT_EQ(linked, corpora);
}

}  // namespace
}  // namespace portreeve::fuzz
