// Replays the seeds of the readers' fuzz targets, and the corpus where it is there, as ordinary
// tests.

#include <gtest/gtest.h>

#include "tests/sbom/documents.h"

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/fuzz.h"

PORTREEVE_FUZZ_TARGET(sbom_spdx2_json);
PORTREEVE_FUZZ_TARGET(sbom_spdx2_tag_value);
PORTREEVE_FUZZ_TARGET(sbom_spdx3);
PORTREEVE_FUZZ_TARGET(sbom_cyclonedx_json);
PORTREEVE_FUZZ_TARGET(sbom_cyclonedx_xml);
PORTREEVE_FUZZ_TARGET(sbom_syft);
PORTREEVE_FUZZ_TARGET(sbom_container);

namespace portreeve::sbom {
namespace {

// Each seed, each of its beginnings, and each with one byte changed.
void replay(const std::string& target, void (*run)(std::string_view)) {
  const std::vector<std::string> seeds =
      files_below(test::source_dir() + "/tests/fuzz/corpus/" + target, "");
  EXPECT_GE(seeds.size(), 3U);
  for (const std::string& seed : seeds) {
    SCOPED_TRACE(seed);
    const std::string text = bytes_of(seed);
    const std::size_t step = 1 + text.size() / 100;
    for (std::size_t i = 0; i < text.size(); i += step) {
      run(std::string_view(text).substr(0, i));
      for (const char c : {'"', '\0', '}', '<'}) {
        std::string mutant = text;
        mutant[i] = c;
        run(mutant);
      }
    }
    run(text);
  }
}

TEST(ReaderFuzzCorpus, Spdx2Json) { replay("sbom_spdx2_json", fuzz_sbom_spdx2_json); }
TEST(ReaderFuzzCorpus, Spdx2TagValue) { replay("sbom_spdx2_tag_value", fuzz_sbom_spdx2_tag_value); }
TEST(ReaderFuzzCorpus, Spdx3) { replay("sbom_spdx3", fuzz_sbom_spdx3); }
TEST(ReaderFuzzCorpus, CycloneDxJson) { replay("sbom_cyclonedx_json", fuzz_sbom_cyclonedx_json); }
TEST(ReaderFuzzCorpus, CycloneDxXml) { replay("sbom_cyclonedx_xml", fuzz_sbom_cyclonedx_xml); }
TEST(ReaderFuzzCorpus, Syft) { replay("sbom_syft", fuzz_sbom_syft); }
TEST(ReaderFuzzCorpus, Container) { replay("sbom_container", fuzz_sbom_container); }

}  // namespace
}  // namespace portreeve::sbom
