// Rules over all of a repository: the graph of Blueprints, pins, names, waivers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/guard/texts.h"
#include "tests/support/repository.h"

namespace portreeve::guard {
namespace {

using testing::blueprint;
using testing::chart;
using testing::config_map;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using testing::release;
using testing::Repository;
using testing::waiver;

constexpr const char* kKit = "clusters/_template/bootstrap-kit/01-a.yaml";

TEST(Graph, UnresolvedCyclesRangesAndTwins) {
  const Repository tree(
      {{"a/blueprint.yaml",
        blueprint(
            "bp-a", "1.0.0",
            "  depends:\n    - blueprint: bp-b\n      version: ^2.0\n    - blueprint: bp-gone\n")},
       {"b/blueprint.yaml", blueprint("bp-b", "1.4.0", "  depends:\n    - blueprint: a\n")},
       {"c/blueprint.yaml", blueprint("bp-c")},
       {"d/blueprint.yaml", blueprint("bp-c")}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("a/blueprint.yaml:16:18: deny repository-graph/resolved"));
  EXPECT_THAT(judged.out, HasSubstr("a/blueprint.yaml:15:16: deny repository-graph/range"));
  EXPECT_THAT(judged.out, HasSubstr("b/blueprint.yaml:14:18: deny repository-graph/cycle"));
  EXPECT_THAT(judged.out, HasSubstr("bp-a → bp-b → bp-a"));
  EXPECT_THAT(judged.out, HasSubstr("d/blueprint.yaml:4:9: deny repository-graph/once"));
  EXPECT_THAT(judged.out, HasSubstr("catalyst.openova.io/Blueprint//bp-a"));
}

TEST(Graph, BlueprintsElsewhereAreNamedInTheConfig) {
  const Repository tree(
      {{"a.yaml", blueprint("bp-a", "1.0.0", "  depends:\n    - blueprint: bp-gone\n")},
       {".portreeve/config.yaml",
        "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\nspec:\n  profile: identity\n"
        "  data: [{list: blueprints-elsewhere, add: [bp-gone]}]\n"}});
  EXPECT_EQ(tree.guard().exit, 0) << tree.guard().out;
}

TEST(Charts, TwoOfOneNameAreToldWithBothPlaces) {
  const Repository tree({{"a/chart/Chart.yaml", chart("bp-a")},
                         {"a/chart/charts/x/Chart.yaml", chart("bp-b")},
                         {"b/chart/Chart.yaml", chart("bp-b")},
                         {"c/chart/Chart.yaml", chart("bp-b", "2.0.0")}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("c/chart/Chart.yaml:2:7: deny repository-charts/once"));
  EXPECT_THAT(judged.out, HasSubstr("also in b/chart/Chart.yaml"));
  EXPECT_THAT(judged.out, Not(HasSubstr("b/chart/Chart.yaml:2:7: deny repository-charts/once")))
      << "a vendored subchart is no chart of its own";
}

TEST(Pins, TheKitFollowsTheChartAndTheEditSaysHow) {
  const Repository tree(
      {{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")}, {kKit, release("bp-p", "bp-p", "1.1.9")}});
  const Ran judged = tree.guard({"--format", "json"});
  EXPECT_EQ(judged.exit, 1);
  const auto report = nlohmann::json::parse(judged.out);
  bool found = false;
  for (const auto& finding : report["findings"]) {
    if (finding["rule"] != "repository-pins/bootstrap-kit") continue;
    found = true;
    EXPECT_EQ(finding["subject"], "helm.toolkit.fluxcd.io/HelmRelease/flux-system/bp-p");
    EXPECT_EQ(finding["path"], "/spec/chart/spec/version");
    EXPECT_EQ(finding["location"], (nlohmann::json{{"file", kKit}, {"line", 10}, {"column", 16}}));
    EXPECT_EQ(finding["expected"], "1.2.0");
    EXPECT_EQ(finding["edit"]["text"], "1.2.0");
    const std::string text = release("bp-p", "bp-p", "1.1.9");
    EXPECT_EQ(finding["edit"]["range"][0], text.find("1.1.9"));
    EXPECT_EQ(finding["edit"]["range"][1], text.find("1.1.9") + 5);
  }
  EXPECT_TRUE(found) << judged.out;
}

TEST(Pins, QuotesCommentsAndIndentDoNotHideAPin) {
  const Repository tree(
      {{"p/chart/Chart.yaml", chart("bp-p", "\"1.2.0\" # now")},
       {kKit,
        "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: p}, spec: "
        "{chart: {spec: {chart: 'bp-p', version: '1.1.9'}}}}\n"}});
  const Ran judged = tree.guard();
  EXPECT_THAT(judged.out,
              HasSubstr(std::string(kKit) + ":1:127: deny repository-pins/bootstrap-kit"))
      << judged.out;
  const Repository fine(
      {{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")},
       {kKit, release("a", "bp-p", "\"1.2.0\"") + "---\n" + release("b", "bp-p", "1.2.0")}});
  EXPECT_THAT(fine.guard().out, Not(HasSubstr("repository-pins"))) << fine.guard().out;
}

TEST(Statements, NoFileIsLeftWhereNothingWasRendered) {
  Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")}});
  tree.write("out.jsonl", "of an earlier run\n");
  const Ran judged = tree.guard({"--write-render-attestation", tree.file("out.jsonl")});
  EXPECT_THAT(judged.out, HasSubstr("no chart was rendered: no render statement was written"));
  EXPECT_FALSE(std::filesystem::exists(tree.file("out.jsonl")));
}

std::string oci_source(const std::string& ref, const std::string& chart = "bp-p") {
  return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: p\n"
         "  namespace: flux-system\nspec:\n  url: oci://ghcr.io/openova-io/" +
         chart + "\n  ref: " + ref + "\n";
}

constexpr const char* kByReference =
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: p\n"
    "  namespace: flux-system\nspec:\n  chartRef: {kind: OCIRepository, name: p}\n";

TEST(Pins, EveryFormOfAPinIsCompared) {
  constexpr const char* kDeep = "clusters/_template/bootstrap-kit/base/01-a.yaml";
  const auto told = [&](const std::string& file, const std::string& text,
                        const std::string& more = "") {
    Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0+b")}, {file, text}});
    if (!more.empty()) tree.write("sources/p.yaml", more);
    return tree.guard().out;
  };
  const std::string deep(kDeep);
  EXPECT_THAT(told(deep, release("p", "bp-p", "1.1.9")),
              HasSubstr(deep + ":10:16: deny repository-pins/bootstrap-kit"));
  EXPECT_THAT(told(kKit, release("p", "./bp-p", "1.1.9")),
              HasSubstr(std::string(kKit) + ":10:16: deny repository-pins/bootstrap-kit"));
  EXPECT_THAT(told(kKit, oci_source("{tag: 1.1.9}")),
              HasSubstr(std::string(kKit) + ":8:14: deny repository-pins/bootstrap-kit"));
  EXPECT_THAT(told(kKit, oci_source("{tag: 1.2.0_b}")), Not(HasSubstr("repository-pins")));
  EXPECT_THAT(told(kKit, oci_source("{tag: 1.2.0_b, semver: '>=1.0.0'}")),
              HasSubstr("found     >=1.0.0"));
  EXPECT_THAT(told(kKit, oci_source("{tag: 1.1.9, digest: 'sha256:ab'}")),
              HasSubstr("deny repository-pins/bootstrap-kit"));
  const std::string digest = told(kKit, oci_source("{digest: 'sha256:ab'}"));
  EXPECT_THAT(digest, HasSubstr(std::string(kKit) + ":8:17: undecided repository-pins/bootstrap-kit"));
  EXPECT_THAT(digest, HasSubstr("which version sha256:ab is, nothing here says"));
  EXPECT_THAT(told(kKit, oci_source("{}")), HasSubstr("found     nothing"));
  // The kit refers to a source that stands elsewhere; the place is the source's.
  const std::string by = told(kKit, kByReference, oci_source("{tag: 1.1.9}"));
  EXPECT_THAT(by, HasSubstr("sources/p.yaml:8:14: deny repository-pins/bootstrap-kit"));
  EXPECT_THAT(by, HasSubstr("helm.toolkit.fluxcd.io/HelmRelease/flux-system/p"));
  EXPECT_THAT(told("elsewhere.yaml", kByReference, oci_source("{tag: 1.1.9}")),
              Not(HasSubstr("repository-pins")));
}

TEST(Pins, ASourceThatIsNowhereIsSaid) {
  const auto told = [&](const std::string& file, const std::string& source) {
    Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")}, {file, kByReference}});
    if (!source.empty()) tree.write("sources/p.yaml", source);
    return tree.guard().out;
  };
  const std::string nowhere = told(kKit, "");
  EXPECT_THAT(nowhere, HasSubstr(std::string(kKit) + ":7:13: deny repository-pins/bootstrap-kit-source"));
  EXPECT_THAT(nowhere, HasSubstr("found     OCIRepository/flux-system/p"));
  std::string elsewhere = oci_source("{tag: 1.2.0}");
  elsewhere.replace(elsewhere.find("flux-system"), 11, "default");
  EXPECT_THAT(told(kKit, elsewhere), HasSubstr("repository-pins/bootstrap-kit-source"));
  EXPECT_THAT(told(kKit, oci_source("{tag: 1.2.0}")), Not(HasSubstr("repository-pins")));
  EXPECT_THAT(told("clusters/one/a.yaml", ""), Not(HasSubstr("repository-pins")));
}

std::string seed(const std::string& version, const std::string& source) {
  return "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata:\n  name: bp-p\n"
         "  namespace: {{ .Release.Namespace }}\nspec:\n  version: " +
         version +
         "\n  card: {title: P}\n  source:\n    kind: HelmRepository\n    chart: bp-p\n    version: " +
         source + "\n";
}

constexpr const char* kSeed = "u/chart/templates/catalog-seed/blueprints.yaml";

TEST(Seeds, BothVersionsFollowTheChart) {
  const auto told = [&](const std::string& text) {
    const Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")},
                           {"u/chart/Chart.yaml", chart("bp-u", "3.0.0")},
                           {kSeed, text}});
    return tree.guard().out;
  };
  const std::string head = "{{- if .Values.seed }}\n---\n";
  const std::string tail = "{{- end }}\n";
  EXPECT_THAT(told(head + seed("1.2.0", "1.2.0") + tail), Not(HasSubstr("chart-lockstep")));
  EXPECT_THAT(told(head + seed("1.1.0", "1.2.0") + tail),
              HasSubstr(std::string(kSeed) + ":9:12: deny chart-lockstep/pins"));
  EXPECT_THAT(told(head + seed("1.2.0", "\"1.1.0\"") + tail),
              HasSubstr(std::string(kSeed) + ":14:14: deny chart-lockstep/pins"));
  const std::string written = told(head + seed("1.2.0", "{{ .Values.v }}") + tail);
  EXPECT_THAT(written, HasSubstr(std::string(kSeed) + ":14:14: undecided chart-lockstep/pins"));
  EXPECT_THAT(written, HasSubstr("a template action writes its version"));
  // Two branches write one key: nobody reads that before it is rendered.
  const std::string twice = told("kind: Blueprint\n{{ if .a }}\nx: bp-p\n{{ else }}\nx: b\n" + tail);
  EXPECT_THAT(twice, HasSubstr("undecided chart-lockstep/pins"));
  EXPECT_THAT(twice, HasSubstr("the template is no YAML before it is rendered"));
  EXPECT_THAT(told("kind: Blueprint\n{{ if .a }}\nx: bp-pq\n{{ else }}\nx: b\n" + tail),
              Not(HasSubstr("chart-lockstep")));
}

TEST(Seeds, AChangeOfTheSeedAloneIsJudged) {
  Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")},
                   {"p/blueprint.yaml", blueprint("bp-p", "1.1.0")},
                   {"u/chart/Chart.yaml", chart("bp-u", "3.0.0")},
                   {kSeed, seed("1.2.0", "1.2.0")}});
  tree.init();
  tree.write(kSeed, seed("1.2.0", "1.1.0")).write("u/chart/Chart.yaml", chart("bp-u", "3.0.1"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr(std::string(kSeed) + ":12:14: deny chart-lockstep/pins"));
  EXPECT_THAT(judged.out, Not(HasSubstr("p/blueprint.yaml"))) << "no matter of this change";
}

TEST(Seeds, AnUmbrellaThatFallsBehindIsJudgedWithTheUmbrella) {
  const auto umbrella = [](const std::string& version, const std::string& own) {
    return chart("bp-u", own,
                 "dependencies:\n- {name: bp-p, version: " + version +
                     ", repository: 'oci://ghcr.io/openova-io'}\n");
  };
  Repository tree({{"p/chart/Chart.yaml", chart("bp-p", "1.2.0")},
                   {"u/chart/Chart.yaml", umbrella("1.2.0", "3.0.0")}});
  tree.init();
  tree.write("u/chart/Chart.yaml", umbrella("1.1.0", "3.0.1"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_THAT(judged.out, HasSubstr("u/chart/Chart.yaml:7:25: deny chart-lockstep/pins"));
}

TEST(Pins, FluxIsInstalledInOneVersion) {
  const std::string link =
      "curl -L https://github.com/fluxcd/flux2/releases/download/v2.3.0/install.yaml\n";
  const std::string dependency =
      "dependencies:\n  - name: flux2\n    version: \"2.14.1\"\n    repository: "
      "https://example.org\n";
  const Repository tree({{"f/chart/Chart.yaml", chart("bp-flux", "1.0.0", dependency)},
                         {"infra/cloudinit.tftpl", link}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out,
              HasSubstr("infra/cloudinit.tftpl:1:59: deny repository-pins/flux-replay"));
  EXPECT_THAT(judged.out, HasSubstr("expected  v2.4.0"));
}

TEST(Parameters, AreWhatTheBlueprintAsksFor) {
  const std::string schema =
      "  configSchema:\n    type: object\n    properties: {size: {type: integer}}\n";
  const std::string application =
      "apiVersion: apps.openova.io/v1\nkind: Application\nmetadata: {name: a, namespace: acme}\n"
      "spec:\n  blueprintRef: {name: bp-a, version: 1.0.0}\n  environmentRef: acme-prod\n"
      "  regions: [primary]\n  parameters:\n    size: big\n";
  const Repository tree(
      {{"blueprint.yaml", blueprint("bp-a", "1.0.0", schema)}, {"app.yaml", application}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("app.yaml:9:11: deny application-parameters/schema"));
  EXPECT_THAT(judged.out, HasSubstr("apps.openova.io/Application/acme/a"));
}

TEST(Names, OfObjectsForClusters) {
  const Repository tree({{"a.yaml",
                          "apiVersion: source.toolkit.fluxcd.io/v1\nkind: "
                          "GitRepository\nmetadata:\n  name: hz-dxb-rtz-prod\n"},
                         {"b.yaml",
                          "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: catalyst\n  labels: "
                          "{openova.io/organization: catalyst}\n"}});
  const Ran judged = tree.guard();
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny repository-object-names/git-repository"));
  EXPECT_THAT(judged.out,
              HasSubstr("b.yaml:4:9: deny repository-object-names/organization-namespace"));
}

TEST(Waivers, HoldOverAllFindingsAndFailWhenStale) {
  const std::string rule = "repository-names/object";
  Repository tree({{"a.yaml", config_map("tenant")},
                   {".portreeve/waivers.yaml", waiver(rule, "/ConfigMap//tenant")}});
  const Ran waived = tree.guard({"--now", "2027-01-01T00:00:00Z"});
  EXPECT_EQ(waived.exit, 0) << waived.out;
  EXPECT_THAT(waived.out, HasSubstr("a.yaml:4:9: waived " + rule));
  EXPECT_THAT(waived.out, HasSubstr("1 waived"));
  tree.write("a.yaml", config_map("fine"));
  const Ran stale = tree.guard({"--now", "2027-01-01T00:00:00Z"});
  EXPECT_EQ(stale.exit, 1);
  EXPECT_THAT(stale.out, HasSubstr(".portreeve/waivers.yaml:1:1: deny waiver/unused"));
  tree.write("a.yaml", config_map("tenant"))
      .write(".portreeve/waivers.yaml", waiver(rule, "/ConfigMap//tenant", "2027-01-01"));
  EXPECT_EQ(tree.guard({"--now", "2027-01-01T23:59:59Z"}).exit, 0);
  EXPECT_THAT(tree.guard({"--now", "2027-01-01T23:59:59Z"}).out, HasSubstr("waiver/expiring"));
  EXPECT_THAT(tree.guard({"--now", "2027-01-02T00:00:00Z"}).out, HasSubstr("deny waiver/expired"));
  tree.write(".portreeve/waivers.yaml", waiver("no/rule", "/ConfigMap//tenant"));
  const Ran wrong = tree.guard();
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("names rule \"no/rule\", which does not exist"));
}

// As in a policy folder: it would let in what names nothing that could be verified.
TEST(Waivers, OfAnObjectForARuleAboutArtifactsAreRefused) {
  const std::string rule = "chart-hollow/upstream";
  const std::string object = "catalyst.openova.io/Blueprint//bp-a";
  Repository tree({{"a.yaml", blueprint("bp-a")}, {".portreeve/w.yaml", waiver(rule, object)}});
  const Ran wrong = tree.guard();
  EXPECT_EQ(wrong.exit, 2) << wrong.out;
  EXPECT_THAT(wrong.err, HasSubstr(".portreeve/w.yaml:1:1: waiver \"one\" has subject \"" + object +
                                   "\": rule \"" + rule + "\" judges artifacts, and what it says "
                                   "of an object itself is that this names none"));
  tree.write(".portreeve/w.yaml", waiver(rule, "chart:bp-a@1.0.0"))
      .write("chart/Chart.yaml", "apiVersion: v2\nname: bp-a\nversion: 1.0.0\n");
  EXPECT_THAT(tree.guard().out, HasSubstr("waived " + rule));
}

TEST(Settings, OwnPoliciesAreCheckedByTheirExamples) {
  const std::string policy =
      "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: own}\nspec:\n  "
      "description: d\n"
      "  match: {objects: [{group: '', kinds: [ConfigMap]}]}\n  rules:\n    - {name: label, check: "
      "field, "
      "with: {path: object.metadata.labels, present: true}, message: m, fix: f}\n";
  Repository tree({{"a.yaml", config_map("x")}, {".portreeve/own.yaml", policy}});
  const Ran unproven = tree.guard();
  EXPECT_EQ(unproven.exit, 2) << unproven.out;
  tree.write(".portreeve/own.yaml",
             policy + "  examples:\n    - {name: none, expect: deny, rule: label, object: {}}\n");
  EXPECT_THAT(tree.guard().out, HasSubstr("deny own/label"));
}

}  // namespace
}  // namespace portreeve::guard
