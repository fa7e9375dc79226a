// Replays the seeds of the fuzz target `render_output` as an ordinary test.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/render_output_fuzz.cc"
#include "tests/support/source_dir.h"

namespace portreeve::render {
namespace {

TEST(FuzzCorpusRender, Outputs) {
  std::size_t seeds = 0;
  const auto folder = std::filesystem::path(test::source_dir()) / "tests/fuzz/corpus/render_output";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t size = 0; size <= text.size(); ++size) {
      fuzz_render_output(std::string_view(text).substr(0, size));
    }
    ++seeds;
  }
  EXPECT_GE(seeds, 10U);
}

}  // namespace
}  // namespace portreeve::render
