#include "policies/mutants.h"

#include "policies/catalog.h"
#include "policies/mutation.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

Lines survivors(const std::vector<std::string>& texts) {
  const SetPtr set = load(texts);
  if (set == nullptr) return {"does not load"};
  const auto report = run_mutants(*set);
  if (!report.ok()) return {report.error().message};
  Lines out;
  for (const Survivor& survivor : report.value().survivors) out.push_back(survivor.text());
  return out;
}

std::string policy(const std::string& rule, const std::string& examples) {
  return policy_text("  rules:\n  - {name: r, message: m, fix: f, " + rule + "}\n  examples:\n" + examples);
}

constexpr const char* kAllow = "  - {name: a, expect: allow, object: {v: ab}}\n";
constexpr const char* kDeny = "  - {name: d, expect: deny, object: {v: A}}\n";

TEST(MutantsTest, WellTestedPolicyHasNoSurvivor) {
  EXPECT_EQ(survivors({policy("check: field, with: {path: object.v, matches: '[a-z]+', length: {min: 2, max: 3}}",
                              std::string(kAllow) + kDeny +
                                  "  - {name: short, expect: deny, object: {v: a}}\n"
                                  "  - {name: long, expect: deny, object: {v: abcd}}\n")}),
            Lines{});
}

TEST(MutantsTest, EachKindOfChangeIsMissedWithoutItsExample) {
  const struct {
    const char* name;
    std::string policy;
    Lines want;
  } kRows[] = {
      {"a condition that nothing breaks",
       policy("check: field, with: {path: object.v, matches: '[a-z]+', length: {max: 9}}",
              std::string(kAllow) + kDeny),
       {"p.yaml:8:91: policy p, rule r: key \"length\" of with removed, and no example changes"}},
      {"one end of a range",
       policy("check: field, with: {path: object.v, length: {min: 2, max: 9}}",
              std::string(kAllow) + "  - {name: d, expect: deny, object: {v: a}}\n"),
       {"p.yaml:8:89: policy p, rule r: key \"max\" of with removed, and no example changes"}},
      {"a pattern that nothing breaks",
       policy("check: field, with: {path: object.v, type: string, matches: '[a-zA-Z]+'}",
              std::string(kAllow) + "  - {name: d, expect: deny, object: {v: 5}}\n"),
       {"p.yaml:8:72: policy p, rule r: key \"type\" of with removed, and no example changes",
        "p.yaml:8:86: policy p, rule r: key \"matches\" of with removed, and no example changes",
        "p.yaml:8:86: policy p, rule r: pattern \"matches\" of with replaced by .*, and no example changes"}},
      {"a when that always holds",
       policy("when: {present: object.v}, check: field, with: {path: object.v, matches: '[a-z]+'}",
              std::string(kAllow) + kDeny),
       {"p.yaml:8:35: policy p, rule r: when removed, and no example changes"}},
      {"a member of when",
       policy("when: {all: [{present: object.v}, {present: object.w}]}, check: field, "
              "with: {path: object.v, matches: '[a-z]+'}",
              "  - {name: a, expect: allow, object: {v: A}}\n"
              "  - {name: d, expect: deny, object: {v: A, w: 1}}\n"),
       {"p.yaml:8:48: policy p, rule r: member 1 of \"all\" of when removed, and no example changes"}},
      {"a member of any",
       policy("any: [{check: field, with: {path: object.v, matches: '[a-z]+'}}, "
              "{check: field, with: {path: object.v, equals: 5}}]",
              std::string(kAllow) + kDeny),
       {"p.yaml:8:100: policy p, rule r: member 2 of \"any\" removed, and no example changes"}},
      {"an entry of one-of",
       policy("check: field, with: {path: object.v, one-of: [ab, cd]}", std::string(kAllow) + kDeny),
       {"p.yaml:8:85: policy p, rule r: member 2 of \"one-of\" of with removed, and no example changes"}},
  };
  for (const auto& row : kRows) EXPECT_EQ(survivors({row.policy}), row.want) << row.name;
}

TEST(MutantsTest, MatchIsChangedToo) {
  const auto with_match = [](const std::string& match, const std::string& more) {
    return std::string(kHead) + "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n  match: " + match +
           "\n  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, matches: '[a-z]+'}}]\n"
           "  examples:\n" + kAllow + kDeny + more;
  };
  const std::string kMatch = "{objects: [{group: g, kinds: [K], versions: [v1]}], namespaces: [a]}";
  const std::string deny_in_a = "  - {name: d2, expect: deny, namespace: a, object: {v: A}}\n";
  std::string text = with_match(kMatch, deny_in_a);
  text.replace(text.find(kDeny), std::string(kDeny).size(), "");
  EXPECT_EQ(survivors({text}),
            (Lines{"p.yaml:6:44: policy p: key \"versions\" of match removed, and no example changes",
                   "p.yaml:6:55: policy p: member 1 of \"versions\" of match removed, and no example changes",
                   "p.yaml:6:62: policy p: key \"namespaces\" of match removed, and no example changes"}));
  EXPECT_EQ(survivors({text + "  - {name: other, expect: allow, namespace: b, object: {v: A}}\n"
                              "  - {name: v2, expect: allow, namespace: a, object: {apiVersion: g/v2, v: A}}\n"}),
            Lines{});
}

TEST(MutantsTest, DataEntriesAreTakenAway) {
  const std::string use = policy(
      "all: [{check: field, with: {path: object.v, one-of: {list: l}}}, {check: name, with: {path: object.k, "
      "pattern: '{env}'}}, {check: field, with: {path: object.t, equals: {lookup: [codes, object.v]}}}]",
      "  - {name: a, expect: allow, object: {v: ab, k: prod, t: x}}\n"
      "  - {name: d, expect: deny, object: {v: zz, k: prod, t: x}}\n"
      "  - {name: e, expect: deny, object: {v: ab, k: dev, t: x}}\n"
      "  - {name: f, expect: deny, object: {v: ab, k: prod, t: q}}\n");
  EXPECT_EQ(survivors({use, data_text("l", "{list: [ab, cd]}"), data_text("env", "{dimension: {codes: [prod, stg]}}"),
                       data_text("codes", "{table: {ab: x, cd: w}}"), data_text("unused", "{list: [one]}")}),
            (Lines{"d1.yaml:4:19: Data l: entry \"cd\" of list removed, and no example changes",
                   "d2.yaml:4:34: Data env: entry \"stg\" of codes removed, and no example changes",
                   "d3.yaml:4:23: Data codes: entry \"cd\" of table removed, and no example changes",
                   "d4.yaml:4:15: Data unused: entry \"one\" of list removed, and no example changes"}));
}

TEST(MutantsTest, EveryKindOfDataHasEntries) {
  const auto changes = [](const std::string& spec) {
    const DocumentPtr parsed = document("{spec: " + spec + "}");
    Lines out;
    for (const Mutation& mutation : mutations_of_data(parsed->root(), kSampledEntries)) out.push_back(mutation.what);
    return out;
  };
  EXPECT_EQ(changes("{terms: [{term: a, use: b, allowed: [c]}]}"),
            (Lines{"entry \"c\" of terms entry \"a\", allowed removed", "entry \"a\" of terms removed"}));
  EXPECT_EQ(changes("{hosts: [{host: a, use: b}]}"), Lines{"entry \"a\" of hosts removed"});
  EXPECT_EQ(changes("{dimension: {keyed-by: p, codes: {hz: [fsn], aws: unverifiable}}}"),
            (Lines{"entry \"hz\" of codes removed", "entry \"fsn\" of codes entry \"hz\" removed",
                   "entry \"aws\" of codes removed"}));
  EXPECT_EQ(changes("{dimension: {pattern: '[a-z]+', not: [a]}}"),
            (Lines{"entry \"a\" of not removed", "pattern replaced by .*"}));
  EXPECT_EQ(changes("{schema: {spec: {l: [{a: any}], '*': any}}}"),
            (Lines{"field \"spec\" of schema removed", "field \"l\" of schema removed",
                   "field \"a\" of schema removed", "field \"*\" of schema removed"}));
  std::string many = "{list: [e0";
  for (int i = 1; i < 200; ++i) many += ", e" + std::to_string(i);
  const Lines sampled = changes(many + "]}");
  ASSERT_EQ(sampled.size(), kSampledEntries);
  EXPECT_EQ(sampled.front(), "entry \"e0\" of list removed");
  EXPECT_EQ(sampled.back(), "entry \"e196\" of list removed");
}

TEST(MutantsTest, CopiesAreExact) {
  const DocumentPtr parsed = document("{a: [1, {b: x}], c: {d: null, e: true}, f: 1.50}");
  const auto text = [](const Result<DocumentPtr>& copy) {
    std::string out;
    json::append_canonical(out, copy.value()->root());
    return out;
  };
  EXPECT_EQ(text(mutated(parsed->root(), nullptr, {})), "{\"a\":[1,{\"b\":\"x\"}],\"c\":{\"d\":null,\"e\":true},\"f\":1.5}");
  const Mutation removed{parsed->root()["a"].at(0), false, ""};
  EXPECT_EQ(text(mutated(parsed->root(), &removed, {parsed->root()["c"]["d"]})),
            "{\"a\":[{\"b\":\"x\"}],\"c\":{\"e\":true},\"f\":1.5}");
  const Mutation any{parsed->root()["a"].at(1)["b"], true, ""};
  EXPECT_EQ(text(mutated(parsed->root(), &any, {})), "{\"a\":[1,{\"b\":\".*\"}],\"c\":{\"d\":null,\"e\":true},\"f\":1.5}");
}

// The shipped catalog: no part of it can be taken away unnoticed.
TEST(MutantsTest, Catalog) {
  PolicySources sources;
  sources.catalog = embedded_catalog();
  const auto set = PolicySet::load(std::move(sources));
  ASSERT_TRUE(set.ok()) << set.error().message;
  const auto results = run_examples(*set.value());
  ASSERT_TRUE(results.ok()) << results.error().message;
  for (const ExampleResult& result : results.value()) EXPECT_TRUE(result.holds()) << result.text();
  const auto report = run_mutants(*set.value());
  ASSERT_TRUE(report.ok()) << report.error().message;
  for (const Survivor& survivor : report.value().survivors) ADD_FAILURE() << survivor.text();
  EXPECT_GT(report.value().made, 1000U);
}

}  // namespace
}  // namespace portreeve::policies
