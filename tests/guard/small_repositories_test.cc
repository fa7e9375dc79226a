// Repositories of a few lines, each with one thing to see: exit and the place and rule of what is
// told. What a bash guard with grep and wc lets pass stands here too (quotes, indents, encodings).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/guard/texts.h"
#include "tests/support/repository.h"

namespace portreeve::guard {
namespace {

using testing::blueprint;
using testing::chart;
using testing::config_map;
using ::testing::HasSubstr;
using testing::Ran;
using testing::release;
using testing::Repository;

struct Case {
  std::string name;
  std::vector<std::pair<std::string, std::string>> files;
  int exit = 0;
  std::vector<std::string> told{};  ///< Places and rules; empty: no denial and no warning.
};

std::string plain_chart(const std::string& more = "", const std::string& version = "1.0.0") {
  return "apiVersion: v2\nname: bp-one\nversion: " + version + "\n" + more;
}

std::string depends(const std::string& name, const std::string& version,
                    const std::string& repository = "https://charts.example",
                    const std::string& more = "") {
  return "dependencies:\n  - name: " + name + "\n    version: " + version +
         "\n    repository: " + repository + "\n" + more;
}

const std::string kNoUpstream = "annotations:\n  catalyst.openova.io/no-upstream: \"true\"\n";
const std::string kTemplate = config_map("one");
constexpr const char* kKit = "clusters/_template/bootstrap-kit/01-one.yaml";
const std::string kOff = "{{- if .Values.enabled }}\n" + config_map("one") + "{{- end }}\n";

std::string wide(const std::string& text) {  // UTF-16LE with its mark.
  std::string out = "\xFF\xFE";
  for (const char c : text) out += std::string{c, '\0'};
  return out;
}

std::string crlf(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

std::vector<Case> hollow_cases() {
  const auto one = [](const std::string& yaml) {
    return std::vector<std::pair<std::string, std::string>>{{"c/Chart.yaml", yaml},
                                                            {"c/templates/a.yaml", kTemplate}};
  };
  return {
      {"hollow", one(plain_chart()), 1, {"c/Chart.yaml:1:1: deny chart-hollow/upstream"}},
      {"empty dependencies",
       one(plain_chart("dependencies: []\n")),
       1,
       {"c/Chart.yaml:4:15: deny chart-hollow/upstream"}},
      {"dependencies of null",
       one(plain_chart("dependencies:\n")),
       1,
       {"deny chart-hollow/upstream"}},
      {"boolean annotation",
       one(plain_chart("annotations:\n  catalyst.openova.io/no-upstream: true\n")),
       1,
       {"c/Chart.yaml:5:36: deny chart-hollow/upstream",
        "c/Chart.yaml:5:36: deny chart-annotations/smoke-mode"}},
      {"annotation in capitals",
       one(plain_chart("annotations:\n  catalyst.openova.io/no-upstream: \"True\"\n")),
       1,
       {"c/Chart.yaml:5:36: deny chart-hollow/upstream"}},
      {"annotation in a comment",
       one(plain_chart("# annotations: {catalyst.openova.io/no-upstream: \"true\"}\n")),
       1,
       {"deny chart-hollow/upstream"}},
      {"no upstream", one(plain_chart(kNoUpstream)), 0},
      {"version 1 of charts",
       one("apiVersion: v1\nname: bp-one\nversion: 1.0.0\n"),
       1,
       {"deny chart-hollow/upstream"}},
      {"a library",
       one(plain_chart("type: library\n" + kNoUpstream)),
       1,
       {"c/Chart.yaml:4:7: deny chart-hollow/upstream"}},
      {"a stub that is vendored",
       {{"c/Chart.yaml", plain_chart(depends("common", "0.1.3"))},
        {"c/charts/common/Chart.yaml",
         "apiVersion: v2\nname: common\nversion: 0.1.3\ntype: library\n"},
        {"c/templates/a.yaml", kTemplate}},
       1,
       {"c/Chart.yaml:5:3: deny chart-hollow/upstream"}},
      {"off by default",
       {{"c/Chart.yaml", plain_chart(kNoUpstream)},
        {"c/values.yaml", "enabled: false\n"},
        {"c/templates/a.yaml", kOff}},
       1,
       {"c/Chart.yaml:5:3: deny chart-annotations/smoke-mode"}},
      {"off by default, and says so",
       {{"c/Chart.yaml",
         plain_chart(kNoUpstream + "  catalyst.openova.io/smoke-render-mode: default-off\n")},
        {"c/values.yaml", "enabled: false\n"},
        {"c/templates/a.yaml", kOff}},
       0},
      {"a mode that nobody knows",
       one(plain_chart(kNoUpstream + "  catalyst.openova.io/smoke-render-mode: defaultoff\n")),
       1,
       {"c/Chart.yaml:6:42: deny chart-annotations/smoke-mode"}},
      {"toggles",
       {{"c/Chart.yaml", plain_chart(kNoUpstream)},
        {"c/templates/a.yaml", kTemplate},
        {"c/values.yaml",
         "servicemonitor: {enabled: yes}\nhubble: {metrics: {enabled: []}, relay: {enabled: true}, "
         "enabled: true}\n"}},
       1,
       {"c/values.yaml:1:27: deny chart-toggles/values",
        "c/values.yaml:2:29: deny chart-toggles/values",
        "c/values.yaml:2:51: deny chart-toggles/values"}},
  };
}

std::vector<Case> version_cases() {
  const std::string own = plain_chart(kNoUpstream, "1.0.1");
  const auto with = [&](const std::string& path, const std::string& text) {
    return std::vector<std::pair<std::string, std::string>>{
        {"c/chart/Chart.yaml", own}, {"c/chart/templates/a.yaml", kTemplate}, {path, text}};
  };
  const std::string pins = "deny repository-pins/bootstrap-kit";
  return {
      {"Blueprint",
       with("c/blueprint.yaml", blueprint("bp-one")),
       1,
       {"c/blueprint.yaml:8:12: deny chart-lockstep/pins"}},
      {"Blueprint in a .yml",
       with("c/blueprint.yml", blueprint("bp-one")),
       1,
       {"c/blueprint.yml:8:12: deny chart-lockstep/pins"}},
      {"Blueprint in the chart",
       with("c/chart/blueprint.yaml", blueprint("bp-one")),
       1,
       {"c/chart/blueprint.yaml:8:12: deny chart-lockstep/pins"}},
      {"something else of that name", with("c/blueprint.yaml", config_map("one")), 0},
      {"a chart at the top",
       {{"Chart.yaml", own},
        {"templates/a.yaml", kTemplate},
        {"blueprint.yaml", blueprint("bp-one")}},
       1,
       {"blueprint.yaml:8:12: deny chart-lockstep/pins"}},
      {"kit",
       with(kKit, release("one", "bp-one", "1.0.0")),
       1,
       {std::string(kKit) + ":10:16: " + pins}},
      {"kit in quotes and odd indents",
       with(kKit,
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: "
            "one}\nspec:\n     chart:\n"
            "         spec:\n            chart:   'bp-one' # it\n            version:   1.0.0 # "
            "NEVER\n"),
       1,
       {std::string(kKit) + ":8:24: " + pins}},
      {"kit of two slots",
       with(kKit, release("a", "bp-one", "1.0.1") + "---\n" + release("b", "bp-one", "1.0.0")),
       1,
       {pins}},
      {"kit by a range", with(kKit, release("a", "bp-one", "1.x")), 1, {pins}},
      {"kit in step", with(kKit, release("a", "bp-one", "\"1.0.1\"")), 0},
      {"elsewhere than in the kit", with("clusters/one/a.yaml", release("a", "bp-one", "1.0.0")),
       0},
      {"umbrella",
       with("u/Chart.yaml",
            "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" + depends("bp-one", "1.0.0")),
       1,
       {"u/Chart.yaml:6:14: deny chart-lockstep/pins"}},
      {"umbrella by alias, condition and tags",
       with("u/Chart.yaml",
            "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" +
                depends("bp-one", "1.0.0", "https://charts.example",
                        "    alias: first\n    condition: first.enabled\n    tags: [x]\n")),
       1,
       {"u/Chart.yaml:6:14: deny chart-lockstep/pins"}},
      {"umbrella by a range that holds it",
       with("u/Chart.yaml",
            "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" + depends("bp-one", "^1.0.0")),
       0},
      {"umbrella by a range that does not",
       with("u/Chart.yaml",
            "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" + depends("bp-one", "^2.0.0")),
       1,
       {"u/Chart.yaml:6:14: deny chart-lockstep/pins"}},
      {"subchart of a folder",
       with("u/Chart.yaml", "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" +
                                depends("bp-one", "1.0.1", "file://../c/chart")),
       0},
      {"subchart of no folder",
       with("u/Chart.yaml", "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" +
                                depends("bp-x", "1.0.1", "file://../gone")),
       1,
       {"u/Chart.yaml:7:17: deny repository-subcharts/local"}},
      {"subchart of a folder outside",
       with("u/Chart.yaml", "apiVersion: v2\nname: bp-u\nversion: 1.0.0\n" +
                                depends("bp-x", "1.0.1", "file://../../up")),
       1,
       {"outside of the repository"}},
      {"umbrella's appVersion",
       {{"u/Chart.yaml",
         "apiVersion: v2\nname: bp-catalyst-platform\nversion: 1.0.1\nappVersion: 1.0.0\n" +
             kNoUpstream},
        {"u/templates/a.yaml", kTemplate}},
       1,
       {"u/Chart.yaml:4:13: deny chart-lockstep/app-version"}},
      {"a subchart that nobody declares",
       {{"c/Chart.yaml", plain_chart(kNoUpstream)},
        {"c/templates/a.yaml", kTemplate},
        {"c/charts/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"}},
       1,
       {"c/charts/x/Chart.yaml:2:7: deny chart-subcharts/vendored"}},
      {"a subchart of another version",
       {{"c/Chart.yaml", plain_chart(depends("x", "2.0.0"))},
        {"c/templates/a.yaml", kTemplate},
        {"c/charts/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"},
        {"c/charts/x/templates/a.yaml", kTemplate}},
       1,
       {"c/Chart.yaml:5:5: deny chart-subcharts/vendored"}},
      {"a lock that is behind",
       {{"c/Chart.yaml", plain_chart(depends("x", "2.0.0"))},
        {"c/Chart.lock",
         "dependencies:\n- name: x\n  repository: https://charts.example\n  version: "
         "1.0.0\ndigest: sha256:0\n"
         "generated: \"2024-01-01T00:00:00Z\"\n"}},
       1,
       {"c/Chart.lock:4:12: deny chart-subcharts/vendored"}},
      {"a chart within a chart's folder",
       {{"p/Chart.yaml", plain_chart(kNoUpstream)},
        {"p/templates/a.yaml", kTemplate},
        {"p/sub/Chart.yaml", plain_chart()}},
       1,
       {"p/sub/Chart.yaml:1:1: deny chart-hollow/upstream"}},
      {"two versions in one Chart.yaml",
       {{"c/Chart.yaml", plain_chart(kNoUpstream + "version: 1.0.1\n")}},
       1,
       {"c/Chart.yaml:6:1: deny chart-readable/read"}},
      {"a version that is a number",
       {{"c/Chart.yaml", plain_chart(kNoUpstream, "1.0")}},
       1,
       {"c/Chart.yaml:3:10: deny chart-readable/read",
        "11 more: chart-hollow/upstream, chart-images/pinned"}},
  };
}

std::vector<Case> text_cases() {
  const std::string wrong = blueprint("one");
  const std::string rule = "deny blueprint-name/prefix";
  return {
      {"several documents",
       {{"a.yaml", kTemplate + "---\n" + wrong + "---\n"}},
       1,
       {"a.yaml:9:9: " + rule}},
      {"CRLF", {{"a.yaml", crlf(wrong)}}, 1, {"a.yaml:4:9: " + rule}},
      {".yml", {{"a.yml", wrong}}, 1, {"a.yml:4:9: " + rule}},
      {"JSON",
       {{"a.json",
         R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"one"}})"}},
       1,
       {"a.json:1:78: " + rule}},
      {"a List in a List",
       {{"a.yaml",
         "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n"
         "  - {apiVersion: v1, kind: ConfigMap, metadata: {name: tenant}}\n"}},
       1,
       {"a.yaml:7:56: deny repository-names/object"}},
      {"UTF-16, which kubectl reads",
       {{"a.yaml", kTemplate}, {"b.yaml", wide(wrong)}},
       1,
       {"b.yaml:1:1: deny gate/malformed"}},
      {"byte order mark",
       {{"a.yaml", "\xEF\xBB\xBF" + kTemplate}},
       1,
       {"a.yaml:1:1: deny gate/malformed"}},
      {"no UTF-8",
       {{"a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \xFF\n"}},
       1,
       {"a.yaml:4:9: deny gate/malformed"}},
      {"a tab",
       {{"a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n"}},
       1,
       {"a.yaml:4:6: deny gate/malformed"}},
      {"a key twice",
       {{"a.yaml", kTemplate + "kind: Secret\n"}},
       1,
       {"a.yaml:5:1: deny gate/malformed"}},
      {"a merge key",
       {{"a.yaml", kTemplate + "x: &a {b: c}\ndata:\n  <<: *a\n"}},
       1,
       {"a.yaml:7:3: deny gate/malformed"}},
      {"anchors",
       {{"a.yaml",
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: &a b\n  c: *a\n"}},
       0},
      {"three megabytes",
       {{"a.yaml", kTemplate + "data: {a: \"" + std::string(3'000'000, 'x') + "\"}\n"}},
       0},
      {"no",
       {{"a.yaml", kTemplate + "data: {a: no}\n"}},
       0,
       {"a.yaml:5:11: warning gate/ambiguous"}},
      {"nothing", {}, 3, {"gate/nothing-examined"}},
      {"comments", {{"a.yaml", "# nothing\n"}}, 3, {"gate/nothing-examined"}},
      {"values of nothing", {{"values.yaml", "a: 1\n"}}, 3, {"gate/nothing-examined"}},
      {"a template that names plainly",
       {{"c/Chart.yaml", plain_chart(kNoUpstream)},
        {"c/templates/a.yaml", "kind: Deployment\nmetadata:\n  name: org-tenant # must not\n"}},
       1,
       {"c/templates/a.yaml:3:9: deny repository-names/template"}},
      {"what .helmignore leaves out is source all the same",
       {{"c/Chart.yaml", plain_chart(kNoUpstream)},
        {"c/.helmignore", "sme-services/\n"},
        {"c/templates/a.yaml", kTemplate},
        {"c/templates/sme-services/a.yaml", config_map("tenant")}},
       1,
       {"c/templates/sme-services/a.yaml:4:9: deny repository-names/template"}},
  };
}

void run(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Repository tree;
    for (const auto& [path, text] : one.files) tree.write(path, text);
    const Ran judged = tree.guard();
    EXPECT_EQ(judged.exit, one.exit) << judged.out << judged.err;
    for (const std::string& told : one.told) EXPECT_THAT(judged.out, HasSubstr(told));
    if (!one.told.empty()) continue;
    EXPECT_THAT(judged.out, ::testing::Not(HasSubstr(": deny ")));
    EXPECT_THAT(judged.out, ::testing::Not(HasSubstr(": warning ")));
  }
}

TEST(SmallRepositories, ChartsThatBringNothing) { run(hollow_cases()); }
TEST(SmallRepositories, VersionsOutOfStep) { run(version_cases()); }
TEST(SmallRepositories, TextsInEveryForm) { run(text_cases()); }

TEST(SmallRepositories, KeywordsOfPullRequests) {
  const Repository tree({{"a.yaml", config_map("x")}});
  const auto exit_of = [&](const std::string& body) {
    Repository text({{"pr.md", "A title\n" + body + "\n"}});
    return tree.guard({"--pr-text", text.file("pr.md")}).exit;
  };
  for (const char* body :
       {"Closes #12", "CLOSES: #1", "fixes owner/repo#12", "fixed GH-12", "**Closes** #12",
        "Closes\n#12", "Resolves https://github.com/o/r/issues/12",
        "resolve http://git.x/o/r/pulls/3", "closes\t#12", "fixes:#12", "Closes [#12](https://x)",
        "`Closed #12`", "Resolved #1, #2", "close #9."}) {
    EXPECT_EQ(exit_of(body), 1) << body;
  }
  for (const char* body :
       {"Refs #12", "closes the door", "This closes nothing, see #12", "prefix #12", "unfixes #12",
        "Closing in on #12", "fix the thing; #12 is next"}) {
    EXPECT_EQ(exit_of(body), 0) << body;
  }
}

}  // namespace
}  // namespace portreeve::guard
