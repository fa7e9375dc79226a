// Names that only a render shows, and what a door hands to whoever renders.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>

#include "core/json.h"
#include "engine/threads.h"
#include "guard/guard.h"
#include "policies/catalog.h"
#include "tests/charts/chart_text.h"
#include "tests/guard/texts.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/repository.h"

namespace portreeve::guard {
namespace {

using testing::chart;
using testing::Repository;

// What a helm would have printed: (source, object as JSON).
using Printed = std::vector<std::pair<std::string, std::string>>;

class Rendering {
 public:
  explicit Rendering(Printed printed) : printed_(std::move(printed)) {}

  /// "RULE FILE:LINE:COLUMN found | note", one a line, of what is denied.
  std::string denied(const std::string& folder) {
    GuardOptions options;
    options.folder = folder;
    options.catalog = policies::embedded_catalog();
    options.render = [this](const policies::HelmConfig&, const policies::ChartFacts&,
                            const charts::FileSource* files, const std::string* package) {
      folders_ += files != nullptr ? 1 : 0;
      packages_ += package != nullptr ? 1 : 0;
      return evidence();
    };
    const testing::FixedClock clock;
    engine::Threads threads(clock);
    MemoryBudget budget(256 << 20);
    const auto report = run_guard(options, threads, clock.now(), budget);
    threads.shutdown();
    if (!report.ok()) return report.error().message;
    std::string out;
    for (const report::SubjectReport& subject : report.value().subjects) {
      for (const Finding& finding : subject.verdict.findings) {
        if (finding.effect != Effect::deny) continue;
        const Location at = finding.location.value_or(Location{});
        out += finding.rule + " " + at.file + ":" + std::to_string(at.line) + ":" +
               std::to_string(at.column) + " " + finding.found + " | " + finding.note + "\n";
      }
    }
    return out;
  }
  int folders() const { return folders_; }
  int packages() const { return packages_; }

 private:
  Evidence evidence() const {
    policies::RenderFacts facts;
    facts.helm = "v3.18.4";
    for (const auto& [source, text] : printed_) {
      facts.documents.push_back(
          {source, json::parse(text, json::review_limits(), nullptr).value(), 3, false});
    }
    Fact fact;
    fact.value = std::make_shared<const std::any>(std::move(facts));
    return fact;
  }

  const Printed printed_;
  int folders_ = 0;
  int packages_ = 0;
};

TEST(Rendered, NamesThatOnlyValuesMake) {
  const Repository tree(
      {{"c/Chart.yaml", chart("bp-x")},
       {"c/templates/a.yaml", "kind: ConfigMap\nmetadata: {name: {{ .Values.who }}}\n"}});
  Rendering one(
      Printed{{"bp-x/templates/a.yaml", R"({"kind":"ConfigMap","metadata":{"name":"tenant"}})"}});
  EXPECT_EQ(
      one.denied(tree.path()),
      "repository-names/object c/templates/a.yaml:1:1 tenant | in the default render: ConfigMap "
      "tenant of bp-x/templates/a.yaml\n");
  EXPECT_EQ(one.folders(), 1);
}

TEST(Rendered, WhatTheTemplateSaysPlainlyIsToldOnce) {
  const Repository tree({{"c/Chart.yaml", chart("bp-x")},
                         {"c/templates/a.yaml", "kind: ConfigMap\nmetadata:\n  name: tenant\n"}});
  Rendering one(
      Printed{{"bp-x/templates/a.yaml", R"({"kind":"ConfigMap","metadata":{"name":"tenant"}})"}});
  EXPECT_EQ(one.denied(tree.path()),
            "repository-names/template c/templates/a.yaml:3:9 tenant | \n");
}

TEST(Rendered, NamesForClusters) {
  const Repository tree({{"c/Chart.yaml", chart("bp-x")},
                         {"c/templates/a.yaml", "metadata:\n  name: hz-dxb-rtz-prod\n"}});
  Rendering one(Printed{
      {"bp-x/templates/a.yaml",
       R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":"hz-dxb-rtz-prod"}})"},
      {"bp-x/charts/y/templates/b.yaml",
       R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-a","labels":{"openova.io/organization":"a"}}})"}});
  EXPECT_EQ(
      one.denied(tree.path()),
      "repository-object-names/git-repository c/templates/a.yaml:2:9 hz-dxb-rtz-prod | in the "
      "default render: GitRepository hz-dxb-rtz-prod of bp-x/templates/a.yaml\n"
      "repository-object-names/organization-namespace c/Chart.yaml:1:1 kube-a | in the default "
      "render: Namespace kube-a of bp-x/charts/y/templates/b.yaml\n");
}

// The cluster's gate will see it; a source version that is out of step is plain to see here, too.
TEST(Rendered, BlueprintsAreJudgedByTheirOwnRules) {
  const Repository tree(
      {{"c/Chart.yaml", chart("bp-x")}, {"c/templates/a.yaml", "kind: {{ .Values.kind }}\n"}});
  Rendering one(Printed{
      {"bp-x/templates/a.yaml",
       R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"wiki","labels":{"catalyst.openova.io/section":"a"}},"spec":{"version":"1.0.0","card":{"title":"Wiki"},"visibility":"unlisted"}})"}});
  EXPECT_EQ(one.denied(tree.path()),
            "blueprint-name/prefix c/templates/a.yaml:1:1 wiki | in the default render: Blueprint "
            "wiki of bp-x/templates/a.yaml\n");
}

TEST(Rendered, PackagesAreHandedOverAsTheyAre) {
  const Repository tree({{"bp-x-1.0.0.tgz", charts::package({{"bp-x/Chart.yaml", chart("bp-x")},
                                                             {"bp-x/templates/a.yaml",
                                                              "kind: {{ .Values.kind }}\n"}})}});
  Rendering one(
      Printed{{"bp-x/templates/a.yaml", R"({"kind":"ConfigMap","metadata":{"name":"sme"}})"}});
  EXPECT_EQ(one.denied(tree.path()),
            "repository-names/object bp-x-1.0.0.tgz/Chart.yaml:1:1 sme | in the default render: "
            "ConfigMap sme of bp-x/templates/a.yaml\n");
  EXPECT_EQ(one.folders(), 0);
  EXPECT_EQ(one.packages(), 1);
}

}  // namespace
}  // namespace portreeve::guard
