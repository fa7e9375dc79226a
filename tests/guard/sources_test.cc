// What a tree holds beside plain manifests: packages, Kustomize bases, Compositions, renders, files
// that git leaves out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/charts/chart_text.h"
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
using testing::Repository;

std::string package(const std::string& yaml) {
  return charts::package(
      {{"bp-x/Chart.yaml", yaml}, {"bp-x/templates/a.yaml", config_map("organization")}});
}

TEST(Packages, AreJudgedLikeTheirSources) {
  const Repository tree(
      {{"dist/bp-x-1.0.0.tgz", package("apiVersion: v2\nname: bp-x\nversion: 1.0.0\n")}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out,
              HasSubstr("dist/bp-x-1.0.0.tgz/Chart.yaml:1:1: deny chart-hollow/upstream"));
  EXPECT_THAT(judged.out, HasSubstr("1 chart,"));
  const Ran alone = testing::ran({"guard", tree.file("dist/bp-x-1.0.0.tgz"), "--render", "never"});
  EXPECT_EQ(alone.exit, 1) << alone.out;
  EXPECT_THAT(alone.out, HasSubstr("bp-x-1.0.0.tgz/Chart.yaml:1:1: deny chart-hollow/upstream"));
  const Repository good({{"dist/bp-x-1.0.0.tgz", package(chart("bp-x"))}});
  EXPECT_EQ(good.guard().exit, 0) << good.guard().out;
}

TEST(Packages, AreNeverEdited) {
  const Repository tree(
      {{"bp-x-1.0.0.tgz", package("apiVersion: v2\nname: bp-x\nversion: 1.0.0\nannotations:\n"
                                  "  catalyst.openova.io/no-upstream: true\n")}});
  const Ran judged = tree.guard({"--format", "json"});
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out, Not(HasSubstr("\"edit\"")));
}

TEST(Packages, HostileOnesAreRefusedAndOtherArchivesNamed) {
  const Repository hostile({{"bp-x-1.0.0.tgz", "no gzip"}});
  const Ran refused = hostile.guard();
  EXPECT_EQ(refused.exit, 1) << refused.out;
  EXPECT_THAT(refused.out, HasSubstr("not a gzip file"));
  const Repository other({{"a.yaml", config_map("x")},
                          {"lib-1.0.0.tgz", charts::package({{"lib/README.md", "words"}})}});
  const Ran named = other.guard();
  EXPECT_EQ(named.exit, 0) << named.out;
  EXPECT_THAT(named.out,
              HasSubstr("skipped 1: an archive without Chart.yaml, no chart (lib-1.0.0.tgz)"));
  EXPECT_THAT(testing::ran({"guard", hostile.file("bp-x-1.0.0.tgz"), "--base", "main"}).err,
              HasSubstr("a package has no base"));
}

TEST(Packages, WithoutARenderTheyAreUndecidedToo) {
  const Repository good({{"bp-x-1.0.0.tgz", package(chart("bp-x"))}});
  const std::string path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  const Ran judged = testing::ran({"guard", good.path()});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(judged.exit, 3) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("undecided chart-smoke-render/default-render"));
}

TEST(Kustomize, WhatItNamesIsThere) {
  const Repository tree({{"base/a.yaml", config_map("x")},
                         {"base/kustomization.yaml", "resources: [a.yaml]\n"},
                         {"over/kustomization.yml",
                          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
                          "resources:\n  - ../base\n  - gone.yaml\n  - ../../../etc/passwd\n"
                          "  - https://example.org/x.yaml\n"
                          "patches:\n  - path: patch.yaml\n  - patch: \"a: b\"\n"
                          "patchesStrategicMerge:\n  - |-\n    a: b\n"}});
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1);
  EXPECT_THAT(judged.out,
              HasSubstr("over/kustomization.yml:5:5: deny repository-kustomize/resource"));
  EXPECT_THAT(judged.out, HasSubstr("What the kustomization names is not in the repository."));
  EXPECT_THAT(judged.out,
              HasSubstr("over/kustomization.yml:6:5: deny repository-kustomize/resource"));
  EXPECT_THAT(judged.out, HasSubstr("What the kustomization names is outside of the repository."));
  EXPECT_THAT(judged.out,
              HasSubstr("over/kustomization.yml:7:5: warning repository-kustomize/remote"));
  EXPECT_THAT(judged.out,
              HasSubstr("over/kustomization.yml:9:11: deny repository-kustomize/resource"));
  EXPECT_THAT(judged.out, Not(HasSubstr("base/kustomization.yaml:")));
  EXPECT_THAT(judged.out, HasSubstr("2 Kustomize bases"));
}

TEST(Kustomize, AChangeThatTakesAFileAwayIsToldInTheUntouchedList) {
  Repository tree({{"a.yaml", config_map("x")},
                   {"b.yaml", config_map("y")},
                   {"kustomization.yaml", "resources: [a.yaml, b.yaml, old.yaml]\n"}});
  tree.init();
  tree.remove("b.yaml").commit();
  const Ran judged = tree.guard({"--base", "HEAD~1"});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("kustomization.yaml:1:21: deny repository-kustomize/resource"));
  EXPECT_THAT(judged.out, Not(HasSubstr(":1:29:")));
}

// kubectl applies any object, whatever its file is called.
TEST(Kustomize, TheFilesNameHidesNoObject) {
  const Repository tree({{"kustomization.yaml", blueprint("wiki")}});
  EXPECT_THAT(tree.guard().out, HasSubstr("kustomization.yaml:4:9: deny blueprint-name/prefix"));
  const Repository lists(
      {{"a.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n"
        "  - {apiVersion: v1, kind: ConfigMap, metadata: {name: tenant}}\n"}});
  EXPECT_THAT(lists.guard().out, HasSubstr("a.yaml:7:56: deny repository-names/object"));
}

TEST(Compositions, NamesOfWhatTheyMakeAreJudged) {
  const std::string head =
      "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: "
      "net}\nspec:\n";
  const std::string base =
      "base: {apiVersion: network.gcp.upbound.io/v1, kind: Network, metadata: {name: "
      "hz-dxb-rtz-prod-net}}";
  const Repository tree(
      {{"a.yaml", head + "  resources:\n  - name: one\n    " + base + "\n"},
       {"b.yaml", head +
                      "  mode: Pipeline\n  pipeline:\n  - step: one\n    input:\n      resources:\n"
                      "      - " +
                      base + "\n"},
       {"c.yaml",
        head +
            "  resources:\n  - base:\n      apiVersion: kubernetes.crossplane.io/v1alpha2\n"
            "      kind: Object\n      spec: {forProvider: {manifest: {apiVersion: v1, kind: "
            "Namespace, metadata: {name: kube-x, labels: {openova.io/organization: acme}}}}}\n"}});
  const Ran judged = tree.guard();
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:7:83: deny repository-object-names/crossplane"));
  EXPECT_THAT(judged.out, HasSubstr("b.yaml:10:87: deny repository-object-names/crossplane"));
  EXPECT_THAT(judged.out,
              HasSubstr("c.yaml:9:89: deny repository-object-names/organization-namespace"));
  EXPECT_THAT(judged.out, HasSubstr("3 Crossplane Compositions"));
}

TEST(GitIgnore, LeavesOutWhatIsNotTracked) {
  Repository tree({{"a.yaml", config_map("x")},
                   {".gitignore", "out/\n*.tmp.yaml\n"},
                   {"kept.tmp.yaml", config_map("tenant")}});
  tree.git("init -q -b main");
  tree.git("add -f a.yaml .gitignore kept.tmp.yaml");
  tree.git("commit -q -m first");
  tree.write("out/b.yaml", config_map("sme")).write("c.tmp.yaml", config_map("sme"));
  const Ran judged = tree.guard();
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("kept.tmp.yaml:4:9: deny repository-names/object"));
  EXPECT_THAT(judged.out,
              HasSubstr("skipped 2: left out by .gitignore, not tracked (c.tmp.yaml, out/b.yaml)"));
  EXPECT_THAT(judged.out, Not(HasSubstr("\"sme\"")));
  // A file that the change tracks is judged, whatever .gitignore says.
  EXPECT_EQ(tree.guard({"--base", "HEAD"}).exit, 0) << tree.guard({"--base", "HEAD"}).out;
}

}  // namespace
}  // namespace portreeve::guard
