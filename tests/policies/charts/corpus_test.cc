// The 51 real charts of the corpus (templates and subcharts are not in it), with the pins that the
// tree holds, against a report that was read line by line.

#include <algorithm>
#include <filesystem>

#include "core/yaml.h"
#include "tests/policies/charts/judge_chart.h"
#include "tests/support/golden.h"

namespace portreeve::policies {
namespace {

namespace fs = std::filesystem;

DocumentPtr document_of(const fs::path& path) {
  const auto text = read_file(path.string(), 1 << 20);
  EXPECT_TRUE(text.ok());
  auto document = yaml::parse(text.value(), json::review_limits(), nullptr);
  EXPECT_TRUE(document.ok()) << path;
  return document.value();
}

struct Tree {
  fs::path root;
  std::vector<std::string> charts;  ///< Folders.

  /// The Blueprint beside the chart, and dependencies of other charts on it.
  std::vector<ChartPin> pins(const std::string& folder, const std::string& name) const {
    std::vector<ChartPin> out;
    const std::string blueprint = (fs::path(folder).parent_path() / "blueprint.yaml").string();
    if (fs::exists(root / blueprint)) {
      const DocumentPtr document = document_of(root / blueprint);
      out.push_back(
          {ChartPin::Kind::blueprint, blueprint, document, document->root()["spec"]["version"]});
    }
    for (const std::string& other : charts) {
      const DocumentPtr document = document_of(root / other / "Chart.yaml");
      for (const Value entry : document->root()["dependencies"]) {
        if (entry["name"].text() != name) continue;
        out.push_back(
            {ChartPin::Kind::umbrella, other + "/Chart.yaml", document, entry["version"]});
      }
    }
    return out;
  }
};

Verdict judge_folder(const Tree& tree, const std::string& folder) {
  charts::MemoryFiles::Map files;
  for (const auto& entry : fs::recursive_directory_iterator(tree.root / folder)) {
    if (!entry.is_regular_file()) continue;
    files.emplace(fs::relative(entry.path(), tree.root / folder).string(),
                  read_file(entry.path().string(), 1 << 22).value());
  }
  ChartFacts facts;
  facts.reading =
      charts::read_folder(charts::MemoryFiles(std::move(files)), charts::Form::source, nullptr);
  facts.in_tree = true;
  facts.folder = folder;
  facts.pins_known = true;
  const charts::ChartPtr chart = facts.reading.chart;
  EXPECT_NE(chart, nullptr) << folder;
  facts.pins = tree.pins(folder, chart->name);
  Subject subject;
  subject.door = Door::guard;
  subject.nature = Nature::chart;
  subject.file = folder + "/Chart.yaml";
  subject.called = "chart:" + chart->name + "@" + chart->version;
  subject.document = chart->metadata;
  subject.object = chart->metadata->root();
  EvidenceMap evidence;
  evidence.emplace(tree_key(subject.file, "render"), fact(ChartCase::skipped()));
  evidence.emplace(tree_key(subject.file), fact(std::move(facts)));
  return chart_catalog().judge(subject, TimePoint{}, &evidence, nullptr);
}

TEST(ChartCorpus, RealCharts) {
  Tree tree{fs::path(test::source_dir()) / "../shared/corpus/openova", {}};
  if (!fs::exists(tree.root)) GTEST_SKIP() << "skipped: no corpus";
  for (const auto& entry : fs::recursive_directory_iterator(tree.root)) {
    if (entry.path().filename() != "Chart.yaml") continue;
    tree.charts.push_back(fs::relative(entry.path().parent_path(), tree.root).string());
  }
  std::sort(tree.charts.begin(), tree.charts.end());
  ASSERT_EQ(tree.charts.size(), 51U);
  std::string report;
  std::size_t denied = 0;
  for (const std::string& folder : tree.charts) {
    const Verdict verdict = judge_folder(tree, folder);
    EXPECT_NE(verdict.decision, Decision::undecided) << folder;
    denied += verdict.decision == Decision::deny ? 1U : 0U;
    report += folder + ": " + std::string(to_string(verdict.decision)) + "\n";
    for (const Finding& finding : verdict.findings) {
      if (finding.effect == Effect::none) continue;
      report += "  " + std::string(to_string(finding.effect)) + " " + finding.rule + " at ";
      if (finding.location) {
        report += finding.location->file + ":" + std::to_string(finding.location->line) + ":" +
                  std::to_string(finding.location->column);
      } else {
        report += finding.path.value_or("");
      }
      report += "\n    found " + finding.found + ", expected " + finding.expected + "\n";
    }
  }
  report += std::to_string(tree.charts.size()) + " charts, " + std::to_string(denied) + " denied\n";
  EXPECT_TRUE(testing::matches_golden(report, "corpus/charts.txt"));
}

}  // namespace
}  // namespace portreeve::policies
