// Design §7, first row: an old object must remain upgradable, and nothing new slips in.

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const SetPtr& rules() {
  static const SetPtr kSet = load({policy_text(
      "  rules:\n"
      "  - {name: name, message: m, fix: f, check: field, with: {path: object.metadata.name, matches: 'bp-.*'}}\n"
      "  - {name: label, message: m, fix: f, when: {present: object.metadata.labels.tier}, check: field, "
      "with: {path: object.metadata.labels.tier, one-of: [gold]}}\n"
      "  - {name: spec, message: m, fix: f, check: field, with: {path: 'object.spec.l[*]', matches: '[a-z]+'}}\n"
      "  - {name: moved, message: m, fix: f, check: transition, with: {immutable: object.spec.id}}\n")});
  return kSet;
}

struct Row {
  const char* name;
  const char* old;
  const char* now;
  Lines want;
};

const std::string kStored = "|the stored object has this already";

TEST(RatchetTest, Rows) {
  const char* const kBad = "{metadata: {name: bp-a}, spec: {l: [A, b]}}";
  const std::vector<Row> rows = {
      {"unchanged content: what it had warns", kBad,
       "{metadata: {name: bp-a, annotations: {k: v}}, spec: {l: [A, b]}}",
       {"warn|fail|/spec/l/0|text like [a-z]+|A" + kStored}},
      {"only the status moved", kBad, "{metadata: {name: bp-a}, spec: {l: [A, b]}, status: {phase: x}}",
       {"warn|fail|/spec/l/0|text like [a-z]+|A" + kStored}},
      {"a no-op", kBad, kBad, {"warn|fail|/spec/l/0|text like [a-z]+|A" + kStored}},
      {"members in another order are the same content", "{metadata: {name: bp-a}, spec: {l: [A], k: 1}}",
       "{spec: {k: 1.0, l: [A]}, metadata: {name: bp-a}}",
       {"warn|fail|/spec/l/0|text like [a-z]+|A" + kStored}},
      {"changed content: everything is judged anew", kBad,
       "{metadata: {name: bp-a}, spec: {l: [A, c]}}", {"deny|fail|/spec/l/0|text like [a-z]+|A"}},
      {"a violation that moved is new", kBad, "{metadata: {name: bp-a}, spec: {l: [b, A]}}",
       {"deny|fail|/spec/l/1|text like [a-z]+|A"}},
      {"another value is new", kBad, "{metadata: {name: bp-a}, spec: {l: [B, b]}}",
       {"deny|fail|/spec/l/0|text like [a-z]+|B"}},
      {"the name cannot be changed", "{metadata: {name: old}, spec: {l: [a]}}",
       "{metadata: {name: old}, spec: {l: [b]}}",
       {"warn|fail|/metadata/name|text like bp-.*|old" + kStored}},
      {"a name that was not there before is judged", "{metadata: {}, spec: {l: [a]}}",
       "{metadata: {name: old}, spec: {l: [a]}}", {"deny|fail|/metadata/name|text like bp-.*|old"}},
      {"a new label under unchanged content", "{metadata: {name: bp-a}, spec: {l: [a]}}",
       "{metadata: {name: bp-a, labels: {tier: silver}}, spec: {l: [a]}}",
       {"deny|fail|/metadata/labels/tier|one of gold|silver"}},
      {"a label that it had", "{metadata: {name: bp-a, labels: {tier: silver}}, spec: {l: [a]}}",
       "{metadata: {name: bp-a, labels: {tier: silver, x: k}}, spec: {l: [a]}}",
       {"warn|fail|/metadata/labels/tier|one of gold|silver" + kStored}},
      {"a label changed to another wrong one",
       "{metadata: {name: bp-a, labels: {tier: silver}}, spec: {l: [a]}}",
       "{metadata: {name: bp-a, labels: {tier: bronze}}, spec: {l: [a]}}",
       {"deny|fail|/metadata/labels/tier|one of gold|bronze"}},
      {"a label that it had, with changed content",
       "{metadata: {name: bp-a, labels: {tier: silver}}, spec: {l: [a]}}",
       "{metadata: {name: bp-a, labels: {tier: silver}}, spec: {l: [b]}}",
       {"deny|fail|/metadata/labels/tier|one of gold|silver"}},
      {"a transition is never what the stored object had",
       "{metadata: {name: bp-a}, spec: {l: [a], id: one}}",
       "{metadata: {name: bp-a}, spec: {l: [a], id: two}}", {"deny|fail|/spec/id|one|two"}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(seen(judge(*rules(), thing(row.now, row.old))), row.want) << row.name;
  }
}

TEST(RatchetTest, ScopeSaysThatNothingChanged) {
  const char* const kGood = "{metadata: {name: bp-a}, spec: {l: [a]}}";
  EXPECT_EQ(judge(*rules(), thing(kGood, kGood)).scope, "unchanged");
  EXPECT_EQ(judge(*rules(), thing(kGood)).scope, "");
  EXPECT_EQ(judge(*rules(), thing(kGood, "{metadata: {name: bp-a}, spec: {l: [b]}}")).scope, "");
}

TEST(RatchetTest, ACreateHasNoPast) {
  EXPECT_EQ(judge(*rules(), thing("{metadata: {name: old}, spec: {l: [a]}}")).decision, Decision::deny);
}

TEST(RatchetTest, WhatIsUndecidedStaysUndecided) {
  const SetPtr set = load({rule_text("check: field, with: {path: request.a, equals: x}")});
  EXPECT_EQ(judge(*set, thing("{v: 1}", "{v: 1}")).decision, Decision::undecided);
}

}  // namespace
}  // namespace portreeve::policies
