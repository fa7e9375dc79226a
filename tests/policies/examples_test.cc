#include "policies/examples.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

constexpr const char* kRules =
    "  rules:\n"
    "  - {name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}\n"
    "  - {name: soft, message: m, enforcement: {admission: warn, guard: warn, audit: warn}, "
    "when: {present: object.w}, check: field, with: {path: object.w, equals: z}}\n"
    "  - {name: code, message: m, enforcement: {admission: warn, guard: warn, audit: warn}, "
    "when: {present: object.k}, check: field, "
    "with: {path: object.k, equals: {lookup: [codes, object.k], miss: note}}}\n"
    "  - {name: who, message: m, enforcement: {admission: deny, guard: warn, audit: warn}, fix: f, "
    "when: {present: object.ask}, check: field, with: {path: request.userInfo, present: true}}\n"
    "  - {name: moved, message: m, enforcement: {admission: warn, guard: warn, audit: warn}, "
    "check: transition, with: {immutable: object.id}}\n";

// Messages of the results of a policy with one example more than the two that hold.
Lines failures(const std::string& example) {
  const SetPtr set = load({policy_text(std::string(kRules) +
                                       "  examples:\n"
                                       "  - {name: fine, expect: allow, object: {v: z}}\n"
                                       "  - {name: wrong, expect: deny, rule: r, object: {v: x}}\n"
                                       "  - " + example + "\n"),
                           data_text("codes", "{table: {a: a}}")});
  if (set == nullptr) return {"does not load"};
  const auto results = run_examples(*set);
  if (!results.ok()) return {results.error().message};
  Lines out;
  for (const ExampleResult& result : results.value()) {
    // The rule `who` can deny and is never seen to: that is the last test's matter.
    if (!result.holds() && result.name != "who") out.push_back(result.text());
  }
  return out;
}

TEST(ExamplesTest, ThatHold) {
  for (const char* example : {
           "{name: e, expect: allow, object: {v: z}}",
           "{name: e, expect: deny, object: {v: x}}",
           "{name: e, expect: deny, rule: r, path: /v, found: x, object: {v: x}}",
           "{name: e, expect: warn, object: {v: z, w: x}}",
           "{name: e, expect: warn, rule: soft, path: /w, found: x, object: {v: z, w: x}}",
           "{name: e, expect: note, rule: code, object: {v: z, k: b}}",
           "{name: e, expect: undecided, rule: who, object: {v: z, ask: true}}",
           "{name: e, expect: warn, rule: moved, object: {v: z, id: b}, old: {v: z, id: a}}",
           "{name: e, expect: allow, object: {v: z, id: b}, old: {v: z, id: a}, operation: CREATE}",
           "{name: e, expect: allow, object: {apiVersion: v1, kind: Pod, v: x}}",
           "{name: e, expect: allow, object: {v: z, w: x}}"}) {
    EXPECT_EQ(failures(example), Lines{}) << example;
  }
}

TEST(ExamplesTest, ThatDoNotHoldSayWhatWasExpectedAndWhatCame) {
  const std::string kCame = "deny (p/r fail, deny, at \"/v\", found \"x\")";
  const struct {
    const char* example;
    std::string want;
  } kRows[] = {
      {"{name: e, expect: allow, object: {v: x}}", "expected allow; found " + kCame},
      {"{name: e, expect: deny, object: {v: z}}", "expected deny; found allow"},
      {"{name: e, expect: deny, rule: soft, object: {v: x}}", "expected deny by rule soft; found " + kCame},
      {"{name: e, expect: deny, rule: r, path: /w, object: {v: x}}",
       "expected deny by rule r at /w; found " + kCame},
      {"{name: e, expect: deny, rule: r, found: z, object: {v: x}}",
       "expected deny by rule r with found \"z\"; found " + kCame},
      {"{name: e, expect: warn, object: {v: z}}", "expected warn; found allow"},
      {"{name: e, expect: warn, rule: soft, object: {v: x, w: x}}",
       "expected warn by rule soft; found deny (p/r fail, deny, at \"/v\", found \"x\"; p/soft fail, "
       "warn, at \"/w\", found \"x\")"},
      {"{name: e, expect: note, object: {v: z, k: a}}", "expected note; found allow"},
      {"{name: e, expect: undecided, object: {v: z}}", "expected undecided; found allow"},
      {"{name: e, expect: allow, object: {v: z, ask: true}}",
       "expected allow; found undecided (p/who undecided, deny, at \"\", found \"\")"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(failures(row.example), Lines{"p.yaml:16:5: example \"e\": " + row.want}) << row.example;
  }
}

TEST(ExamplesTest, WhatIsLeftOutIsFilledIn) {
  const SetPtr set = load({std::string(kHead) +
                           "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                           "  match: {objects: [{group: example.org, kinds: [Thing], versions: [v2]}]}\n"
                           "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}]\n"
                           "  examples:\n"
                           "  - {name: a, expect: allow, object: {v: z}}\n"
                           "  - {name: b, expect: deny, namespace: team, object: {metadata: {name: x, labels: {l: k}}}, "
                           "old: {v: 1}}\n"});
  const auto cases = build_cases(set->policies()[0]);
  ASSERT_TRUE(cases.ok()) << cases.error().message;
  const auto text = [](const Value& value) {
    std::string out;
    json::append_canonical(out, value);
    return out;
  };
  const Subject& a = cases.value()[0].subject;
  EXPECT_EQ(text(a.object), "{\"apiVersion\":\"example.org/v2\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"example\"},\"v\":\"z\"}");
  EXPECT_EQ(a.id(), "example.org/Thing//example");
  EXPECT_EQ(a.version, "v2");
  EXPECT_EQ(a.operation, Operation::create);
  EXPECT_FALSE(a.old.present());
  const Subject& b = cases.value()[1].subject;
  EXPECT_EQ(b.id(), "example.org/Thing/team/x");
  EXPECT_EQ(b.operation, Operation::update);
  EXPECT_EQ(text(b.object["metadata"]), "{\"labels\":{\"l\":\"k\"},\"name\":\"x\",\"namespace\":\"team\"}");
  EXPECT_EQ(text(b.old), "{\"apiVersion\":\"example.org/v2\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"x\",\"namespace\":\"team\"},\"v\":1}");
}

TEST(ExamplesTest, SeveralKindsMustBeNamed) {
  const auto error = [](const std::string& object) {
    const SetPtr set = load({std::string(kHead) +
                             "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                             "  match: {objects: [{group: g, kinds: [A, B]}]}\n"
                             "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}]\n"
                             "  examples: [{name: e, expect: allow, object: " + object + "}]\n"});
    const auto results = run_examples(*set);
    return results.ok() ? "" : results.error().message;
  };
  EXPECT_EQ(error("{apiVersion: g/v1, v: z}"),
            "p.yaml:8:47: example \"e\": kind is needed, because the policy matches several kinds");
  EXPECT_EQ(error("{kind: A, v: z}"),
            "p.yaml:8:47: example \"e\": apiVersion is needed, because the policy matches several kinds");
  EXPECT_EQ(error("{apiVersion: g/v1, kind: A, v: z}"), "");
}

TEST(ExamplesTest, ARuleThatCanDenyNeedsAnExampleThatItDenies) {
  const SetPtr set = load({rule_text("check: field, with: {path: object.v, equals: z}") +
                           "  examples: [{name: e, expect: allow, object: {v: z}}]\n"});
  const auto results = run_examples(*set);
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results.value().size(), 2U);
  EXPECT_EQ(results.value()[1].text(),
            "p.yaml:7:11: rule p/r can deny, but no example shows an object that it denies");
}

TEST(ExamplesTest, ARuleMayDenyAtOneDoorOnly) {
  const SetPtr set = load({policy_text(
      "  enforcement: {admission: warn, guard: deny, audit: report}\n"
      "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}]\n"
      "  examples:\n  - {name: a, expect: deny, rule: r, object: {v: x}}\n"
      "  - {name: b, expect: warn, rule: r, object: {v: x}}\n"
      "  - {name: c, expect: allow, object: {v: x}}\n")});
  EXPECT_EQ(example_doors(set->policies()[0]), (std::vector<Door>{Door::admission, Door::guard, Door::audit}));
  const auto results = run_examples(*set);
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results.value().size(), 3U);
  EXPECT_TRUE(results.value()[0].holds());
  EXPECT_TRUE(results.value()[1].holds());
  EXPECT_FALSE(results.value()[2].holds()) << "an allow holds at every door";
}

TEST(ExamplesTest, ProfilesAndStagesDoNotHideAPolicyFromItsExamples) {
  Config config;
  config.profile = "identity";
  std::string text = rule_text("check: field, with: {path: object.v, equals: z}") +
                     "  examples: [{name: e, expect: deny, rule: r, object: {v: x}}]\n";
  text.insert(text.find("  match:"), "  profiles: [openova]\n");
  const auto results = run_examples(*load({text}, config));
  ASSERT_EQ(results.value().size(), 1U);
  EXPECT_TRUE(results.value()[0].holds());
}

TEST(ExamplesTest, LoadCheckedRefusesAnOperatorsPolicyOnly) {
  const std::string bad = rule_text("check: field, with: {path: object.v, equals: z}") +
                          "  examples: [{name: e, expect: allow, object: {v: x}}]\n";
  const auto refused = load_checked(sources_of({bad}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "p.yaml:8:14: example \"e\": expected allow; found deny (p/r fail, deny, at \"/v\", found \"x\") "
            "(and 1 more)");
  EXPECT_EQ(refused.error().code, Errc::misconfigured);
  PolicySources shipped;
  shipped.catalog.push_back({"catalog/p.yaml", bad});
  EXPECT_TRUE(load_checked(std::move(shipped)).ok()) << "the build checked those";
}

}  // namespace
}  // namespace portreeve::policies
