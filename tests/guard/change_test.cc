// What a change does: judged against its base, by the rules of its base.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

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
constexpr const char* kConfig = ".portreeve/config.yaml";

std::string config(const std::string& more) {
  return "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\nspec:\n  profile: identity\n" +
         more;
}

TEST(Change, OnlyWhatChangedIsJudged) {
  Repository tree({{"old.yaml", blueprint("wiki")}, {"a.yaml", config_map("x")}});
  tree.init();
  const Ran nothing = tree.guard({"--base", "main"});
  EXPECT_EQ(nothing.exit, 0) << nothing.out;
  EXPECT_THAT(nothing.out, HasSubstr("nothing that is judged changed"));
  tree.write("a.yaml", config_map("org-tenant"));
  const Ran changed = tree.guard({"--base", "main"});
  EXPECT_EQ(changed.exit, 1);
  EXPECT_THAT(changed.out, HasSubstr("a.yaml:4:9: deny repository-names/object"));
  EXPECT_THAT(changed.out, Not(HasSubstr("old.yaml")));
}

TEST(Change, TheBaseIsWhereTheBranchBegan) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init();
  tree.git("checkout -q -b topic");
  tree.write("b.yaml", config_map("b")).commit();
  tree.git("checkout -q main");
  tree.write("c.yaml", blueprint("wiki")).commit("c");
  tree.git("checkout -q topic");
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("1 other object"));
}

TEST(Change, TheBasesObjectIsTheOldOne) {
  Repository tree({{"b.yaml", blueprint("bp-a", "1.2.0")}});
  tree.init();
  // Moved and set back: the object is the same one.
  tree.remove("b.yaml").write("moved/b.yaml", blueprint("bp-a", "1.1.0"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("moved/b.yaml:8:12: deny blueprint-transition/"));
}

TEST(Settings, ARepositorysOwnConfigIsNotGivenByHand) {
  const Repository tree({{"a.yaml", config_map("x")}, {kConfig, config("")}});
  const Ran judged = tree.guard({"--config", tree.file(kConfig)});
  EXPECT_EQ(judged.exit, 2);
  EXPECT_THAT(judged.err, HasSubstr(".portreeve/config.yaml: a repository's own Config is read without --config; leave the option "
                                    "out, or the Config out of the repository"));
}

TEST(Change, AChartsSurfaceNeedsANewVersion) {
  Repository tree({{"c/Chart.yaml", chart("bp-c", "1.0.0")},
                   {"c/templates/a.yaml", "kind: A\n"},
                   {"c/README.md", "x\n"}});
  tree.init();
  tree.write("c/README.md", "y\n");
  EXPECT_THAT(tree.guard({"--base", "main"}).out, Not(HasSubstr("repository-change")));
  tree.write("c/templates/a.yaml", "kind: B\n");
  const Ran same = tree.guard({"--base", "main"});
  EXPECT_EQ(same.exit, 1);
  EXPECT_THAT(same.out, HasSubstr("c/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(same.out, HasSubstr("templates/a.yaml changed"));
  tree.write("c/Chart.yaml", chart("bp-c", "0.9.0"));
  EXPECT_THAT(tree.guard({"--base", "main"}).out,
              HasSubstr("deny repository-change/version-forward"));
  tree.write("c/Chart.yaml", chart("bp-c", "1.0.1"));
  EXPECT_THAT(tree.guard({"--base", "main"}).out, Not(HasSubstr("repository-change")));
}

TEST(Change, BuildMetadataIsNoNewVersion) {
  Repository tree({{"c/Chart.yaml", chart("bp-c", "1.4.0")}, {"c/templates/a.yaml", "kind: A\n"}});
  tree.init();
  tree.write("c/Chart.yaml", chart("bp-c", "1.4.0+b2")).write("c/templates/a.yaml", "kind: B\n");
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_THAT(judged.out, HasSubstr("c/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(judged.out, HasSubstr("found     1.4.0+b2"));
}

TEST(Change, ADependencyIsWhatAChartRenders) {
  const auto with = [](const std::string& version) {
    return chart("bp-c", "1.0.0",
                 "dependencies:\n- {name: x, version: " + version +
                     ", repository: 'https://charts.example'}\n");
  };
  Repository tree({{"c/Chart.yaml", with("1.0.0")}});
  tree.init();
  tree.write("c/Chart.yaml", with("2.0.0"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_THAT(judged.out, HasSubstr("c/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(judged.out, HasSubstr("dependencies changed"));
}

TEST(Change, AMovedChartIsTheSameChart) {
  Repository tree({{"old/c/Chart.yaml", chart("bp-c", "1.1.0")},
                   {"old/c/templates/a.yaml", "kind: A\n"},
                   {"old/c/templates/b.yaml", "kind: B\n"}});
  tree.init();
  tree.remove("old/c/Chart.yaml").remove("old/c/templates/a.yaml").remove("old/c/templates/b.yaml");
  tree.write("new/c/Chart.yaml", chart("bp-c", "1.1.0"))
      .write("new/c/templates/a.yaml", "kind: A\n")
      .write("new/c/templates/b.yaml", "kind: B\n");
  EXPECT_THAT(tree.guard({"--base", "main"}).out, Not(HasSubstr("repository-change")))
      << "moved alone";
  tree.write("new/c/templates/a.yaml", "kind: C\n");
  const Ran changed = tree.guard({"--base", "main"});
  EXPECT_EQ(changed.exit, 1);
  EXPECT_THAT(changed.out, HasSubstr("new/c/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(changed.out, HasSubstr("templates/a.yaml changed"));
  EXPECT_THAT(changed.out, HasSubstr("in the base it stood in old/c/Chart.yaml"));
  tree.write("new/c/templates/a.yaml", "kind: A\n").remove("new/c/templates/b.yaml");
  EXPECT_THAT(tree.guard({"--base", "main"}).out, HasSubstr("templates/b.yaml changed"));
  tree.write("new/c/Chart.yaml", chart("bp-c", "1.0.0"));
  EXPECT_THAT(tree.guard({"--base", "main"}).out,
              HasSubstr("new/c/Chart.yaml:3:10: deny repository-change/version-forward"));
  tree.write("new/c/Chart.yaml", chart("bp-c", "1.1.1"));
  EXPECT_THAT(tree.guard({"--base", "main"}).out, Not(HasSubstr("repository-change")));
}

TEST(Change, ACopyBesideTheOldChartIsNoNewChart) {
  Repository tree({{"a/Chart.yaml", chart("bp-c", "1.1.0")}, {"a/templates/a.yaml", "kind: A\n"}});
  tree.init();
  tree.write("b/Chart.yaml", chart("bp-c", "1.1.0")).write("b/templates/a.yaml", "kind: B\n");
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_THAT(judged.out, HasSubstr("b/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(judged.out, HasSubstr("b/Chart.yaml:2:7: deny repository-charts/once"));
  EXPECT_THAT(judged.out, HasSubstr("also in a/Chart.yaml"));
}

TEST(Change, ChartsThatChangePlacesAreComparedByName) {
  Repository tree({{"a/Chart.yaml", chart("bp-a", "1.0.0")},
                   {"a/templates/t.yaml", "kind: A\n"},
                   {"b/Chart.yaml", chart("bp-b", "2.0.0")},
                   {"b/templates/t.yaml", "kind: B\n"}});
  tree.init();
  tree.write("a/Chart.yaml", chart("bp-b", "2.0.0")).write("b/Chart.yaml", chart("bp-a", "1.0.0"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_THAT(judged.out, HasSubstr("a/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(judged.out, HasSubstr("b/Chart.yaml:3:10: deny repository-change/version-bumped"));
  EXPECT_THAT(judged.out, HasSubstr("templates/t.yaml changed"));
  tree.write("a/templates/t.yaml", "kind: B\n").write("b/templates/t.yaml", "kind: A\n");
  EXPECT_THAT(tree.guard({"--base", "main"}).out, Not(HasSubstr("repository-change")));
}

TEST(Change, WhichNamesakeMovedIsNotGuessed) {
  Repository tree({{"a/Chart.yaml", chart("bp-c", "1.1.0")}, {"b/Chart.yaml", chart("bp-c", "1.2.0")}});
  tree.init();
  tree.remove("a/Chart.yaml").remove("b/Chart.yaml");
  tree.write("d/Chart.yaml", chart("bp-c", "1.1.0")).write("d/values.yaml", "x: 1\n");
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 3) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("undecided: the base has several charts of this name"));
  EXPECT_THAT(judged.out, HasSubstr("a/Chart.yaml, b/Chart.yaml"));
}

TEST(Change, APinThatTheChangeMadeWrongIsReportedInItsUntouchedFile) {
  Repository tree({{"c/Chart.yaml", chart("bp-c", "1.0.0")},
                   {kKit, release("c", "bp-c", "1.0.0")},
                   {"d/Chart.yaml", chart("bp-d", "2.0.0")},
                   {"clusters/_template/bootstrap-kit/02-d.yaml", release("d", "bp-d", "1.0.0")}});
  tree.init();
  tree.write("c/Chart.yaml", chart("bp-c", "1.0.1"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out,
              HasSubstr(std::string(kKit) + ":10:16: deny repository-pins/bootstrap-kit"));
  EXPECT_THAT(judged.out, Not(HasSubstr("02-d.yaml"))) << "old debt is no matter of this change";
}

TEST(Change, AParameterThatAChangedBlueprintRefusesIsReportedInItsUntouchedFile) {
  const auto schema = [](const std::string& size) {
    return blueprint(
        "bp-wiki", "1.0.0",
        "  configSchema:\n    properties: {size: " + size + ", color: {enum: [red]}}\n");
  };
  Repository tree(
      {{"b.yaml", schema("{type: integer}")},
       {"a.yaml",
        "apiVersion: apps.openova.io/v1\nkind: Application\nmetadata: {name: notes, namespace: "
        "acme}\n"
        "spec:\n  blueprintRef: {name: bp-wiki, version: 1.0.0}\n  environmentRef: acme-prod\n"
        "  regions: [primary]\n  parameters: {size: 9, color: blue}\n"}});
  tree.init();
  EXPECT_THAT(tree.guard().out, HasSubstr("a.yaml:8:32: deny application-parameters/schema"));
  tree.write("b.yaml", schema("{type: integer, maximum: 3}"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:8:22: deny application-parameters/schema"));
  EXPECT_THAT(judged.out, Not(HasSubstr("a.yaml:8:32:")));  // It was so before.
}

TEST(Change, TheIndexIsJudgedInsteadOfTheWorkTree) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init();
  tree.write("a.yaml", config_map("tenant"));
  tree.git("add a.yaml");
  tree.write("a.yaml", config_map("fine"));
  EXPECT_EQ(tree.guard({"--base", "HEAD", "--staged"}).exit, 1);
  EXPECT_EQ(tree.guard({"--base", "HEAD"}).exit, 0);
  EXPECT_EQ(tree.guard({"--staged"}).exit, 2);
}

TEST(Change, AnExportedBaseNeedsNoGit) {
  const Repository base({{"a.yaml", config_map("x")}, {"old.yaml", blueprint("wiki")}});
  const Repository tree({{"a.yaml", config_map("tenant")}, {"old.yaml", blueprint("wiki")}});
  const Ran judged = tree.guard({"--base-tree", base.path()});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny repository-names/object"));
  EXPECT_THAT(judged.out, Not(HasSubstr("old.yaml")));
  EXPECT_EQ(tree.guard({"--base-tree", base.path() + "/none"}).exit, 3);
}

// Unreadable in the base, a chart is no new one, which would need no new version.
TEST(Change, AChartYamlThatTheBaseCannotReadIsUndecided) {
  const std::string finding = "undecided gate/chart-before";
  for (const std::string& broken : {chart("bp-a") + "name: bp-a\n", chart("bp-a") + "---\nb: 1\n",
                                    std::string("- a list\n"), std::string("version: 1.0.0\n")}) {
    Repository tree({{"a/Chart.yaml", broken},
                     {"a/templates/x.yaml", config_map("x")},
                     {"b/Chart.yaml", chart("bp-b")}});
    tree.init();
    tree.write("a/templates/x.yaml", config_map("y")).write("a/Chart.yaml", chart("bp-a"));
    const Ran judged = tree.guard({"--base", "main"});
    EXPECT_EQ(judged.exit, 3) << judged.out;
    EXPECT_THAT(judged.out, HasSubstr("a/Chart.yaml:1:1: " + finding));
    EXPECT_THAT(judged.out, HasSubstr("found     a/Chart.yaml"));
    tree.remove("a/Chart.yaml").remove("a/templates/x.yaml");
    tree.write("c/Chart.yaml", chart("bp-a")).write("c/templates/x.yaml", config_map("y"));
    const Ran moved = tree.guard({"--base", "main"});
    EXPECT_EQ(moved.exit, 3) << moved.out;
    EXPECT_THAT(moved.out, HasSubstr("c/Chart.yaml:1:1: " + finding));
    EXPECT_THAT(moved.out, HasSubstr("found     a/Chart.yaml"));
  }
}

TEST(Change, ABrokenChartElsewhereIsNoMatterOfANewOne) {
  Repository tree({{"a/Chart.yaml", "- a list\n"}});
  tree.init();
  tree.write("c/Chart.yaml", chart("bp-c")).write("c/templates/x.yaml", config_map("y"));
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 0) << judged.out;
}

TEST(Change, AFileInPlaceOfALinkIsJudged) {
  const Repository base({{"b.yaml", config_map("x")}});
  std::filesystem::create_symlink("b.yaml", base.file("a.yaml"));
  const Repository tree({{"b.yaml", config_map("x")}, {"a.yaml", config_map("tenant")}});
  const Ran judged = tree.guard({"--base-tree", base.path()});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny repository-names/object"));
}

TEST(Change, WordsOfCommitsAndOfAddedLines) {
  Repository tree({{"a.yaml", config_map("x")}, {"notes.md", "an old blocker\n"}});
  tree.init();
  tree.git("checkout -q -b topic");
  tree.write("notes.md", "an old blocker\nship the MVP\n")
      .commit("the second iteration\n\nno blockers");
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("notes.md:2:10: deny repository-words/changed-line"));
  EXPECT_THAT(judged.out, HasSubstr("deny repository-words/commit-subject"));
  EXPECT_THAT(judged.out, HasSubstr("warning repository-words/commit-body"));
  EXPECT_THAT(judged.out, Not(HasSubstr("notes.md:1:")));
}

TEST(Change, APullRequestClosesNothingByItself) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init().write("pr.txt", "A title\n\nIt works.\nfIxEs: #12\n");
  tree.commit();
  const Ran judged = tree.guard({"--base", "main", "--pr-text", tree.file("pr.txt")});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("deny repository-pull-request/auto-close"));
  EXPECT_THAT(judged.out, HasSubstr("found     fIxEs: #12"));
  EXPECT_EQ(tree.guard({"--base", "main", "--pr-text", tree.file("pr.txt"), "--pr-label",
                        "ci-gate-exception"})
                .exit,
            0);
  EXPECT_EQ(tree.guard({"--pr-text", tree.file("none")}).exit, 2);
}

TEST(Trust, AChangeDoesNotLoosenItsOwnRules) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init();
  tree.git("checkout -q -b topic");
  tree.write("a.yaml", config_map("tenant"))
      .write(".portreeve/waivers.yaml", waiver("repository-names/object", "/ConfigMap//tenant"))
      .write(kConfig, config("  paths: {exclude: ['a.yaml']}\n"))
      .commit();
  const Ran judged = tree.guard({"--base", "main"});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny repository-names/object"));
  EXPECT_THAT(judged.out, HasSubstr(".portreeve/waivers.yaml:1:1: warning waiver/added"));
  EXPECT_THAT(judged.out, HasSubstr(".portreeve/config.yaml:1:1: warning config/changed"));
  const Ran unsafe =
      tree.guard({"--base", "main", "--unsafe-head-config", "--now", "2027-01-01T00:00:00Z"});
  EXPECT_THAT(unsafe.out, Not(HasSubstr("a.yaml:4:9"))) << unsafe.out;
}

TEST(Trust, WhatTheBaseHasCounts) {
  Repository tree(
      {{"a.yaml", config_map("x")},
       {".portreeve/waivers.yaml", waiver("repository-names/object", "/ConfigMap//tenant")}});
  tree.init();
  tree.write("a.yaml", config_map("tenant")).remove(".portreeve/waivers.yaml");
  const Ran judged = tree.guard({"--base", "main", "--now", "2027-01-01T00:00:00Z"});
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("waived repository-names/object"));
  EXPECT_THAT(judged.out, HasSubstr("warning config/changed"));
}

}  // namespace
}  // namespace portreeve::guard
