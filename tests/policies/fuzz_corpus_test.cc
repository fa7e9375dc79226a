// Replays the seeds of the fuzz targets `policy` and `config_schema`, and the shipped catalog, as
// an ordinary test.

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
PORTREEVE_FUZZ_TARGET(config_schema);
PORTREEVE_FUZZ_TARGET(render_predicate);

namespace portreeve::policies {
namespace {

void replay(const char* target, void (*run)(std::string_view)) {
  std::size_t seeds = 0;
  const auto folder = std::filesystem::path(test::source_dir()) / "tests/fuzz/corpus" / target;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t size = 0; size <= text.size(); size += 1 + text.size() / 100) {
      run(std::string_view(text).substr(0, size));
    }
    run(text);
    ++seeds;
  }
  EXPECT_GE(seeds, 10U);
}

TEST(FuzzCorpusPolicy, Seeds) { replay("policy", fuzz_policy); }
TEST(FuzzCorpusPolicy, ConfigSchemas) { replay("config_schema", fuzz_config_schema); }
TEST(FuzzCorpusPolicy, RenderPredicates) { replay("render_predicate", fuzz_render_predicate); }

TEST(FuzzCorpusPolicy, Catalog) {
  std::string all;
  for (const SourceFile& file : embedded_catalog()) all += file.text + "\n---\n";
  fuzz_policy(all);
}

}  // namespace
}  // namespace portreeve::policies
