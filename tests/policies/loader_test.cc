// What a policy file is refused for: each row with the whole message, file, line and column.

#include "policies/check.h"
#include "policies/examples.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

constexpr const char* kApi = "apiVersion: portreeve.openova.io/v1alpha1\n";
constexpr const char* kGood = "check: field, with: {path: object.v, present: true}";

struct Row {
  std::string text;
  const char* want;
};

void expect_errors(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(load_error({row.text}), row.want) << row.text;
}

TEST(LoaderTest, Documents) {
  expect_errors({
      {"text", "p.yaml:1:1: expected a document with apiVersion and kind"},
      {"[]", "p.yaml:1:1: expected a document with apiVersion and kind"},
      {"kind: Policy", "p.yaml:1:1: apiVersion: expected portreeve.openova.io/v1alpha1, found nothing"},
      {"{apiVersion: v1, kind: Policy}",
       "p.yaml:1:1: apiVersion: expected portreeve.openova.io/v1alpha1, found v1"},
      {"apiVersion: portreeve.openova.io/v2", 
       "p.yaml:1:1: apiVersion: expected portreeve.openova.io/v1alpha1, found portreeve.openova.io/v2"},
      {kApi, "p.yaml:1:1: kind \"\": expected Policy, Data, ArtifactRule, Authority, Registry or Waiver (a Config is given with --config)"},
      {std::string(kApi) + "kind: Polcy",
       "p.yaml:2:7: kind \"Polcy\": expected Policy, Data, ArtifactRule, Authority, Registry or Waiver (a Config is given with --config)"},
      {std::string(kApi) + "kind: Config\nspec: {}",
       "p.yaml:2:7: kind \"Config\": expected Policy, Data, ArtifactRule, Authority, Registry or Waiver (a Config is given with --config)"},
      {std::string(kApi) + "kind: ArtifactRule", "p.yaml:1:1: ArtifactRule: key \"metadata\" is missing"},
      {std::string(kApi) + "kind: Authority", "p.yaml:1:1: Authority: key \"metadata\" is missing"},
      {std::string(kApi) + "kind: Registry", "p.yaml:1:1: Registry: key \"metadata\" is missing"},
      {std::string(kApi) + "kind: Policy", "p.yaml:1:1: Policy: key \"metadata\" is missing"},
      {std::string(kApi) + "kind: Policy\nmetadata: {name: p}", "p.yaml:1:1: Policy: key \"spec\" is missing"},
      {std::string(kApi) + "kind: Policy\nmetadata: p\nspec: {}",
       "p.yaml:3:11: Policy: metadata: expected object, found string"},
      {std::string(kApi) + "kind: Policy\nmetadata: {name: p}\nspec: {}\nstatus: {}",
       "p.yaml:5:1: Policy: unknown key \"status\"; known are apiVersion, kind, metadata, spec"},
      {std::string(kApi) + "kind: Policy\nmetadata: {name: Bad_Name}\nspec: {}",
       "p.yaml:3:18: metadata: name: expected a-z, 0-9 and '-', at most 63"},
      {std::string(kApi) + "kind: Policy\nmetadata: {}\nspec: {}",
       "p.yaml:3:11: metadata: key \"name\" is missing"},
      {std::string(kApi) + "kind: Policy\nmetadata: {name: p, namespace: x}\nspec: {}",
       "p.yaml:3:21: metadata: unknown key \"namespace\"; known are name, labels, annotations"},
  });
}

TEST(LoaderTest, Spec) {
  const auto spec = [](const std::string& text) {
    return std::string(kApi) + "kind: Policy\nmetadata: {name: p}\nspec: " + text + "\n";
  };
  const std::string kMatch = "match: {objects: [{group: g, kinds: [K]}]}";
  const std::string kRules = "rules: [{name: r, message: m, fix: f, " + std::string(kGood) + "}]";
  expect_errors({
      {spec("{}"), "p.yaml:4:7: spec: key \"description\" is missing"},
      {spec("{description: ''}"), "p.yaml:4:21: spec: description: must not be empty"},
      {spec("{description: d}"), "p.yaml:4:7: spec: key \"match\" is missing"},
      {spec("{description: d, " + kMatch + "}"), "p.yaml:4:7: spec: key \"rules\" is missing"},
      {spec("{description: d, " + kMatch + ", rules: []}"), "p.yaml:4:75: spec: rules: there is none"},
      {spec("{description: d, " + kMatch + ", rules: {}}"),
       "p.yaml:4:75: spec: rules: expected array, found object"},
      {spec("{description: d, " + kMatch + ", " + kRules + ", rule: []}"),
       "p.yaml:4:161: spec: unknown key \"rule\"; did you mean \"rules\"?"},
      {spec("{description: d, profiles: identity}"), "p.yaml:4:34: spec.profiles: expected a list of texts"},
      {spec("{description: d, profiles: [identiti]}"),
       "p.yaml:4:34: spec: profiles: \"identiti\"; did you mean \"identity\"?"},
      {spec("{description: d, " + kMatch + ", undecided: allow, " + kRules + "}"),
       "p.yaml:4:79: spec: undecided: expected deny or unsafe-allow"},
      {spec("{description: d, " + kMatch + ", enforcement: deny}"),
       "p.yaml:4:81: enforcement: expected a map, found string"},
      {spec("{description: d, " + kMatch + ", enforcement: {admission: allow}}"),
       "p.yaml:4:93: expected one of deny, warn, report; found \"allow\""},
      {spec("{description: d, " + kMatch + ", enforcement: {webhook: deny}}"),
       "p.yaml:4:82: enforcement: unknown key \"webhook\"; known are admission, guard, audit"},
  });
}

TEST(LoaderTest, Match) {
  const auto match = [](const std::string& text) {
    return std::string(kApi) + "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n  match: " + text +
           "\n  rules: [{name: r, message: m, fix: f, " + kGood + "}]\n";
  };
  expect_errors({
      {match("[]"), "p.yaml:6:10: spec: match: expected object, found array"},
      {match("{}"), "p.yaml:6:10: match: key \"objects\" is missing"},
      {match("{objects: []}"), "p.yaml:6:20: match: objects: names nothing"},
      {match("{objects: [{kinds: [K]}]}"), "p.yaml:6:21: match.objects: key \"group\" is missing"},
      {match("{objects: [{group: g}]}"), "p.yaml:6:21: match.objects: kinds: names no kind"},
      {match("{objects: [{group: g, kinds: K}]}"), "p.yaml:6:39: match.objects.kinds: expected a list of texts"},
      {match("{objects: [{group: g, kind: K}]}"),
       "p.yaml:6:32: match.objects: unknown key \"kind\"; did you mean \"kinds\"?"},
      {match("{objects: [{group: g, kinds: [K], version: v1}]}"),
       "p.yaml:6:44: match.objects: unknown key \"version\"; did you mean \"versions\"?"},
      {match("{objects: [{group: g, kinds: [K]}], paths: []}"), "p.yaml:6:53: match: paths: names nothing"},
      {match("{objects: [{group: g, kinds: [K]}], artifacts: []}"),
       "p.yaml:6:57: match: artifacts: names nothing"},
      {match("{objects: [{group: g, kinds: [K]}], operations: [DELETE]}"),
       "p.yaml:6:59: expected one of CREATE, UPDATE; found \"DELETE\""},
      {match("{objects: [{group: g, kinds: [K]}], operations: []}"),
       "p.yaml:6:58: operations: expected CREATE, UPDATE or a list of them"},
      {match("{objects: [{group: g, kinds: [K]}], labels: {a: 1}}"), "p.yaml:6:58: match: labels: expected texts"},
      {match("{objects: [{group: g, kinds: [K]}], namespace: [a]}"),
       "p.yaml:6:46: match: unknown key \"namespace\"; did you mean \"namespaces\"?"},
  });
  EXPECT_EQ(load_error({match("{objects: [{group: g, kinds: [K]}], namespaces: ['']}")}).substr(0, 13),
            "p.yaml:6:58: ");
}

TEST(LoaderTest, Rules) {
  const auto rule = [](const std::string& text) { return policy_text("  rules: [{" + text + "}]\n"); };
  const std::string kTexts = "name: r, message: m, fix: f, ";
  const std::string kUnknown =
      "p.yaml:7:48: rule: unknown check \"feild\"; did you mean \"field\"? \"portreeve policy schema\" "
      "lists all " +
      std::to_string(check_types().size());
  expect_errors({
      {rule("message: m, fix: f, " + std::string(kGood)), "p.yaml:7:11: rule: key \"name\" is missing"},
      {rule("name: R, message: m, fix: f, " + std::string(kGood)),
       "p.yaml:7:18: rule: name: expected a-z, 0-9 and '-', at most 63"},
      {rule("name: r, fix: f, " + std::string(kGood)), "p.yaml:7:11: rule: key \"message\" is missing"},
      {rule("name: r, message: m, " + std::string(kGood)),
       "p.yaml:7:11: rule: rule r can deny, so it needs fix"},
      {rule("name: r, message: m, enforcement: {admission: warn, guard: warn}, " + std::string(kGood)),
       "p.yaml:7:11: rule: rule r can deny, so it needs fix"},
      {rule(kTexts + "severity: urgent, " + kGood),
       "p.yaml:7:51: expected one of critical, high, medium, low, info; found \"urgent\""},
      {rule(kTexts + "since: first, " + kGood), "p.yaml:7:48: rule: since: expected number, found string"},
      {rule(kTexts + "serverity: high, " + kGood),
       "p.yaml:7:41: rule: unknown key \"serverity\"; did you mean \"severity\"?"},
      {rule(kTexts + "with: {}"), "p.yaml:7:11: rule: expected exactly one of check, all, any, none"},
      {rule(kTexts + "all: [{" + std::string(kGood) + "}], " + kGood),
       "p.yaml:7:11: rule: expected exactly one of check, all, any, none"},
      {rule(kTexts + "check: field"), "p.yaml:7:11: rule: key \"with\" is missing"},
      {rule(kTexts + "check: feild, with: {}"),
       kUnknown.c_str()},
      {rule(kTexts + "check: field, with: {}"),
       "p.yaml:7:61: with of check field: expected either path or value"},
      {rule(kTexts + "check: field, with: {path: object.v}"),
       "p.yaml:7:61: with of check field: says nothing about the value"},
      {rule(kTexts + "check: field, with: {path: object.v, matchs: x}"),
       "p.yaml:7:78: with of check field: unknown key \"matchs\"; did you mean \"matches\"?"},
      {rule(kTexts + "check: field, with: {path: object.v, type: text}"),
       "p.yaml:7:84: with of check field: type: \"text\" is none of string, number, integer, boolean, list, map, null"},
      {rule(kTexts + "check: field, with: {path: object.v, type: []}"),
       "p.yaml:7:84: with of check field: type: names no type"},
      {rule(kTexts + "check: field, with: {path: object.v, length: 5}"),
       "p.yaml:7:86: bounds: expected a map, found number"},
      {rule(kTexts + "check: field, with: {path: object.v, length: {}}"),
       "p.yaml:7:86: with of check field: expected min or max"},
      {rule(kTexts + "check: field, with: {path: object.v, range: {min: low}}"),
       "p.yaml:7:91: with of check field: expected a number or a path"},
      {rule(kTexts + "check: field, with: {path: object.v, range: {least: 1}}"),
       "p.yaml:7:86: bounds: unknown key \"least\"; known are min, max"},
      {rule(kTexts + "check: field, with: {path: object.v, unique: 5}"),
       "p.yaml:7:86: with of check field: unique: expected true, or the name of the member that must differ"},
      {rule(kTexts + "check: field, with: {path: object.v, url: false}"),
       "p.yaml:7:83: with of check field: url: only true can be asked for"},
      {rule(kTexts + "check: field, with: {path: object.v, matches: 5}"),
       "p.yaml:7:87: with of check field: expected a pattern"},
      {rule(kTexts + "check: field, with: {path: spec.v, present: true}"),
       "p.yaml:7:68: with of check field: path \"spec.v\", character 1: expected object, old, request or $name"},
      {rule(kTexts + "all: []"), "p.yaml:7:46: expected a list of checks"},
      {rule(kTexts + "any: {}"), "p.yaml:7:46: expected a list of checks"},
      {rule(kTexts + "none: [text]"), "p.yaml:7:48: check: expected a map, found string"},
      {rule(kTexts + "all: [{" + std::string(kGood) + ", when: {present: object.a}}]"),
       "p.yaml:7:101: check: unknown key \"when\"; known are all, any, none, check, with"},
      {rule(kTexts + "each: object.l, " + kGood), "p.yaml:7:47: each: expected a map, found string"},
      {rule(kTexts + "each: {in: object.l}, " + kGood), "p.yaml:7:47: each: key \"as\" is missing"},
      {rule(kTexts + "each: {as: r}, " + kGood), "p.yaml:7:47: each: key \"in\" is missing"},
      {rule(kTexts + "each: {in: l, as: r}, " + kGood),
       "p.yaml:7:52: each: path \"l\", character 1: expected object, old, request or $name"},
      {rule(kTexts + "each: {in: $q.l, as: r}, " + kGood), "p.yaml:7:52: each: \"$q\" is not bound before it is used"},
      {rule(kTexts + "each: [{in: object.l, as: r}, {in: $r.m, as: r}], " + kGood),
       "p.yaml:7:86: each: \"r\" is bound twice"},
      {rule(kTexts + "each: {in: object.l, as: r}, when: {present: $q.v}, " + kGood),
       "p.yaml:7:86: \"$q\" is bound by no each of the rule"},
      {rule(kTexts + "check: field, with: {path: object.v, equals: {join: [$r, x]}}"),
       "p.yaml:7:94: \"$r\" is bound by no each of the rule"},
  });
  EXPECT_EQ(load_error({rule(kTexts + "check: field, with: {path: object.v, equals: {literal: $r}}")}), "");
  EXPECT_EQ(load_error({rule(kTexts + "check: field, with: {path: object.v, matches: '$^'}")}), "");
  EXPECT_EQ(load_error({rule("name: r, message: m, enforcement: {admission: warn, guard: report, audit: warn}, " +
                             std::string(kGood))}), "")
      << "what cannot deny needs no fix";
  const std::string bad = load_error({rule(kTexts + "check: field, with: {path: object.v, matches: '('}")});
  EXPECT_EQ(bad.substr(0, 34), "p.yaml:7:87: with of check field: ") << bad;
}

TEST(LoaderTest, Examples) {
  const auto example = [](const std::string& text) {
    return rule_text(kGood) + "  examples: [" + text + "]\n";
  };
  expect_errors({
      {rule_text(kGood) + "  examples: {}\n", "p.yaml:8:13: spec: examples: expected array, found object"},
      {example("{expect: allow, object: {}}"), "p.yaml:8:14: example: key \"name\" is missing"},
      {example("{name: e, object: {}}"), "p.yaml:8:14: example: key \"expect\" is missing"},
      {example("{name: e, expect: pass, object: {}}"),
       "p.yaml:8:32: expected one of allow, deny, warn, note, undecided; found \"pass\""},
      {example("{name: e, expect: allow}"), "p.yaml:8:14: example: example: expected object or chart"},
      {example("{name: e, expect: allow, object: []}"), "p.yaml:8:47: example: object: expected object, found array"},
      {example("{name: e, expect: deny, rule: q, object: {}}"),
       "p.yaml:8:44: example: the policy has no rule \"q\""},
      {example("{name: e, expect: allow, object: {}, operation: DELETE}"),
       "p.yaml:8:62: expected one of CREATE, UPDATE; found \"DELETE\""},
      {example("{name: e, expect: allow, object: {}, olds: {}}"),
       "p.yaml:8:51: example: unknown key \"olds\"; did you mean \"old\"?"},
  });
  EXPECT_EQ(load_error({example("{name: e, expect: allow, object: {}, now: yesterday}")}).substr(0, 23),
            "p.yaml:8:56: example: \"");
}

TEST(LoaderTest, References) {
  const std::string policy = rule_text(kGood);
  EXPECT_EQ(load_error({policy, policy}), "d1.yaml:3:18: policy \"p\" is defined twice");
  EXPECT_EQ(load_error({policy_text("  rules:\n  - {name: r, message: m, fix: f, " + std::string(kGood) +
                                    "}\n  - {name: r, message: m, fix: f, " + kGood + "}\n")}),
            "p.yaml:9:12: spec: rule \"r\" stands there twice");
  for (const std::string name : {"waiver", "gate"}) {
    std::string reserved = policy;
    reserved.replace(reserved.find("{name: p}"), 9, "{name: " + name + "}");
    EXPECT_EQ(load_error({reserved}), "p.yaml:3:18: policy name \"" + name + "\" is reserved");
  }
}

// The reader's own refusals reach the author with the file's name.
TEST(LoaderTest, Yaml) {
  const auto first_line = [](const std::string& text) { return load_error({text}).substr(0, 8); };
  EXPECT_EQ(load_error({std::string(kApi) + "kind: Policy\nkind: Data\n"}),
            "p.yaml: line 3 column 1: key \"kind\" repeated");
  EXPECT_EQ(first_line("a:\n\tb: 1\n"), "p.yaml: ");
  EXPECT_EQ(first_line("a: [\n"), "p.yaml: ");
  EXPECT_EQ(first_line("\xEF\xBB\xBF" "a: 1\n"), "p.yaml: ");
  EXPECT_EQ(first_line("a: \xFF\n"), "p.yaml: ");
  EXPECT_EQ(first_line("a: {<<: {b: 1}}\n"), "p.yaml: ");
  EXPECT_EQ(first_line("a: !secret x\n"), "p.yaml: ");
  EXPECT_EQ(first_line("a: &x [*x]\n"), "p.yaml: ");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_EQ(first_line(bomb), "p.yaml: ");
  EXPECT_EQ(first_line(std::string(2000, '[')), "p.yaml: ");
}

TEST(LoaderTest, Sizes) {
  const std::string large = std::string(kApi) + "#" + std::string(1024 * 1024, 'x') + "\n";
  EXPECT_EQ(load_error({large}), "p.yaml: policy files are larger than the limit");
  const std::string filler = "#" + std::string(1024 * 1024 - 2, 'x') + "\n";
  const std::vector<std::string> many(17, filler);
  EXPECT_EQ(load_error(many), "d16.yaml: policy files are larger than the limit");
  EXPECT_EQ(load_error({""}), "") << "an empty file holds nothing wrong";
}

TEST(LoaderTest, JsonFilesAreReadAsJson) {
  PolicySources sources;
  sources.files.push_back({"p.json", "{\"apiVersion\": \"portreeve.openova.io/v1alpha1\", kind: Data}"});
  const auto set = PolicySet::load(std::move(sources));
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().message.substr(0, 8), "p.json: ");
}

TEST(LoaderTest, DigestNamesTheSet) {
  const std::string policy = rule_text(kGood);
  EXPECT_EQ(load({policy})->digest().text(), load({policy})->digest().text());
  EXPECT_NE(load({policy})->digest().text(), load({policy + "\n"})->digest().text());
}

}  // namespace
}  // namespace portreeve::policies
