// The whole tree: what is found, what is skipped, and that nothing is no pass.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>

#include "core/time.h"
#include "engine/threads.h"
#include "guard/tree.h"
#include "tests/guard/texts.h"
#include "tests/support/repository.h"

namespace portreeve::guard {
namespace {

using testing::blueprint;
using testing::config_map;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using testing::Repository;

TEST(Tree, NothingExaminedIsNoPass) {
  const Repository empty;
  const Ran nothing = empty.guard();
  EXPECT_EQ(nothing.exit, 3) << nothing.out << nothing.err;
  EXPECT_THAT(nothing.out, HasSubstr("gate/nothing-examined"));
  EXPECT_THAT(nothing.out, HasSubstr("there is no chart, no Blueprint and no other manifest"));
  const Repository readme({{"README.md", "words\n"}, {"package.json", "{\"name\": \"x\"}\n"}});
  EXPECT_EQ(readme.guard().exit, 3);
  EXPECT_EQ(testing::ran({"guard", readme.path() + "/no"}).exit, 2);
}

TEST(Tree, AGoodBlueprintIsAllowedAndCounted) {
  const Repository tree({{"platform/wiki/blueprint.yaml", blueprint("bp-wiki")}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("examined 0 charts, 1 Blueprint, 0 other objects"));
  EXPECT_THAT(judged.out, HasSubstr("\nallow"));
}

TEST(Tree, FindingsStandAtFileLineAndColumn) {
  std::string text = blueprint("bp-wiki");
  text.replace(text.find("version: 1.0.0"), 14, "version: \"1.0\"");
  const Repository tree({{"platform/wiki/blueprint.yaml", text}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("platform/wiki/blueprint.yaml:8:12: deny blueprint-version/"));
  EXPECT_THAT(judged.out, HasSubstr("  8 |   version: \"1.0\"\n    |            ^\n"));
}

TEST(Tree, ColumnsCountCodePoints) {
  const Repository tree(
      {{"a.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {labels: {\"ä→\": x}, name: tenant}}\n"}});
  EXPECT_THAT(tree.guard().out, HasSubstr("a.yaml:1:71: deny repository-names/object"));
}

TEST(Tree, EveryDocumentAndEveryListItemIsJudged) {
  const Repository tree(
      {{"a.yaml", config_map("fine") + "---\n" + blueprint("wiki_1") + "---\n# nothing\n---\n" +
                      blueprint("bp-b")},
       {"b.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": \"v1\", "
        "\"kind\": \"Secret\", \"metadata\": {\"name\": \"org-tenant\"}}]}"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:9:9: deny blueprint-name/"));
  EXPECT_THAT(judged.out, HasSubstr("b.json:1:108: deny repository-names/object"));
  EXPECT_THAT(judged.out, HasSubstr("2 Blueprints, 2 other objects"));
}

TEST(Tree, TemplatesAreNoManifestsButTheirPlainLinesAreRead) {
  const Repository tree(
      {{"c/Chart.yaml", testing::chart("bp-c")},
       {"c/templates/a.yaml",
        "{{- if .x }}\nkind: Pod\nmetadata:\n  name: tenant\n"
        "  # name: sme\n  app: {{ .y }}-tenant\n{{ end }}\n"},
       {"c/templates/b.yaml", "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("c/templates/a.yaml:4:9: deny repository-names/template"));
  EXPECT_THAT(judged.out, Not(HasSubstr("c/templates/a.yaml:5")));
  EXPECT_THAT(judged.out, HasSubstr("0 Blueprints"));
  EXPECT_THAT(judged.out, HasSubstr("2 templates as text"));
}

TEST(Tree, WhatDoesNotParseIsAFindingAndOnlyThenOfAnObject) {
  const Repository tree(
      {{"a.yaml", "apiVersion: v1\nkind: ConfigMap\nkind: Secret\nmetadata: {name: x}\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:3:1: deny gate/malformed"));
  const Repository compose({{"docker-compose.yml", "x: &a {b: 1}\ny:\n  <<: *a\n"},
                            {"mkdocs.yml", "a: !!python/name:x.y\n"},
                            {"cm.yaml", config_map("x")}});
  const Ran fine = compose.guard();
  EXPECT_EQ(fine.exit, 0) << fine.out;
  EXPECT_THAT(fine.out, HasSubstr("skipped 2: no object, and no YAML that the API server reads"));
  // In escapes the two keys are still the two keys.
  const Repository hidden(
      {{"a.yaml", "\"api\\u0056ersion\": v1\n\"kin\\u0064\": X\n\"kind\": Y\n"}});
  EXPECT_EQ(hidden.guard().exit, 1);
}

TEST(Tree, LinksAreNamedAndNeverFollowed) {
  const Repository tree({{"a.yaml", config_map("x")}, {"outside.txt", blueprint("wiki")}});
  std::filesystem::create_symlink("outside.txt", tree.file("b.yaml"));
  std::filesystem::create_directory_symlink("/", tree.file("root"));
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("skipped 2: symbolic link (b.yaml, root)"));
}

TEST(Tree, WhatIsExcludedIsCountedAndNamed) {
  const Repository tree({{"a.yaml", config_map("x")},
                         {"tests/bad.yaml", blueprint("wiki")},
                         {".portreeve/config.yaml",
                          "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\n"
                          "spec:\n  profile: identity\n  paths: {exclude: ['tests/**']}\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 0) << judged.out;
  EXPECT_THAT(judged.out,
              HasSubstr("skipped 1: excluded by Config paths.exclude (tests/bad.yaml)"));
  EXPECT_THAT(judged.out, HasSubstr("profile identity\n"));
  const Repository all({{"bad.yaml", blueprint("wiki")},
                        {".portreeve/config.yaml",
                         "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\n"
                         "spec: {paths: {exclude: ['**']}}\n"}});
  EXPECT_EQ(all.guard().exit, 3) << all.guard().out;
}

TEST(Tree, LargeFilePointersAndEmptySubmodulesAreUndecided) {
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
      "\nsize 12\n";
  const Repository tree({{"a.yaml", config_map("x")}, {"b.yaml", pointer}, {"logo.txt", pointer}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 3);
  EXPECT_THAT(judged.out, HasSubstr("b.yaml:1:1: undecided gate/large-file"));
  EXPECT_THAT(judged.out, HasSubstr("actions/checkout: add `with: {lfs: true}`"));
  EXPECT_THAT(judged.out, HasSubstr("skipped 1: Git LFS pointer (logo.txt)"));
  const Repository modules(
      {{"a.yaml", config_map("x")},
       {".gitmodules", "[submodule \"m\"]\n\tpath = vendor/m\n\turl = https://example.org/m\n"}});
  const Ran missing = modules.guard();
  EXPECT_EQ(missing.exit, 3);
  EXPECT_THAT(missing.out, HasSubstr("actions/checkout: add `with: {submodules: recursive}`"));
}

TEST(Tree, GatedKindsInOtherShapesAreNotWavedThrough) {
  const Repository version(
      {{"a.yaml",
        "apiVersion: catalyst.openova.io/v9\nkind: Blueprint\nmetadata: {name: bp-a}\n"}});
  EXPECT_THAT(version.guard().out, HasSubstr("a.yaml:1:13: deny gate/unknown-version"));
  const Repository shapeless(
      {{"a.yaml", "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata: []\n"}});
  EXPECT_THAT(shapeless.guard().out, HasSubstr("deny gate/malformed"));
}

TEST(Tree, AScalarOfTwoMeaningsIsAWarning) {
  const Repository tree({{"a.yaml", config_map("x") + "data: {on: yes}\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 0);
  EXPECT_THAT(judged.out, HasSubstr("warning gate/ambiguous"));
  EXPECT_THAT(judged.out, HasSubstr("write \"yes\" if a string is meant"));
}

TEST(Tree, OldWordsInFilesAreAdvice) {
  const Repository tree(
      {{"a.yaml", config_map("x") + "# ship the MVP\n"}, {"docs/PRINCIPLES.md", "no MVP\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 0);
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:5:12: warning repository-words/file"));
  EXPECT_THAT(judged.out, Not(HasSubstr("PRINCIPLES")));
}

// On a thread of the pool nobody would see it, and the caller would wait for ever.
TEST(Tree, ATaskThatThrowsEndsTheRunWhereverItRan) {
  const SystemClock clock;
  engine::Threads threads(clock);
  for (std::size_t thrower = 0; thrower < 4; ++thrower) {
    std::atomic<int> running{0};
    try {
      run_all(threads, 4, [&](std::size_t i) {
        ++running;
        if (i == thrower) {
          --running;
          throw std::runtime_error("task " + std::to_string(i));
        }
        --running;
      });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), "task " + std::to_string(thrower));
      EXPECT_EQ(running, 0);
    }
  }
}

}  // namespace
}  // namespace portreeve::guard
