// The shipped catalog over real objects: every Blueprint of the OpenOva corpus, compared with a
// report that was read line by line, and the samples, whose file names say what becomes of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.h"
#include "core/json.h"
#include "core/yaml.h"
#include "policies/policy_set.h"
#include "tests/support/golden.h"
#include "tests/support/source_dir.h"

namespace portreeve::policies {
namespace {

const std::string& kSource = test::source_dir();
constexpr std::size_t kFileBytes = 1 << 20;

std::shared_ptr<const PolicySet> catalog() {
  PolicySources sources;
  Result<std::vector<SourceFile>> files = read_folder(std::string(kSource) + "/policies/catalog");
  EXPECT_TRUE(files.ok());
  sources.catalog = std::move(files).value();
  Result<std::shared_ptr<const PolicySet>> set = PolicySet::load(std::move(sources));
  EXPECT_TRUE(set.ok()) << set.error().message;
  return set.value();
}

std::vector<std::string> files_named(const std::string& folder, std::string_view ending) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = std::filesystem::relative(entry.path(), folder).string();
    const bool ends = path.size() >= ending.size() &&
                      path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
    if (entry.is_regular_file() && ends) out.push_back(path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A bare object, or the request of an AdmissionReview.
Subject subject_of(const DocumentPtr& document) {
  Subject subject;
  subject.document = document;
  subject.object = document->root();
  if (const Value request = document->root()["request"]; request.present()) {
    subject.object = request["object"];
    subject.old = request["oldObject"];
    subject.operation = subject.old.present() ? Operation::update : Operation::create;
  }
  const std::string api(subject.object["apiVersion"].text());
  const std::size_t slash = api.find('/');
  subject.group = api.substr(0, slash);
  subject.version = api.substr(slash + 1);
  subject.kind = std::string(subject.object["kind"].text());
  subject.name = std::string(subject.object["metadata"]["name"].text());
  subject.name_space = std::string(subject.object["metadata"]["namespace"].text());
  return subject;
}

std::vector<Verdict> judge_file(const PolicySet& set, const std::string& path) {
  std::vector<Verdict> out;
  const Result<std::string> text = read_file(path, kFileBytes);
  if (!text.ok()) {
    ADD_FAILURE() << path << ": " << text.error().message;
    return out;
  }
  const Result<yaml::Stream> stream =
      yaml::parse_file_text(path, text.value(), json::review_limits(), nullptr);
  if (!stream.ok()) {
    ADD_FAILURE() << path << ": " << stream.error().message;
    return out;
  }
  for (const DocumentPtr& document : stream.value().documents) {
    out.push_back(set.judge(subject_of(document), TimePoint{}, nullptr, nullptr));
  }
  return out;
}

std::string line_of(const Finding& finding) {
  std::string out = "  " + std::string(to_string(finding.effect)) + " " + finding.rule + " at " +
                    finding.path.value_or("") + "\n    found " + finding.found + ", expected " +
                    finding.expected + "\n    fix: " + finding.fix + "\n";
  if (!finding.note.empty()) out += "    note: " + finding.note + "\n";
  return out;
}

TEST(Corpus, RealBlueprints) {
  const std::string folder = std::string(kSource) + "/../shared/corpus/openova";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no corpus";
  const std::shared_ptr<const PolicySet> set = catalog();
  const std::vector<std::string> files = files_named(folder, "/blueprint.yaml");
  ASSERT_EQ(files.size(), 48U);

  std::string report;
  std::size_t denied = 0;
  for (const std::string& file : files) {
    const std::vector<Verdict> verdicts = judge_file(*set, folder + "/" + file);
    ASSERT_EQ(verdicts.size(), 1U) << file;
    const Verdict& verdict = verdicts[0];
    EXPECT_TRUE(verdict.gated) << file;
    EXPECT_NE(verdict.decision, Decision::undecided) << file;
    denied += verdict.decision == Decision::deny ? 1 : 0;
    report += file + ": " + std::string(to_string(verdict.decision)) + "\n";
    for (const Finding& finding : verdict.findings) report += line_of(finding);
  }
  report += std::to_string(files.size()) + " Blueprints, " + std::to_string(denied) + " denied\n";
  EXPECT_TRUE(testing::matches_golden(report, "corpus/report.txt"));
}

// "good-…" is allowed and free of advice, "warned-…" is allowed with advice, "bad-…" is denied by
// exactly one rule, so that what it shows is not hidden among other things.
TEST(Samples, SayWhatTheirNamesPromise) {
  const std::string folder = std::string(kSource) + "/samples";
  const std::shared_ptr<const PolicySet> set = catalog();
  std::size_t bad = 0;
  for (const std::string_view ending : {".yaml", ".json"}) {
    for (const std::string& file : files_named(folder, ending)) {
      SCOPED_TRACE(file);
      const std::vector<Verdict> verdicts = judge_file(*set, folder + "/" + file);
      ASSERT_EQ(verdicts.size(), 1U);
      const std::vector<Finding>& findings = verdicts[0].findings;
      const auto said = std::count_if(findings.begin(), findings.end(),
                                      [](const Finding& f) { return f.effect != Effect::none; });
      const std::string promise = file.substr(0, file.find('-'));
      if (promise == "good") {
        EXPECT_EQ(verdicts[0].decision, Decision::allow);
        EXPECT_EQ(said, 0);
      } else if (promise == "warned") {
        EXPECT_EQ(verdicts[0].decision, Decision::allow);
        EXPECT_GT(said, 0);
      } else {
        EXPECT_EQ(promise, "bad");
        EXPECT_EQ(verdicts[0].decision, Decision::deny);
        EXPECT_EQ(said, 1);
        ++bad;
      }
    }
  }
  EXPECT_GE(bad, 8U);
}

}  // namespace
}  // namespace portreeve::policies
