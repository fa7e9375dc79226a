// What is rendered, with what, and what is kept. The program is tests/render/hostile_program.cc;
// the real helm renders in script/e2e.

#include "engine/renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/time.h"
#include "policies/evidence.h"
#include "render/workspace.h"

namespace portreeve::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Files = charts::MemoryFiles::Map;

constexpr const char* kChart = "apiVersion: v2\nname: answer\nversion: 1.0.0\n";

struct Tree {
  explicit Tree(Files given)
      : files(std::move(given)),
        reading(charts::read_folder(files, charts::Form::source, nullptr)) {}
  charts::MemoryFiles files;
  charts::Reading reading;
  Result<RenderInput> input(const SubchartSupply* supply = nullptr) const {
    return input_of_tree(reading, files, supply);
  }
};

std::shared_ptr<const Renderer> renderer(const std::string& cache = {},
                                         const std::string& scratch = {}) {
  Renderer::Options options;
  options.scratch = scratch;
  options.program = HOSTILE_PROGRAM;
  options.cache_folder = cache;
  Result<std::shared_ptr<const Renderer>> out = Renderer::open(options);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.value();
}

TEST(Renderer, SaysWhatItIs) {
  const auto one = renderer();
  EXPECT_EQ(one->version(), "v3.99.0");
  EXPECT_FALSE(one->pinned());
  EXPECT_THAT(one->text(), HasSubstr("not pinned; Kubernetes 1.33.0"));
  Renderer::Options options;
  options.program = HOSTILE_PROGRAM;
  options.sha256 = one->digest();
  options.pinned_only = true;
  EXPECT_TRUE(Renderer::open(options).value()->pinned());
}

TEST(Renderer, RunsNothingElseThanWhatIsPinned) {
  Renderer::Options options;
  options.program = HOSTILE_PROGRAM;
  options.sha256 = Digest();
  EXPECT_EQ(Renderer::open(options).error().code, Errc::misconfigured);
  EXPECT_THAT(Renderer::open(options).error().message, HasSubstr("; Config pins sha256:000000"));
  options.sha256.reset();
  options.pinned_only = true;
  EXPECT_THAT(Renderer::open(options).error().message,
              HasSubstr("runs only a helm that Config pins"));
  Renderer::Options none;
  none.search = "/nonexistent";
  EXPECT_EQ(Renderer::open(none).error().message, "there is no helm in PATH");
  EXPECT_EQ(Renderer::open(none).error().code, Errc::not_found);
}

TEST(Renderer, MakesFactsOfARender) {
  const Tree tree(Files{{"Chart.yaml", kChart}, {"templates/a.yaml", "a: 1\n"}});
  const Evidence evidence = renderer()->render(tree.input().value(), nullptr);
  const auto* const facts = policies::value_of<policies::RenderFacts>(evidence);
  ASSERT_NE(facts, nullptr) << std::get<Absent>(evidence).reason.message;
  EXPECT_EQ(facts->outcome, policies::RenderFacts::Outcome::rendered);
  ASSERT_EQ(facts->documents.size(), 1U);
  EXPECT_EQ(facts->documents[0].source, "hostile/templates/report.yaml");
  EXPECT_NE(facts->documents[0].document, nullptr);
  EXPECT_EQ(facts->chart, tree.input().value().digest);
  EXPECT_EQ(facts->helm, "v3.99.0");
  EXPECT_GT(facts->packed_bytes, 0U);
  EXPECT_EQ(facts->confinement.size(), 6U);
}

TEST(Renderer, AFailureIsAFactAndTroubleIsAnAbsence) {
  const auto with = [](const std::string& name) {
    const Tree tree(Files{{"Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n"}});
    return renderer()->render(tree.input().value(), nullptr);
  };
  const Evidence required = with("required");
  const auto* const facts = policies::value_of<policies::RenderFacts>(required);
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->outcome, policies::RenderFacts::Outcome::failed);
  EXPECT_EQ(facts->reason, "Error: execution error at (a/templates/a.yaml:1:4): host is required");
  EXPECT_EQ(std::get<Absent>(with("crash")).reason.code, Errc::unavailable);
  EXPECT_EQ(std::get<Absent>(with("eat")).reason.code, Errc::limit);
}

TEST(Renderer, KeepsWhatWasPrintedAndHashesItAgain) {
  const render::Workspace folder = std::move(render::Workspace::create()).value();
  const std::string cache = folder.path() + "/renders";
  const Tree tree(Files{{"Chart.yaml", kChart}});
  const auto one = renderer(cache);
  const auto documents = [&] {
    const Evidence evidence = one->render(tree.input().value(), nullptr);
    return policies::value_of<policies::RenderFacts>(evidence)->documents.size();
  };
  EXPECT_EQ(documents(), 1U);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(cache))
    names.push_back(entry.path());
  ASSERT_EQ(names.size(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(names[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  // A kept render is used: what it says is what comes back.
  std::ifstream in(names[0]);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text.substr(0, 20), "portreeve-render/v1 ");
  const auto cannot_run = renderer(cache, "/nonexistent");
  const Evidence kept = cannot_run->render(tree.input().value(), nullptr);
  ASSERT_NE(policies::value_of<policies::RenderFacts>(kept), nullptr);
  EXPECT_EQ(policies::value_of<policies::RenderFacts>(kept)->documents.size(), 1U);
  const Tree other(Files{{"Chart.yaml", kChart}, {"values.yaml", "a: 1\n"}});
  EXPECT_EQ(std::get<Absent>(cannot_run->render(other.input().value(), nullptr)).reason.code,
            Errc::unavailable);
  // One whose bytes were changed is none.
  text.back() = 'x';
  std::ofstream(names[0], std::ios::trunc) << text << "---\n# Source: forged\nkind: X\n";
  EXPECT_EQ(documents(), 1U);
}

TEST(Renderer, RendersManyInTheirOrder) {
  SystemClock clock;
  Threads threads(clock);
  std::vector<Result<RenderInput>> inputs;
  for (const char* const name : {"answer", "required", "nothing"}) {
    inputs.push_back(Tree(Files{{"Chart.yaml", "apiVersion: v2\nname: " + std::string(name) +
                                                   "\nversion: 1.0.0\n"}})
                         .input());
  }
  inputs.insert(inputs.begin() + 1, Error{Errc::not_found, "missing"});
  const std::vector<Evidence> out = renderer()->render_all(inputs, nullptr, threads);
  threads.shutdown();
  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(policies::value_of<policies::RenderFacts>(out[0])->documents.size(), 1U);
  EXPECT_EQ(std::get<Absent>(out[1]).reason.message, "missing");
  EXPECT_EQ(policies::value_of<policies::RenderFacts>(out[2])->outcome,
            policies::RenderFacts::Outcome::failed);
  EXPECT_EQ(policies::value_of<policies::RenderFacts>(out[3])->documents.size(), 0U);
}

std::string with_dependency(const std::string& range) {
  return std::string(kChart) + "dependencies:\n- {name: sub, version: '" + range +
         "', repository: 'https://x'}\n";
}

TEST(RenderInput, NamesTheSubchartsThatAreMissing) {
  const Tree tree(Files{{"Chart.yaml", with_dependency("^1.0.0")}});
  ASSERT_FALSE(tree.input().ok());
  EXPECT_EQ(tree.input().error().code, Errc::not_found);
  EXPECT_EQ(tree.input().error().message,
            "subcharts are not vendored: sub ^1.0.0; run `helm dependency build`, or name them by "
            "--subcharts");
  const Tree vendored(
      Files{{"Chart.yaml", with_dependency("^1.0.0")},
            {"charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"}});
  EXPECT_TRUE(vendored.input().ok()) << vendored.input().error().message;
}

TEST(RenderInput, DiffersWithEveryByte) {
  const Tree one(Files{{"Chart.yaml", kChart}, {"a", "bc"}});
  const Tree two(Files{{"Chart.yaml", kChart}, {"ab", "c"}});
  EXPECT_FALSE(one.input().value().digest == two.input().value().digest);
  EXPECT_TRUE(one.input().value().digest ==
              Tree(Files{{"a", "bc"}, {"Chart.yaml", kChart}}).input().value().digest);
}

TEST(RenderInput, ARefusedChartIsNotHandedOn) {
  const Tree tree(Files{{"Chart.yaml", "name: [\n"}});
  ASSERT_FALSE(tree.input().ok());
  EXPECT_THAT(tree.input().error().message, HasSubstr("not rendered: "));
}

}  // namespace
}  // namespace portreeve::engine
