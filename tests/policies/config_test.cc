#include "policies/config.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

Result<Config> config(const std::string& spec) {
  return read_config({"c.yaml", std::string(kHead) + "kind: Config\nspec: " + spec + "\n"});
}

TEST(ConfigTest, Defaults) {
  const Result<Config> read = config("{}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().profile, "identity");
  EXPECT_FALSE(read.value().profile_chosen);
  EXPECT_EQ(read.value().catalog, 0U);
  EXPECT_EQ(read.value().blueprints, "files");
  EXPECT_EQ(read.value().stage_of("a/b", "ns"), Stage::enforce);
}

TEST(ConfigTest, EveryField) {
  const Result<Config> read = config(
      "{profile: identity, catalog: 3, policies: [a, b], data: [{list: l, add: [x]}, {table: t, add: {k: v}}], "
      "stages: [{rules: 'sbom-*/**', namespaces: [demo], stage: observe}, {rules: '**', stage: warn}], "
      "paths: {exclude: ['tests/**']}, blueprints: unsafe-none}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Config& c = read.value();
  EXPECT_TRUE(c.profile_chosen);
  EXPECT_EQ(c.catalog, 3U);
  EXPECT_EQ(c.policies, (Lines{"a", "b"}));
  ASSERT_EQ(c.data.size(), 2U);
  EXPECT_EQ(c.data[0].name, "l");
  EXPECT_EQ(c.data[1].name, "t");
  EXPECT_EQ(c.stage_of("sbom-a/b", "demo"), Stage::observe);
  EXPECT_EQ(c.stage_of("sbom-a/b", "prod"), Stage::warn);
  ASSERT_EQ(c.exclude_paths.size(), 1U);
  EXPECT_EQ(c.blueprints, "unsafe-none");
}

TEST(ConfigTest, Errors) {
  const struct {
    const char* spec;
    const char* want;
  } kRows[] = {
      {"[]", "c.yaml:3:7: Config: spec: expected object, found array"},
      {"{profil: identity}", "c.yaml:3:8: spec: unknown key \"profil\"; did you mean \"profile\"?"},
      {"{profile: openova}", "c.yaml:3:17: spec: profile \"openova\": not in this version; known: identity"},
      {"{profile: strict}", "c.yaml:3:17: spec: profile \"strict\": not in this version; known: identity"},
      {"{profile: 5}", "c.yaml:3:17: spec: profile: expected string, found number"},
      {"{catalog: -1}", "c.yaml:3:17: spec: catalog: expected a whole number, found \"-1\""},
      {"{catalog: 1.5}", "c.yaml:3:17: spec: catalog: expected a whole number, found \"1.5\""},
      {"{catalog: '3'}", "c.yaml:3:17: spec: catalog: expected number, found string"},
      {"{policies: a}", "c.yaml:3:18: spec.policies: expected a list of texts"},
      {"{policies: [5]}", "c.yaml:3:19: spec.policies: expected a text, found number"},
      {"{data: {}}", "c.yaml:3:14: spec: data: expected array, found object"},
      {"{data: [{add: [x]}]}", "c.yaml:3:15: data: key \"list\" is missing"},
      {"{data: [{list: l}]}", "c.yaml:3:15: data: add: expected a list, or a map for a table"},
      {"{data: [{list: l, add: x}]}", "c.yaml:3:15: data: add: expected a list, or a map for a table"},
      {"{data: [{list: l, remove: [x]}]}",
       "c.yaml:3:25: data: unknown key \"remove\"; known are list, add"},
      {"{data: [text]}", "c.yaml:3:15: data: expected a map, found string"},
      {"{stages: [{rules: '**'}]}", "c.yaml:3:17: stages: key \"stage\" is missing"},
      {"{stages: [{stage: warn}]}", "c.yaml:3:17: stages: key \"rules\" is missing"},
      {"{stages: [{rules: '**', stage: off}]}", "c.yaml:3:38: stages: stage: expected string, found boolean"},
      {"{stages: [{rules: '**', stage: none}]}",
       "c.yaml:3:38: expected one of observe, warn, enforce; found \"none\""},
      {"{stages: [{rules: '**', stage: warn, namespace: a}]}",
       "c.yaml:3:44: stages: unknown key \"namespace\"; did you mean \"namespaces\"?"},
      {"{paths: {include: [a]}}", "c.yaml:3:16: paths: unknown key \"include\"; did you mean \"exclude\"?"},
      {"{paths: [a]}", "c.yaml:3:15: paths: expected a map, found array"},
      {"{blueprints: cluster}", "c.yaml:3:20: spec: blueprints: cluster is not in this version"},
      {"{blueprints: none}", "c.yaml:3:20: spec: blueprints: expected files, cluster or unsafe-none"},
      {"{trustRoot: embedded}", "c.yaml:3:19: spec: trustRoot: not in this version"},
      {"{evidence: {}}", "c.yaml:3:18: spec: evidence: not in this version"},
      {"{cutover: 2027-03-01}", "c.yaml:3:17: spec: cutover: not in this version"},
      {"{helm: {}}", "c.yaml:3:14: spec: helm: not in this version"},
      {"{catalog: 1, catalog: 2}", "c.yaml: line 3 column 20: key \"catalog\" repeated"},
  };
  for (const auto& row : kRows) {
    const Result<Config> read = config(row.spec);
    ASSERT_FALSE(read.ok()) << row.spec;
    EXPECT_EQ(read.error().message, row.want) << row.spec;
    EXPECT_EQ(read.error().code, Errc::misconfigured) << row.spec;
  }
}

TEST(ConfigTest, DocumentErrors) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {
      {"text", "c.yaml:1:1: Config: expected a map, found string"},
      {"{kind: Config}", "c.yaml:1:1: Config: key \"apiVersion\" is missing"},
      {"{apiVersion: v1, kind: Config, spec: {}}",
       "c.yaml:1:1: Config: expected apiVersion portreeve.openova.io/v1alpha1 and kind Config"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Policy, spec: {}}",
       "c.yaml:1:1: Config: expected apiVersion portreeve.openova.io/v1alpha1 and kind Config"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Config}", "c.yaml:1:1: Config: key \"spec\" is missing"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Config, spec: {}, status: {}}",
       "c.yaml:1:69: Config: unknown key \"status\"; known are apiVersion, kind, metadata, spec"},
  };
  for (const auto& row : kRows) {
    const Result<Config> read = read_config({"c.yaml", row.text});
    ASSERT_FALSE(read.ok()) << row.text;
    EXPECT_EQ(read.error().message, row.want);
  }
}

TEST(ConfigTest, AdditionsAddAndSayWhereTheyStand) {
  const std::vector<std::string> texts = {
      policy_text("  rules:\n"
                  "  - {name: l, message: m, fix: f, when: {present: object.c}, check: field, with: {path: object.c, one-of: {list: colours}}}\n"
                  "  - {name: t, message: m, fix: f, when: {present: object.k}, check: field, "
                  "with: {path: object.v, equals: {join: [{lookup: [codes, object.k]}, '-x']}}}\n"),
      data_text("colours", "{list: [red]}"), data_text("codes", "{table: {a: x}}")};
  const Result<Config> added =
      config("\n  data:\n  - {list: colours, add: [blue, red]}\n  - {table: codes, add: {b: w}}");
  ASSERT_TRUE(added.ok()) << added.error().message;
  const SetPtr set = load(texts, added.value());
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(seen(judge(*set, thing("{c: red}"))), Lines{}) << "it was there already";
  EXPECT_EQ(seen(judge(*set, thing("{c: blue}"))),
            Lines{"none|pass|/c|||allowed by the addition in c.yaml:5:26"});
  EXPECT_EQ(seen(judge(*set, thing("{c: green}"))).size(), 1U);
  EXPECT_EQ(seen(judge(*set, thing("{k: b, v: w-x}"))),
            Lines{"none|pass|/v|||allowed by the addition in c.yaml:6:25"});
  EXPECT_EQ(seen(judge(*set, thing("{k: a, v: x-x}"))), Lines{});
  EXPECT_EQ(seen(judge(*set, thing("{k: b, v: other}"))), Lines{"deny|fail|/v|w-x|other"});
}

TEST(ConfigTest, AdditionsCannotReplaceNorReachEverything) {
  const auto error = [](const std::string& data) {
    const Result<Config> read = config("{data: [" + data + "]}");
    return read.ok() ? load_error({rule_text("check: field, with: {path: object.v, present: true}"),
                                   data_text("codes", "{table: {a: x}}"),
                                   data_text("env", "{dimension: {codes: [prod]}}")},
                                  read.value())
                     : read.error().message;
  };
  EXPECT_EQ(error("{table: codes, add: {a: other}}"),
            "c.yaml:3:35: table \"codes\" has an entry \"a\" already: additions cannot replace");
  EXPECT_EQ(error("{table: nowhere, add: {a: b}}"), "c.yaml:3:37: there is no Data \"nowhere\"");
  EXPECT_EQ(error("{list: env, add: [poc]}"),
            "c.yaml:3:32: Data \"env\" takes no additions (only lists and tables do)");
  EXPECT_EQ(error("{table: codes, add: [a]}"), "c.yaml:3:35: table: expected a map of texts");
  EXPECT_EQ(error("{table: codes, add: {b: 5}}"), "c.yaml:3:39: table: expected a text in quotes");
}

TEST(ConfigTest, NewerRulesAreListed) {
  const Result<Config> level = config("{catalog: 1}");
  const SetPtr set = load({policy_text(
      "  rules:\n  - {name: a, since: 1, message: m, fix: f, check: field, with: {path: object.v, present: true}}\n"
      "  - {name: b, since: 2, message: m, fix: f, check: field, with: {path: object.v, present: true}}\n")},
      level.value());
  EXPECT_EQ(set->newer_rules(), Lines{"p/b"});
}

TEST(ConfigTest, HelpNamesEveryField) {
  const std::string help = config_help();
  for (const char* field : {"profile", "catalog", "policies", "data", "stages", "paths.exclude", "blueprints"}) {
    EXPECT_NE(help.find(field), std::string::npos) << field;
  }
}

}  // namespace
}  // namespace portreeve::policies
