// policy test, policy list, policy schema, explain, waive.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "policies/catalog.h"
#include "policies/policy_set.h"
#include "tests/support/command.h"
#include "tests/support/golden.h"
#include "tests/support/source_dir.h"

namespace portreeve::cli {
namespace {

using testing::ran;

// A folder of one test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "portreeve-policy-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string policy(const std::string& with, const std::string& examples) {
  return "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: own}\nspec:\n"
         "  description: d\n  match: {objects: [{group: example.org, kinds: [Thing]}]}\n"
         "  rules:\n  - {name: colour, severity: high, message: The colour is red., fix: write red, "
         "note: It always was., check: field, with: " + with + "}\n  examples:\n" + examples;
}

const char* const kExamples =
    "  - {name: red, expect: allow, object: {c: red}}\n"
    "  - {name: blue, expect: deny, rule: colour, object: {c: blue}}\n";

TEST(PolicyTest, TheShippedCatalogHolds) {
  const auto result = ran({"policy", "test"});
  EXPECT_EQ(result.exit, 0) << result.out << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_NE(result.out.find(" examples hold\n"), std::string::npos) << result.out;
}

TEST(PolicyTest, TheSourcesOfTheCatalogTakeItsPlace) {
  const auto result = ran({"policy", "test", test::source_dir() + "/policies/catalog"});
  EXPECT_EQ(result.exit, 0) << result.out << result.err;
  EXPECT_EQ(result.out, ran({"policy", "test"}).out);
}

// One policy for each SBOM check, and for `vulnerabilities`.
TEST(PolicyTest, TheExamplesOfEverySbomCheck) {
  const std::string file = test::source_dir() + "/policies/examples/sbom-checks.yaml";
  const auto result = ran({"policy", "test", file, "--strict"});
  EXPECT_EQ(result.exit, 0) << result.out << result.err;
  const std::string text = testing::source_file("policies/examples/sbom-checks.yaml");
  const std::string docs = testing::source_file("docs/policy-language.md");
  std::size_t checks = 0;
  for (const std::string prefix : {"| `sbom-", "| `vulnerabilities"}) {
    for (std::size_t at = docs.find(prefix); at != std::string::npos; at = docs.find(prefix, at + 1)) {
      const std::string name = docs.substr(at + 3, docs.find('`', at + 3) - at - 3);
      // Of charts: policies/catalog/sbom.yaml.
      if (name == "sbom-chart-complete") continue;
      EXPECT_NE(text.find("check: " + name + "\n"), std::string::npos) << name;
      ++checks;
    }
  }
  EXPECT_EQ(checks, 29U);
}

TEST(PolicyTest, AFolderOfOnesOwn) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const auto result = ran({"policy", "test", folder.path(), "--strict"});
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(result.out, "2 examples hold\n7 changes, each noticed by an example\n") << result.err;
}

TEST(PolicyTest, AnExampleThatFailsIsOne) {
  const Folder folder;
  const std::string file =
      folder.write("own.yaml", policy("{path: object.c, one-of: [red, blue]}", kExamples));
  const auto result = ran({"policy", "test", file, "--strict"});
  EXPECT_EQ(result.exit, 1);
  EXPECT_EQ(result.out, file + ":11:5: example \"blue\": expected deny by rule colour; found allow\n" +
                            file + ":8:5: rule own/colour can deny, but no example shows an object that it denies\n"
                            "2 of 3 examples fail\n");
}

TEST(PolicyTest, AChangeThatNobodyNoticesIsOne) {
  const Folder folder;
  const std::string file = folder.write(
      "own.yaml", policy("{path: object.c, equals: red, length: {max: 3}}", kExamples));
  EXPECT_EQ(ran({"policy", "test", file}).exit, 0);
  const auto result = ran({"policy", "test", file, "--strict"});
  EXPECT_EQ(result.exit, 1);
  EXPECT_NE(result.out.find("policy own, rule colour: key \"length\" of with removed, and no example changes\n"),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find(" changes noticed by no example\n"), std::string::npos);
}

TEST(PolicyTest, WhatDoesNotLoadIsTwo) {
  const Folder folder;
  const std::string file = folder.write("own.yaml", policy("{path: object.c, eqals: red}", kExamples));
  const auto result = ran({"policy", "test", file});
  EXPECT_EQ(result.exit, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err.find("portreeve policy test: " + file + ":8:"), 0U) << result.err;
  EXPECT_EQ(ran({"policy", "test", folder.path() + "/none.yaml"}).exit, 2);
  EXPECT_EQ(ran({"policy", "test", "--stict"}).exit, 2);
  const Folder empty;
  const auto nothing = ran({"policy", "test", empty.path()});
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_EQ(nothing.err, "portreeve policy test: there is no policy to test: nothing was examined\n");
}

TEST(PolicyTest, Subcommands) {
  EXPECT_EQ(ran({"policy"}).exit, 2);
  EXPECT_EQ(ran({"policy", "--help"}).exit, 0);
  const auto unknown = ran({"policy", "lst"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_EQ(unknown.err, "portreeve policy: there is no \"lst\"; did you mean \"list\"? "
                         "('portreeve policy --help' lists them)\n");
}

TEST(PolicyList, TextAndJsonListEveryRule) {
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  const auto set = policies::PolicySet::load(std::move(sources));
  ASSERT_TRUE(set.ok()) << set.error().message;
  const auto text = ran({"policy", "list"});
  const auto json = nlohmann::json::parse(ran({"policy", "list", "--format", "json"}).out);
  EXPECT_EQ(json["schema"], "portreeve.openova.io/rules/v1");
  std::size_t index = 0;
  for (const policies::Policy& each : set.value()->policies()) {
    for (const policies::Rule& rule : each.rules) {
      EXPECT_NE(text.out.find("\n" + rule.id + " "), std::string::npos) << rule.id;
      ASSERT_LT(index, json["rules"].size());
      EXPECT_EQ(json["rules"][index++]["rule"], rule.id);
    }
  }
  EXPECT_EQ(index, json["rules"].size());
}

TEST(PolicyList, OneRule) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const std::string config = folder.write(
      "c/config.yaml", "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\n"
                       "spec: {stages: [{rules: 'own/*', stage: observe}]}\n");
  const auto text = ran({"policy", "list", "--policies", folder.path(), "--config", config});
  ASSERT_EQ(text.exit, 0) << text.err;
  const std::size_t at = text.out.find("\nown/colour ");
  ASSERT_NE(at, std::string::npos);
  std::istringstream words(text.out.substr(at + 1, text.out.find('\n', at + 1) - at - 1));
  const std::vector<std::string> row{std::istream_iterator<std::string>(words), {}};
  EXPECT_EQ(row, (std::vector<std::string>{"own/colour", "high", "deny", "1", "every", "Thing", "stage", "observe"}));
  const auto json = nlohmann::json::parse(ran({"policy", "list", "--policies", folder.path(), "--format", "json"}).out);
  const auto& rule = json["rules"].back();
  EXPECT_EQ(rule["enforcement"], (nlohmann::json{{"admission", "deny"}, {"guard", "deny"}, {"audit", "deny"}}));
  EXPECT_EQ(rule["objects"][0]["group"], "example.org");
  EXPECT_EQ(rule["severity"], "high");
  EXPECT_EQ(rule["heldBack"], "");
}

TEST(PolicyList, SaysWhatWaitsForTheCutover) {
  const Folder folder;
  const std::string config = folder.write("c/config.yaml", "apiVersion: portreeve.openova.io/v1alpha1\nkind: Config\n"
                                                           "spec: {profile: openova, cutover: 2027-03-01}\n");
  const auto held_back = [](const std::vector<std::string>& arguments) {
    const auto json = nlohmann::json::parse(ran(arguments).out);
    for (const auto& rule : json["rules"]) {
      if (rule["rule"] == "chart-smoke-render/default-render") return rule["heldBack"].get<std::string>();
    }
    return std::string("no such rule");
  };
  EXPECT_EQ(held_back({"policy", "list", "--format", "json", "--config", config}),
            "warn at admission, warn at audit until 2027-03-01");
  EXPECT_EQ(held_back({"policy", "list", "--format", "json", "--profile", "openova"}),
            "warn at admission, warn at audit until the cutover, which no Config names");
  EXPECT_NE(ran({"explain", "chart-smoke-render/default-render", "--config", config}).out.find("until 2027-03-01"),
            std::string::npos);
}

TEST(PolicySchema, Formats) {
  EXPECT_NE(ran({"policy", "schema"}).out.find("known-fields"), std::string::npos);
  EXPECT_NE(ran({"policy", "schema", "--format", "markdown"}).out.find("| `known-fields` |"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::parse(ran({"policy", "schema", "--format", "json-schema"}).out).is_object());
  const auto wrong = ran({"policy", "schema", "--format", "yaml"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_NE(wrong.err.find("expected one of text, json-schema, markdown; found yaml"), std::string::npos) << wrong.err;
}

// explain -----------------------------------------------------------------------------------------

TEST(Explain, ARule) {
  const Folder folder;
  const std::string file = folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const auto result = ran({"explain", "own/colour", "--policies", folder.path()});
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(result.out,
            "own/colour (high)\n\nThe colour is red.\n\n"
            "fix         write red\n"
            "why         It always was.\n"
            "policy      d\n"
            "about       example.org/Thing\n"
            "effect      deny\n"
            "check       field\n"
            "since       catalog level 1\n"
            "stands in   " + file + ":8:5\n"
            "\nallowed: red\n  {\"c\":\"red\"}\n"
            "\ndenied: blue\n  {\"c\":\"blue\"}\n");
}

TEST(Explain, EveryShippedRule) {
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  const auto set = policies::PolicySet::load(std::move(sources));
  ASSERT_TRUE(set.ok());
  for (const policies::Policy& each : set.value()->policies()) {
    const auto result = ran({"explain", each.rules[0].id});
    EXPECT_EQ(result.exit, 0) << each.rules[0].id;
    EXPECT_NE(result.out.find(each.rules[0].message), std::string::npos);
    EXPECT_EQ(ran({"explain", each.name}).exit, 0);
  }
}

TEST(Explain, KindsPoliciesConfigAndOurOwnRules) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const std::string want = "own: d\n  own/colour (high, deny)\n      The colour is red.\n";
  EXPECT_EQ(ran({"explain", "Thing", "--policies", folder.path()}).out, want);
  EXPECT_EQ(ran({"explain", "own", "--policies", folder.path()}).out, want);
  for (const char* own : {"config", "Config", "registry", "Registry", "waiver", "authority", "artifactrule", "policy", "data"}) {
    EXPECT_EQ(ran({"explain", own}).exit, 0) << own;
  }
  EXPECT_NE(ran({"explain", "Registry"}).out.find("\nserves "), std::string::npos);
  EXPECT_NE(ran({"explain", "config"}).out.find("stages"), std::string::npos);
  for (const char* own : {"waiver/expired", "waiver/unused", "waiver/expiring", "gate/internal", "gate/limit"}) {
    EXPECT_EQ(ran({"explain", own}).exit, 0) << own;
  }
}

TEST(Explain, NothingOfThatName) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const auto explain = [&](const std::string& name) {
    const auto result = ran({"explain", name, "--policies", folder.path()});
    EXPECT_EQ(result.exit, 2) << name;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  EXPECT_EQ(explain("own/color"), "portreeve explain: there is no rule \"own/color\"; did you mean \"own/colour\"? "
                                  "('portreeve policy list' lists them)\n");
  EXPECT_EQ(explain("colour"), "portreeve explain: there is no rule \"colour\"; did you mean \"own/colour\"? "
                               "('portreeve policy list' lists them)\n");
  EXPECT_EQ(explain("entirely/different-from-all"),
            "portreeve explain: there is no rule \"entirely/different-from-all\" "
            "('portreeve policy list' lists them)\n");
  EXPECT_EQ(ran({"explain"}).exit, 2);
}

TEST(Explain, ExamplesWithCharts) {
  const auto result = ran({"explain", "chart-hollow/upstream"});
  EXPECT_NE(result.out.find("\nallowed: upstream declared\n  Chart.yaml\n    apiVersion: v2\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("\ndenied: no dependencies\n  Chart.yaml\n    "), std::string::npos) << result.out;
}

// waive -------------------------------------------------------------------------------------------

TEST(Waive, PrintsAWaiverThatLoadsOnceItIsFilledIn) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const auto waive = [&](std::vector<std::string> more) {
    std::vector<std::string> args = {"waive", "own/colour", "Thing/team/x", "--policies", folder.path(), "--now",
                                     "2027-01-01T00:00:00Z"};
    args.insert(args.end(), more.begin(), more.end());
    return ran(args);
  };
  const auto result = waive({});
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(result.out,
            "---\napiVersion: portreeve.openova.io/v1alpha1\nkind: Waiver\nmetadata:\n  name: colour-a33f2336\nspec:\n"
            "  rules: [own/colour]\n  subjects: [\"example.org/Thing/team/x\"]\n"
            "  owner: TEAM-WHO-ANSWERS-FOR-IT\n  reason: WHY-THE-RULE-CANNOT-HOLD-HERE-YET\n"
            "  ticket: WHERE-THE-WORK-IS-TRACKED\n  expires: 2027-01-31\n");
  const auto load = [&](const std::string& waiver) {
    folder.write("waiver.yaml", waiver);
    return ran({"policy", "list", "--policies", folder.path()});
  };
  EXPECT_NE(load(result.out).err.find("owner: still says TEAM-WHO-ANSWERS-FOR-IT"), std::string::npos);
  const auto whole = load(waive({"--owner", "us: all", "--reason", "later", "--ticket", "OPS-1"}).out);
  EXPECT_EQ(whole.exit, 0) << whole.err;
}

// What --help shows can be typed.
TEST(Waive, ExamplesOfTheHelp) {
  for (const auto& [rule, subject, written] :
       {std::array{"blueprint-name/pattern", "Blueprint//cilium", "/Blueprint//cilium\"]"},
        {"application-name/label", "Application/acme/wiki", "/Application/acme/wiki\"]"},
        {"chart-hollow/upstream", "chart:wiki@1.2.0", "[\"chart:wiki@1.2.0\"]"}}) {
    const auto result = ran({"waive", rule, subject});
    EXPECT_EQ(result.exit, 0) << result.err;
    EXPECT_NE(result.out.find(written), std::string::npos) << result.out;
    EXPECT_NE(ran({"waive", "--help"}).out.find("waive " + std::string(rule) + " " + subject), std::string::npos) << rule;
  }
}

TEST(Waive, ArtifactsChartsAndFiles) {
  const std::string digest = "@sha256:" + std::string(64, 'a');
  EXPECT_NE(ran({"waive", "blueprint-signed/signature", "oci:registry.example:5000/team/app" + digest}).out.find(
                "subjects: [\"oci:registry.example:5000/team/app" + digest + "\"]"),
            std::string::npos);
  EXPECT_EQ(ran({"waive", "repository-names/template", "repo:docs/x.md"}).exit, 0);
  const auto object = ran({"waive", "blueprint-signed/signature", "Blueprint//bp-wiki"});
  EXPECT_EQ(object.exit, 2);
  EXPECT_NE(object.err.find("rule blueprint-signed/signature is about the artifacts that objects name"), std::string::npos) << object.err;
  // Nor by hand: it would let in what names nothing that could be verified.
  const Folder folder;
  const std::string file = folder.write("w.yaml",
      "apiVersion: portreeve.openova.io/v1alpha1\nkind: Waiver\nmetadata: {name: w}\n"
      "spec: {rules: [blueprint-signed/signature], subjects: [catalyst.openova.io/Blueprint//bp-wiki], owner: o, reason: r, "
      "ticket: t, expires: 2027-01-01}\n");
  EXPECT_EQ(ran({"policy", "list", "--policies", folder.path()}).err,
            "portreeve policy list: " + file + ":1:1: waiver \"w\" has subject \"catalyst.openova.io/Blueprint//bp-wiki\": rule "
            "\"blueprint-signed/signature\" judges artifacts, and what it says of an object itself is that this names none, "
            "which cannot be waived; expected oci:host/repository@digest or chart:NAME@VERSION\n");
  const auto wrong = ran({"waive", "blueprint-name/pattern", "chart:wiki@1.2.0"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_NE(wrong.err.find("rule blueprint-name/pattern is about "), std::string::npos) << wrong.err;
  EXPECT_NE(wrong.err.find(", not about chart:wiki@1.2.0"), std::string::npos) << wrong.err;
}

TEST(Waive, RefusesWhatWouldNeverBeUsed) {
  const Folder folder;
  folder.write("own.yaml", policy("{path: object.c, equals: red}", kExamples));
  const auto waive = [&](const std::string& rule, const std::string& subject) {
    const auto result = ran({"waive", rule, subject, "--policies", folder.path()});
    EXPECT_EQ(result.exit, 2) << rule << " " << subject;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  const std::string kForm =
      ": expected group/Kind/namespace/name or Kind/namespace/name (an empty part stays empty: Widget//blue), "
      "oci:host/repository@sha256:…, chart:NAME@VERSION or repo:PATH, as a finding names it\n";
  for (const char* subject : {"x", "Thing/x", "example.org/Thing/x", "example.org/Thing/a/b/c", "example.org//a/b",
                              "example.org/Thing/a/", "example.org/Thing/A/b", "example.org/Thing/a/b'c",
                              "example.org/Thing/a/b c", "oci:host/repo@sha256:00", "oci:wiki", "chart:wiki", "repo:"}) {
    EXPECT_EQ(waive("own/colour", subject),
              "portreeve waive: subject \"" + std::string(subject) + "\"" + kForm);
  }
  EXPECT_EQ(waive("own/color", "example.org/Thing//x"),
            "portreeve waive: there is no rule \"own/color\"; did you mean \"own/colour\"?\n");
  EXPECT_EQ(waive("own/colour", "example.org/Other//x"),
            "portreeve waive: rule own/colour is about example.org/Thing, not about example.org/Other//x\n");
  EXPECT_EQ(waive("waiver/expired", "example.org/Thing//x"),
            "portreeve waive: \"waiver/expired\" cannot be waived\n");
  EXPECT_EQ(waive("gate/limit", "example.org/Thing//x"), "portreeve waive: \"gate/limit\" cannot be waived\n");
  EXPECT_EQ(ran({"waive", "own/colour"}).exit, 2);
  EXPECT_EQ(ran({"waive", "own/colour", "example.org/Thing//x", "--policies", folder.path(), "--now", "soon"}).exit, 2);
}

}  // namespace
}  // namespace portreeve::cli
