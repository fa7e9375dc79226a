// The corpus repository as a whole: every finding of the golden report was checked by hand against
// its file. Lines of the corpus are not quoted there: it has no licence.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/command.h"
#include "tests/support/golden.h"
#include "tests/support/source_dir.h"

namespace portreeve::guard {
namespace {

std::string corpus() { return test::source_dir() + "/../shared/corpus/openova"; }

std::string line_of(const nlohmann::json& finding) {
  std::string place = finding["subject"];
  if (finding.contains("location")) {
    const auto& at = finding["location"];
    place = at["file"].get<std::string>() + ":" + std::to_string(at["line"].get<int>()) + ":" +
            std::to_string(at["column"].get<int>());
  }
  std::string out = place + ": " + finding["effect"].get<std::string>() + " " +
                    finding["rule"].get<std::string>();
  if (finding["status"] != "fail") out += " (" + finding["status"].get<std::string>() + ")";
  for (const char* key : {"found", "expected"}) {
    const std::string text = finding[key];
    if (!text.empty()) out += std::string(" | ") + key + " " + text;
  }
  return out + "\n";
}

TEST(Corpus, EveryFindingIsRight) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "skipped: no corpus";
  const testing::Ran judged = testing::ran({"guard", corpus(), "--render", "never", "--format",
                                            "json", "--now", "2026-11-23T00:00:00Z"});
  const auto report = nlohmann::json::parse(judged.out);
  std::vector<std::string> lines;
  for (const auto& finding : report["findings"]) {
    if (finding["effect"] != "none") lines.push_back(line_of(finding));
  }
  std::sort(lines.begin(), lines.end());
  std::string text = report["summary"]["text"].get<std::string>() + "\n";
  for (const auto& count : report["examined"]["counts"]) {
    text +=
        std::to_string(count["count"].get<int>()) + " " + count["what"].get<std::string>() + "\n";
  }
  for (const auto& group : report["examined"]["skipped"]) {
    text += "skipped " + std::to_string(group["count"].get<int>()) + ": " +
            group["why"].get<std::string>() + "\n";
  }
  for (const std::string& line : lines) text += line;
  EXPECT_TRUE(testing::matches_golden(text, "guard/corpus.txt"));
  EXPECT_EQ(judged.exit, 1);
}

}  // namespace
}  // namespace portreeve::guard
