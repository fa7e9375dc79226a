// Ways in which the shell guards of the first user can be passed without being satisfied (reference
// domain §3.4), a test each; and that one chart is judged alike in a tree, in a package, at
// admission.

#include <gmock/gmock.h>

#include "core/yaml.h"
#include "tests/charts/chart_text.h"
#include "tests/policies/charts/judge_chart.h"

namespace portreeve::policies {
namespace {

using charts::chart_yaml;
using charts::Form;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kStub =
    "dependencies: [{name: common, version: 0.1.3, repository: "
    "'https://sigstore.github.io/helm-charts'}]\n";
const std::string kNoUpstream = "annotations: {catalyst.openova.io/no-upstream: \"true\"}\n";
constexpr char kThing[] = "kind: ConfigMap\n";

RenderFacts rendered(const std::string& output) {
  RenderFacts out;
  out.helm = "v3.18.4";
  out.lines = static_cast<std::uint64_t>(std::count(output.begin(), output.end(), '\n'));
  const auto stream = yaml::parse_stream(output, json::review_limits(), nullptr);
  EXPECT_TRUE(stream.ok());
  for (const DocumentPtr& document : stream.value().documents)
    out.documents.push_back({"x", document, 1, false});
  return out;
}

TEST(Evasions, StubLibraryDependencyIsSeenThroughInThePackage) {
  const ChartCase stub = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kStub)},
       {"templates/a.yaml", kThing},
       {"charts/common/Chart.yaml", chart_yaml("common", "0.1.3", "type: library\n")},
       {"charts/common/templates/_helpers.tpl", "{{ define \"x\" }}a: b{{ end }}"}},
      Form::package};
  EXPECT_EQ(said_of_tree(stub),
            "chart-hollow/upstream deny x/chart/Chart.yaml:4:15: \"common\" bring no templates of "
            "their own\n");
  EXPECT_THAT(chart_findings(judge_artifact(stub)),
              HasSubstr("chart-hollow/upstream deny bp-x/Chart.yaml:4:15: \"common\" bring no "
                        "templates of their own\n"));
}

TEST(Evasions, StubWithoutTypeLibraryIsSeenThroughToo) {
  const ChartCase stub = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kStub)},
       {"templates/a.yaml", kThing},
       {"charts/common/Chart.yaml", chart_yaml("common", "0.1.3")},
       {"charts/common/templates/nothing.yaml", "# a comment\n{{- /* another */ -}}\n---\n"},
       {"charts/common/templates/_helpers.tpl", "{{ define \"x\" }}a: b{{ end }}"}},
      Form::package};
  EXPECT_THAT(said_of_tree(stub), HasSubstr("chart-hollow/upstream deny"));
}

TEST(Evasions, StubSuspectedFromTheValuesAloneIsAdvice) {
  const ChartCase stub = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kStub)},
       {"values.yaml", "catalystBlueprint:\n  upstream: {chart: \"\", version: \"\"}\n"},
       {"templates/a.yaml", kThing}}};
  EXPECT_EQ(said_of_tree(stub),
            "chart-hollow/upstream warn x/chart/Chart.yaml:4:23: \"common\", while values.yaml "
            "records upstream \"\"\n");
}

TEST(Evasions, CommentLinesAreNoDocuments) {
  ChartCase one = {{{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
                    {"templates/a.yaml", "{{ include \"x\" . }}"}}};
  one.render = rendered("---\n# Source: bp-x/templates/a.yaml\n# one\n# two\n# three\n# four\n");
  EXPECT_THAT(said_of_tree(one), HasSubstr("chart-smoke-render/default-render deny"));
  EXPECT_THAT(said_of_tree(one), HasSubstr("no document in 6 lines"));
  // And the other way round: one document of two lines is one.
  one.render = rendered("---\na: b\n");
  EXPECT_EQ(said_of_tree(one), "");
}

TEST(Evasions, BooleanAnnotationIsNoText) {
  const ChartCase one = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0",
                                 "annotations:\n  catalyst.openova.io/no-upstream: true # yes\n")},
       {"templates/a.yaml", kThing}}};
  const Verdict verdict = judge_tree(one);
  EXPECT_EQ(chart_findings(verdict),
            "chart-hollow/upstream deny x/chart/Chart.yaml:5:36: no dependencies, and "
            "catalyst.openova.io/no-upstream is a boolean\n"
            "chart-annotations/smoke-mode deny x/chart/Chart.yaml:5:36: boolean true\n");
  for (const Finding& finding : verdict.findings) {
    if (finding.status != FindingStatus::fail) continue;
    ASSERT_TRUE(finding.edit.has_value()) << finding.rule;
    const std::string& text = one.files.at("Chart.yaml");
    EXPECT_EQ(text.substr(finding.edit->begin, finding.edit->end - finding.edit->begin), "true");
    EXPECT_EQ(finding.edit->text, "\"true\"");
    EXPECT_EQ(finding.edit->file, "x/chart/Chart.yaml");
  }
}

TEST(Evasions, QuotesCommentsAndIndentsAreParsed) {
  // What `^version:` and `^  chart: x$` miss.
  const ChartCase one = {{{"Chart.yaml",
                           "{\"apiVersion\": 'v2', \"name\": bp-x,\n   \"version\": '1.0.0' , # "
                           "the version\n 'dependencies': []}\n"}}};
  EXPECT_THAT(said_of_tree(one),
              HasSubstr("chart-hollow/upstream deny x/chart/Chart.yaml:3:18: no dependencies\n"));
  const ChartCase twice = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream + "version: 2.0.0\n")}}};
  EXPECT_THAT(
      said_of_tree(twice),
      HasSubstr("chart-readable/read deny x/chart/Chart.yaml:5:1: key \"version\" repeated\n"));
}

TEST(Evasions, CommentsExemptNothing) {
  const ChartCase one = {{{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
                          {"templates/a.yaml", kThing},
                          {"values.yaml", "metrics:\n  enabled: true # must not be on, NEVER\n"}}};
  EXPECT_EQ(said_of_tree(one),
            "chart-toggles/values deny x/chart/values.yaml:2:12: metrics.enabled: true\n");
}

TEST(Evasions, HelmIgnoreTellsSourceFromPackage) {
  ChartCase one = {{{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
                    {".helmignore", "templates/\n"},
                    {"templates/a.yaml", "image: ghcr.io/x/y:latest\n"}}};
  EXPECT_EQ(said_of_tree(one),
            "");  // No template is left to judge, and none of it is in the package.
  one.files.erase(".helmignore");
  EXPECT_THAT(said_of_tree(one),
              HasSubstr("chart-images/pinned deny x/chart/templates/a.yaml:1:8"));
  one.files["charts/../.helmignore"] = "";
  EXPECT_THAT(said_of_tree(one), HasSubstr("chart-readable/read deny"));
  // In the package .helmignore is a file like any other.
  const ChartCase package = {{{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
                              {".helmignore", "templates/\n"},
                              {"templates/a.yaml", kThing}},
                             Form::package};
  EXPECT_EQ(said_of_tree(package), "");
  const ChartCase empty = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)}, {".helmignore", "templates/\n"}},
      Form::package};
  EXPECT_THAT(said_of_tree(empty), HasSubstr("a package that brings nothing"));
}

// A failed publish burns the version, so the tree has to say what the artifact will.
TEST(Evasions, SameRulesAndFindingsInTreePackageAndAdmission) {
  const std::vector<charts::MemoryFiles::Map> cases = {
      {{"Chart.yaml", chart_yaml("bp-x")}, {"templates/a.yaml", kThing}},
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
       {"values.yaml", "gate: false\n"},
       {"templates/a.yaml", "{{ if .Values.gate }}kind: A{{ end }}"}},
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
       {"values.yaml", "a: {metrics: {enabled: true}}\n"},
       {"templates/a.yaml", kThing}},
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
       {"templates/a.yaml", kThing},
       {"charts/yy/Chart.yaml", chart_yaml("yy")}},
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)},
       {"values.yaml", "image: {repository: ghcr.io/x/y, tag: latest}\n"},
       {"templates/a.yaml", kThing}},
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream + "Name: y\n")},
       {"templates/a.yaml", kThing}}};
  const auto said = [](const Verdict& verdict) {
    std::set<std::string> out;
    for (const Finding& f : verdict.findings) {
      // What is signed about an artifact is no fact that a tree has.
      const bool of_chart = f.rule.rfind("chart-", 0) == 0 && f.rule != "chart-render-attested/attested";
      if (!of_chart || f.status == FindingStatus::pass || f.status == FindingStatus::skipped) continue;
      out.insert(f.rule + " " + std::string(to_string(f.status)) + " " + f.message + " | " +
             f.expected + " | " + f.found + " | " + f.fix);
    }
    return out;
  };
  for (const charts::MemoryFiles::Map& files : cases) {
    const std::set<std::string> tree = said(judge_tree({files, Form::source}));
    EXPECT_FALSE(tree.empty());
    EXPECT_EQ(said(judge_tree({files, Form::package})), tree);
    EXPECT_EQ(said(judge_artifact({files, Form::package})), tree);
  }
}

TEST(Incidents, NetworkPoliciesLackedDefaultOff) {
  ChartCase one = {
      {{"Chart.yaml", chart_yaml("bp-network-policies", "1.0.1", kNoUpstream)},
       {"values.yaml", "enabled: false\n"},
       {"templates/a.yaml", "{{- if .Values.enabled }}\nkind: NetworkPolicy\n{{- end }}\n"},
       {"templates/b.yaml",
        "{{- if and .Values.enabled .Values.egress }}\nkind: NetworkPolicy\n{{- end }}\n"}}};
  EXPECT_EQ(
      said_of_tree(one),
      "chart-annotations/smoke-mode deny x/chart/Chart.yaml:4:14: every template is off with the "
      "default values\n");
  one.files["Chart.yaml"] = chart_yaml("bp-network-policies", "1.0.2",
                                       "annotations: {catalyst.openova.io/no-upstream: \"true\", "
                                       "catalyst.openova.io/smoke-render-mode: default-off}\n");
  EXPECT_EQ(said_of_tree(one), "");
  // 1.0.3: its default became on, and the annotation is no longer right.
  one.files["values.yaml"] = "enabled: true\negress: true\n";
  EXPECT_THAT(said_of_tree(one), HasSubstr("chart-annotations/smoke-mode warn"));
}

TEST(Incidents, HollowCertManagerIsRefusedWhereverItIsSeen) {
  const ChartCase hollow = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0",
                                 "dependencies: [{name: cert-manager, version: v1.16.2, "
                                 "repository: 'https://charts.jetstack.io'}]\n")},
       {"templates/a.yaml", kThing}},
      Form::package};
  EXPECT_THAT(chart_findings(judge_artifact(hollow)), HasSubstr("chart-hollow/upstream deny"));
  EXPECT_THAT(said_of_tree(hollow),
              HasSubstr("chart-subcharts/vendored deny x/chart/Chart.yaml:4:16: no such subchart "
                        "in the package"));
}

TEST(Subcharts, ByWhatIsInsideNeverByFileName) {
  const std::string declares =
      "dependencies: [{name: dep, version: ^1.2.0, repository: 'oci://r'}]\n";
  const auto said = [&](const std::string& inner) {
    return said_of_tree(
        {{{"Chart.yaml", chart_yaml("bp-x", "1.0.0", declares)},
          {"charts/dep-1.2.3.tgz",
           charts::package({{"dep/Chart.yaml", inner}, {"dep/templates/a.yaml", kThing}})}},
         Form::package});
  };
  EXPECT_EQ(said(chart_yaml("dep", "1.4.0")), "");
  EXPECT_EQ(said(chart_yaml("dep", "2.0.0")),
            "chart-subcharts/vendored deny x/chart/Chart.yaml:4:16: \"dep\" 2.0.0, which Helm "
            "installs as "
            "if nobody had declared it\n");
  EXPECT_THAT(said(chart_yaml("dep", "not a version")),
              HasSubstr("chart-readable/read deny x/chart/charts/dep-1.2.3.tgz:Chart.yaml:3:10"));
}

TEST(Subcharts, LockDigestIsHelms) {
  // What helm dependency update writes, 3.22.0 and 4.3.1.
  const std::string chart = chart_yaml(
      "bp-x", "1.0.0",
      "dependencies:\n- {name: dep, version: '>=1.0.0 <2', repository: 'file://../dep', condition: "
      "dep.enabled, tags: [t], alias: d}\n");
  const std::string lock =
      "dependencies: [{name: dep, repository: 'file://../dep', version: 1.2.3}]\ndigest: sha256:";
  const std::string digest = "f4ccaca5467dd0675944cda99bdf227a73cd8442eddb9f26761ccd067ff3c11a";
  EXPECT_EQ(said_of_tree({{{"Chart.yaml", chart}, {"Chart.lock", lock + digest + "\n"}}}), "");
  EXPECT_THAT(said_of_tree({{{"Chart.yaml", chart}, {"Chart.lock", lock + "00\n"}}}),
              HasSubstr("chart-subcharts/vendored deny x/chart/Chart.lock:2:9: \"sha256:00\""));
}

TEST(Lockstep, PinsWithTheirPlaceAndEdit) {
  const auto document = yaml::parse("spec:\n  chart:\n    version: '0.9.0' # pinned\n",
                                    json::review_limits(), nullptr)
                            .value();
  ChartCase one = {
      {{"Chart.yaml", chart_yaml("bp-x", "1.0.0", kNoUpstream)}, {"templates/a.yaml", kThing}}};
  one.pins.push_back({ChartPin::Kind::kit, "clusters/_template/bootstrap-kit/16a.yaml", document,
                      document->root()["spec"]["chart"]["version"]});
  const Verdict verdict = judge_tree(one);
  EXPECT_EQ(chart_findings(verdict),
            "chart-lockstep/pins deny clusters/_template/bootstrap-kit/16a.yaml:3:14: 0.9.0\n");
  for (const Finding& finding : verdict.findings) {
    if (finding.rule != "chart-lockstep/pins") continue;
    ASSERT_TRUE(finding.edit.has_value());
    EXPECT_EQ(
        document->source().substr(finding.edit->begin, finding.edit->end - finding.edit->begin),
        "'0.9.0'");
    EXPECT_EQ(finding.edit->text, "\"1.0.0\"");
  }
}

}  // namespace
}  // namespace portreeve::policies
