// Replays the seeds of the fuzz targets of texts inside bills of materials.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/sbom/corpus.h"

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/fuzz.h"
#include "tests/support/source_dir.h"

PORTREEVE_FUZZ_TARGET(purl);
PORTREEVE_FUZZ_TARGET(vers);
PORTREEVE_FUZZ_TARGET(licence);
PORTREEVE_FUZZ_TARGET(vex);

namespace portreeve::sbom {
namespace {

// Each line of each seed file, and each of its beginnings; "\n" in it stands for a line end.
void replay(const std::string& target, void (*run)(std::string_view)) {
  std::size_t lines = 0;
  const std::string folder = portreeve::test::source_dir() + "/tests/fuzz/corpus/" + target;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string text = read_file(entry.path().string());
    for (std::size_t size = 0; size <= text.size(); ++size)
      run(std::string_view(text).substr(0, size));
    ++lines;
  }
  EXPECT_GE(lines, 10U) << target;
}

TEST(TextFuzzCorpus, Purl) { replay("purl", fuzz_purl); }
TEST(TextFuzzCorpus, Vers) { replay("vers", fuzz_vers); }
TEST(TextFuzzCorpus, Licence) { replay("licence", fuzz_licence); }
TEST(TextFuzzCorpus, Vex) { replay("vex", fuzz_vex); }

}  // namespace
}  // namespace portreeve::sbom
