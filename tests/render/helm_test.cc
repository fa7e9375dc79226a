#include "render/helm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "render/output.h"
#include "render/workspace.h"

namespace portreeve::render {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<HelmRun> run(const std::string& mode) {
  static const Helm helm = std::move(Helm::open(HOSTILE_PROGRAM)).value();
  ChartInput chart;
  chart.name = mode;
  chart.kube_version = "1.33.0";
  chart.files = {{"Chart.yaml", "name: x\n"}, {"templates/deep/a.yaml", ""}};
  return helm.render(chart);
}

TEST(Helm, IsCalledInOneWay) {
  const Helm helm = std::move(Helm::open(HOSTILE_PROGRAM)).value();
  ChartInput chart;
  chart.name = "answer";
  chart.kube_version = "1.33.0";
  chart.files = {{"Chart.yaml", "name: answer\n"}};
  chart.values = {"a: 1\n"};
  const auto result = helm.render(chart);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_THAT(result.value().output,
              HasSubstr("arguments:\n- 'helm'\n- 'template'\n- 'smoke-answer'\n- './chart'\n"
                        "- '--namespace'\n- 'smoke-answer'\n- '--kube-version'\n- '1.33.0'\n"
                        "- '--values'\n- 'values-0.yaml'\nvariables: 0\nchart: 0\npackage: -2\n"
                        "values: 0\n"));
  chart.package = "bytes";
  chart.values.clear();
  chart.kube_version = "v1.30";
  EXPECT_THAT(
      helm.render(chart).value().output,
      HasSubstr(
          "- './chart.tgz'\n- '--namespace'\n- 'smoke-answer'\n- '--kube-version'\n- 'v1.30'\n"
          "variables: 0\nchart: -2\npackage: 0\nvalues: -2\n"));
}

TEST(Helm, TellsTheChartsFaultFromEverythingElse) {
  const struct {
    const char* mode;
    Errc code;
    const char* message;
  } cases[] = {
      {"eat", Errc::limit, "helm: fatal error: runtime: cannot allocate memory"},
      {"crash", Errc::unavailable, "helm crashed: signal "},
      {"panic", Errc::unavailable, "helm ended with 2: panic: runtime error"},
      {"silent", Errc::unavailable, "helm ended with 1: "},
      {"old", Errc::unsupported, "this helm is not one of 3 or 4: Error: unknown flag"},
      {"full", Errc::unavailable, "helm: Error: write x: no space left on device"},
  };
  for (const auto& one : cases) {
    const auto result = run(one.mode);
    ASSERT_FALSE(result.ok()) << one.mode;
    EXPECT_EQ(result.error().code, one.code) << one.mode;
    EXPECT_THAT(result.error().message, HasSubstr(one.message));
  }
  const auto failed = run("required");
  ASSERT_TRUE(failed.ok());
  EXPECT_FALSE(failed.value().rendered);
  EXPECT_EQ(failed.value().output, "");
  EXPECT_THAT(failed.value().message, HasSubstr("Error: execution error at (a/templates"));
  EXPECT_TRUE(run("nothing").value().rendered);
}

TEST(Helm, RefusesWhatItDoesNotPassOn) {
  const Helm helm = std::move(Helm::open(HOSTILE_PROGRAM)).value();
  for (const char* const version :
       {"", "latest", "1.33.0 --post-renderer=x", "2.0.0", "1.33.0.1"}) {
    ChartInput chart;
    chart.name = "answer";
    chart.kube_version = version;
    EXPECT_THAT(helm.render(chart).error().message, HasSubstr("expected such as 1.33.0"))
        << version;
  }
  for (const char* const path : {"../x", "/etc/x", "a/../../x", "a//b", "a\\b"}) {
    ChartInput chart;
    chart.name = "answer";
    chart.kube_version = "1.33.0";
    chart.files = {{path, ""}};
    EXPECT_EQ(helm.render(chart).error().code, Errc::malformed) << path;
  }
  ChartInput twice;
  twice.name = "answer";
  twice.kube_version = "1.33.0";
  twice.files = {{"a", "1"}, {"a", "2"}};
  EXPECT_THAT(helm.render(twice).error().message, HasSubstr("cannot be written"));
}

TEST(Helm, OpensPrograms) {
  EXPECT_EQ(Helm::open("/nonexistent/helm").error().code, Errc::not_found);
  EXPECT_THAT(Helm::open("/etc/passwd").error().message, HasSubstr("no executable program (ELF)"));
  EXPECT_THAT(Helm::open("/dev/zero").error().message, HasSubstr("no executable program (ELF)"));
  const Helm helm = std::move(Helm::open(HOSTILE_PROGRAM)).value();
  EXPECT_EQ(helm.version().value(), "v3.99.0");
  std::size_t bytes = 0;
  ASSERT_TRUE(helm.read([&](std::string_view piece) { bytes += piece.size(); }).ok());
  struct stat status {};
  ASSERT_EQ(::stat(HOSTILE_PROGRAM, &status), 0);
  EXPECT_EQ(bytes, static_cast<std::size_t>(status.st_size));
  EXPECT_THAT(Helm::open("/bin/true").value().version().error().message,
              HasSubstr("is no helm 3 or 4"));
}

TEST(Helm, IsFoundInAbsoluteFoldersOnly) {
  const std::string program = HOSTILE_PROGRAM;
  const std::string folder = program.substr(0, program.rfind('/'));
  const std::string name = program.substr(program.rfind('/') + 1);
  EXPECT_EQ(Helm::find(name, "/nonexistent::" + folder), program);
  EXPECT_EQ(Helm::find(name, ".:bin:"), "");
  EXPECT_EQ(Helm::find("passwd", "/etc"), "") << "not executable";
}

struct Line {
  const char* name;
  const char* output;
  std::vector<std::string> want;  ///< "SOURCE:LINE KIND/NAME [hooks] state"
  std::size_t lines;
};

std::string summary(const RenderedDocument& document) {
  std::string out = document.source + ":" + std::to_string(document.line) + " ";
  if (!document.unread.empty()) return out + "unread: " + document.unread;
  if (document.empty) return out + "empty";
  out += document.kind + "/" + document.name;
  for (const std::string& hook : document.hooks) out += " " + hook;
  return out;
}

TEST(RenderOutput, ReadsEveryDocument) {
  const Line cases[] = {
      {"nothing", "", {}, 0},
      {"a line", "\n", {}, 1},
      {"one",
       "---\n# Source: a/templates/x.yaml\nkind: A\nmetadata:\n  name: web\n",
       {"a/templates/x.yaml:3 A/web"},
       5},
      {"comments only",
       "---\n# Source: a/templates/x.yaml\n# one\n# two\n# three\n",
       {"a/templates/x.yaml:3 empty"},
       5},
      {"null, map and list of nothing",
       "---\n# Source: a/1\nnull\n---\n# Source: a/2\n{}\n---\n# Source: a/3\n[]\n",
       {"a/1:3 empty", "a/2:6 empty", "a/3:9 empty"},
       9},
      {"hooks alone", "\n---\n# Source: a/1\nkind: Job\n", {"a/1:4 Job/"}, 4},
      {"no kind", "---\n# Source: a/1\nx: 1\n", {"a/1:3 /"}, 3},
      {"hooks",
       "---\n# Source: a/1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: "
       "'pre-install, test'}}\n",
       {"a/1:3 Pod/t pre-install test"},
       4},
      {"two in one part",
       "---\n# Source: a/1\nkind: A\n...\n---\nkind: B\n",
       {"a/1:3 A/", "a/1:3 B/"},
       6},
      {"unread",
       "---\n# Source: a/1\nkind: A\nkind: B\n---\n# Source: a/2\nkind: C\n",
       {"a/1:3 unread: line 2 column 1: key \"kind\" repeated", "a/2:7 C/"},
       7},
      {"a header inside a text is text",
       "---\n# Source: a/1\ndata: |\n  ---\n  # Source: b/2\n",
       {"a/1:3 /"},
       5},
      {"terminal escapes", "---\n# Source: a/\x1b[31m\nkind: A\n", {"a/\\u{001B}[31m:3 A/"}, 3},
  };
  for (const Line& one : cases) {
    const auto result = read_output(one.output, nullptr);
    ASSERT_TRUE(result.ok()) << one.name << ": " << result.error().message;
    std::vector<std::string> got;
    for (const RenderedDocument& document : result.value().documents)
      got.push_back(summary(document));
    EXPECT_EQ(got, one.want) << one.name;
    EXPECT_EQ(result.value().lines, one.lines) << one.name;
  }
}

TEST(RenderOutput, CountsWhatHoldsSomething) {
  const auto result = read_output(
      "---\n# Source: a/1\n# x\n---\n# Source: a/2\nkind: A\n---\n# Source: a/3\na: 1\na: 2\n",
      nullptr);
  EXPECT_EQ(result.value().documents.size(), 3U);
  EXPECT_EQ(result.value().filled, 1U);
  EXPECT_EQ(result.value().unread, 1U);
}

TEST(RenderOutput, RefusesWhatHelmDoesNotPrint) {
  EXPECT_EQ(read_output("hello\n", nullptr).error().message,
            "the render does not begin with \"---\" and \"# Source:\": \"hello\\u{000A}\"");
  MemoryBudget small(1000);
  const auto result =
      read_output("---\n# Source: a/1\nkind: A\n---\n# Source: a/2\nkind: A\n", &small);
  EXPECT_TRUE(!result.ok() || result.value().unread > 0);
}

}  // namespace
}  // namespace portreeve::render
