#include "sbom/vers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "sbom/version_order.h"
#include "tests/sbom/corpus.h"

namespace portreeve::sbom {
namespace {

std::string run_comparison(const Value& test, std::string_view scheme) {
  const Value versions = test["input"]["versions"], wanted = test["expected_output"];
  if (test["test_type"].text() == "equality") {
    const auto order = compare_versions(scheme, versions.at(0).text(), versions.at(1).text());
    if (!order) return "cannot be compared";
    return (*order == 0) == wanted.boolean() ? "" : "compared as " + std::to_string(*order);
  }
  // The expected list is in order: each neighbour is no newer than the next, and the converse
  // holds.
  for (std::uint32_t i = 0; i + 1 < wanted.size(); ++i) {
    const std::string_view a = wanted.at(i).text(), b = wanted.at(i + 1).text();
    const auto order = compare_versions(scheme, a, b), back = compare_versions(scheme, b, a);
    if (!order || !back) return "cannot be compared";
    if (*order > 0 || *back != -*order) return "compared as " + std::to_string(*order);
    if (*order == 0 && a != b && versions.at(0).text() != versions.at(1).text() &&
        test["test_type"].text() == "comparison") {
      // Equal neighbours in a comparison are allowed only where the suite itself says so (nuget).
      if (scheme != "nuget" && scheme != "maven" && scheme != "apk") return "compared as equal";
    }
  }
  return "";
}

std::string run_range(const Value& test) {
  const Value input = test["input"], wanted = test["expected_output"];
  const bool fails = test["expected_failure"].boolean();
  const std::string_view type = test["test_type"].text();
  if (type == "containment") {
    const Result<Vers> vers = Vers::normalise(input["vers"].text());
    if (!vers.ok()) return vers.error().message;
    const auto contains = vers.value().contains(input["version"].text());
    return contains == std::optional<bool>(wanted.boolean()) ? "" : "contains is wrong";
  }
  if (type == "validate") {
    const Result<Vers> vers = Vers::normalise(input.text());
    if (!vers.ok()) return vers.error().message;
    return vers.value().text() == wanted.text() ? "" : vers.value().text();
  }
  const Result<Vers> vers = Vers::parse(input.text());
  if (fails) return vers.ok() ? "accepted" : "";
  if (!vers.ok()) return vers.error().message;
  if (vers.value().scheme() != wanted["scheme"].text()) return "scheme " + vers.value().scheme();
  std::uint32_t i = 0;
  for (const Vers::Constraint& constraint : vers.value().constraints()) {
    const Value pair = wanted["version_constraints"].at(i++);
    if (to_string(constraint.comparator) != pair.at(0).text() ||
        constraint.version != pair.at(1).text()) {
      return "constraint " + constraint.version;
    }
  }
  return i == wanted["version_constraints"].size() ? "" : "number of constraints";
}

TEST(Vers, Suite) {
  const std::string folder = corpus("vers/tests");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::map<std::string, std::size_t> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto file = read_json(entry.path().string());
    for (const Value test : file->root()["tests"]) {
      const std::string type(test["test_type"].text());
      ++cases[type];
      const Value input = test["input"];
      std::string wrong;
      if (type == "from_native") continue;  // Nothing that is judged carries native ranges.
      wrong = type == "comparison" || type == "equality"
                  ? run_comparison(test, input["input_scheme"].text())
                  : run_range(test);
      EXPECT_EQ(wrong, "") << entry.path().filename() << ": " << type << " "
                           << file->source().substr(input.offset(), 160) << " -> "
                           << file->source().substr(test["expected_output"].offset(), 80);
    }
  }
  EXPECT_EQ(cases["comparison"] + cases["equality"], 1922U);
  EXPECT_EQ(cases["containment"] + cases["validate"] + cases["parse"], 42U);
  EXPECT_EQ(cases["from_native"], 737U);
}

struct Pair {
  std::string_view older, newer;
};

void expect_order(std::string_view scheme, std::initializer_list<Pair> pairs) {
  for (const Pair& pair : pairs) {
    EXPECT_EQ(compare_versions(scheme, pair.older, pair.newer), std::optional<int>(-1))
        << scheme << " " << pair.older << " < " << pair.newer;
    EXPECT_EQ(compare_versions(scheme, pair.newer, pair.older), std::optional<int>(1))
        << scheme << " " << pair.newer << " > " << pair.older;
  }
}

// From deb-version(7) and dpkg's own t-version.c.
TEST(VersionOrder, Deb) {
  expect_order("deb", {{"1.0~rc1", "1.0"},
                       {"1.0~~", "1.0~"},
                       {"1.0", "1.0a"},
                       {"1.0a", "1.0+"},
                       {"1.2-1", "1.10-1"},
                       {"9:0", "10:0"},
                       {"1.0-1", "1:0.5"},
                       {"0:0-0", "0:0-1"},
                       {"1.0-1~bpo1", "1.0-1"},
                       {"2.4.47-2", "2.4.47-2+b1"},
                       {"1.0", "1.0-0.1"}});
  EXPECT_EQ(compare_versions("deb", "0:1.0-1", "1.0-1"), std::optional<int>(0));
  EXPECT_EQ(compare_versions("deb", "1.0-0", "1.0"), std::optional<int>(0));
  EXPECT_EQ(compare_versions("deb", "1.001", "1.1"), std::optional<int>(0));
  for (const std::string_view bad : {"a:1", "abc", "1 0", "1.0-1_2", ":1"}) {
    EXPECT_EQ(compare_versions("deb", bad, "1.0"), std::nullopt) << bad;
  }
}

// From rpm's tests/rpmvercmp.at.
TEST(VersionOrder, Rpm) {
  expect_order("rpm", {{"1.0", "2.0"},
                       {"2.0", "2.0.1"},
                       {"2.0.1", "2.0.1a"},
                       {"5.5p1", "5.5p2"},
                       {"5.5p1", "5.5p10"},
                       {"xyz.4", "8"},
                       {"xyz.4", "2"},
                       {"5.5p2", "5.6p1"},
                       {"6.0", "6.0.rc1"},
                       {"10a1", "10b2"},
                       {"1.0~rc1", "1.0"},
                       {"1.0~rc1", "1.0~rc2"},
                       {"1.0~rc1~git123", "1.0~rc1"},
                       {"1.0", "1.0^"},
                       {"1.0^", "1.0^git1"},
                       {"1.0^git1", "1.0^git2"},
                       {"1.0^git1", "1.01"},
                       {"1.0^20160101", "1.0.1"},
                       {"1.0~rc1", "1.0~rc1^git1"},
                       {"1.0^git1~pre", "1.0^git1"},
                       {"2:1.0", "10:0.5"},
                       {"1.0-1", "1.0-2"}});
  for (const Pair& same :
       {Pair{"2_0", "2.0"}, {"a+", "a_"}, {"+", "_"}, {"1.0-1", "1.0"}, {"10.0001", "10.1"}}) {
    EXPECT_EQ(compare_versions("rpm", same.older, same.newer), std::optional<int>(0)) << same.older;
  }
}

TEST(VersionOrder, Semver) {
  expect_order("npm", {{"1.0.0-alpha", "1.0.0-alpha.1"},
                       {"1.0.0-alpha.1", "1.0.0-alpha.beta"},
                       {"1.0.0-beta.2", "1.0.0-beta.11"},
                       {"1.0.0-rc.1", "1.0.0"},
                       {"1.9.0", "1.10.0"}});
  expect_order("golang", {{"v0.0.0-20200101000000-abcdef012345", "v0.0.1"},
                          {"go1.20.1", "go1.21.0"},
                          {"v1.2.3", "v2.0.0+incompatible"}});
  EXPECT_EQ(compare_versions("npm", "1.0.0+a", "1.0.0+b"), std::optional<int>(0));
  EXPECT_EQ(compare_versions("npm", "latest", "1.0.0"), std::nullopt);
  EXPECT_EQ(compare_versions("npm", "", "1.0.0"), std::nullopt);
  EXPECT_EQ(compare_versions("no-such-scheme", "1", "1"), std::nullopt);
}

// From PEP 440 and packaging's test suite.
TEST(VersionOrder, Pypi) {
  expect_order("pypi", {{"1.0.dev456", "1.0a1"},
                        {"1.0a1", "1.0a2.dev456"},
                        {"1.0a2.dev456", "1.0a2"},
                        {"1.0a2", "1.0b1.dev456"},
                        {"1.0b2.post345.dev456", "1.0b2.post345"},
                        {"1.0b2", "1.0b2.post345.dev456"},
                        {"1.0rc1", "1.0"},
                        {"1.0", "1.0+abc.5"},
                        {"1.0+abc.7", "1.0+5"},
                        {"1.0+5", "1.0.post456.dev34"},
                        {"1.0.post456.dev34", "1.0.post456"},
                        {"1.0.post456", "1.1.dev1"},
                        {"2020.1", "1!0.1"}});
  for (const Pair& same : {Pair{"1.0", "1.0.0"},
                           {"1.0-1", "1.0.post1"},
                           {"v1.0-ALPHA.1", "1.0a1"},
                           {"1.0rc1", "1.0c1"}}) {
    EXPECT_EQ(compare_versions("pypi", same.older, same.newer), std::optional<int>(0))
        << same.older;
  }
  EXPECT_EQ(compare_versions("pypi", "1.0-foo", "1.0"), std::nullopt);
}

TEST(VersionOrder, Gem) {
  expect_order("gem", {{"1.0.a", "1.0"},
                       {"1.0.a.2", "1.0.b1"},
                       {"1.8.2.a", "1.8.2"},
                       {"1.8.2", "1.8.10"},
                       {"1.0-rc1", "1.0"},
                       {"0.9", "1.0.a.2"}});
  EXPECT_EQ(compare_versions("gem", "1.0", "1"), std::optional<int>(0));
  EXPECT_EQ(compare_versions("gem", "1.0.a", "1.a"), std::optional<int>(0));
}

TEST(Vers, Contains) {
  struct Case {
    std::string_view vers, version;
    std::optional<bool> want;
  };
  const Case cases[] = {
      {"vers:npm/>=1.0.0|<2.0.0", "1.9.9", true},
      {"vers:npm/>=1.0.0|<2.0.0", "2.0.0", false},
      {"vers:npm/>=1.0.0|<2.0.0", "latest", std::nullopt},
      {"vers:npm/<1.0.0|<2.0.0", "1.5.0", true},
      {"vers:npm/>1.0.0|>2.0.0", "1.5.0", true},
      {"vers:npm/!=1.5.0", "1.5.0", false},
      {"vers:npm/!=1.5.0", "1.5.1", true},
      {"vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.0", false},
      {"vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.1", true},
      {"vers:npm/1.0.0|>=2.0.0|<3.0.0", "1.0.0", true},
      {"vers:npm/1.0.0|2.0.0", "1.5.0", false},
      {"vers:npm/*", "latest", true},
      {"vers:generic/<1.0", "r42-final", std::nullopt},
  };
  for (const Case& c : cases) {
    const Result<Vers> vers = Vers::parse(c.vers);
    ASSERT_TRUE(vers.ok()) << vers.error().message;
    EXPECT_EQ(vers.value().contains(c.version), c.want) << c.vers << " " << c.version;
  }
}

TEST(Vers, ReasonsOfRefusals) {
  const std::pair<std::string, std::string> cases[] = {
      {"npm/1", "version range \"npm/1\": does not begin with 'vers:'"},
      {"vers:npm", "version range \"vers:npm\": no '/' after the scheme"},
      {"vers:zzz/1", "version range \"vers:zzz/1\": scheme \"zzz\" is not known"},
      {"vers:npm/", "version range \"vers:npm/\": empty constraint"},
      {"vers:npm/*|1.0.0", "version range \"vers:npm/*|1.0.0\": '*' beside other constraints"},
      {"vers:npm/>=", "version range \"vers:npm/>=\": comparator without a version"},
      {"vers:npm/>=2.0.0|<1.0.0",
       "version range \"vers:npm/>=2.0.0|<1.0.0\": canonical is \"vers:npm/<1.0.0|>=2.0.0\""},
      {"vers:npm/a|b", "version range \"vers:npm/a|b\": \"a\" and \"b\" cannot be compared as npm"},
      {"vers:npm/1.0%3A0",
       "version range \"vers:npm/1.0%3A0\": version \"1.0%3A0\": canonical is \"1.0:0\""},
  };
  for (const auto& [text, message] : cases) {
    const Result<Vers> parsed = Vers::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().message, message);
  }
}

}  // namespace
}  // namespace portreeve::sbom
