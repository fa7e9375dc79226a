// all, any, none; each; and what a rule's texts may quote.

#include "policies/evaluate.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

constexpr const char* kYes = "{check: field, with: {path: object.v, equals: x}}";
constexpr const char* kNo = "{check: field, with: {path: object.v, equals: w}}";
constexpr const char* kOther = "{check: field, with: {path: object.v, equals: z}}";
constexpr const char* kUnknown = "{check: field, with: {path: request.a, equals: w}}";

std::string joined(const char* join, std::initializer_list<const char*> members) {
  std::string out = std::string(join) + ": [";
  for (const char* member : members) out += std::string(out.back() == '[' ? "" : ", ") + member;
  return out + "]";
}

const Lines kViolated = {"deny|fail|/v|w|x"};
const Lines kUndecided = {"deny|undecided|||"};

TEST(RequirementTest, All) {
  EXPECT_EQ(judged(joined("all", {kYes, kYes}), "{v: x}"), Lines{});
  EXPECT_EQ(judged(joined("all", {kYes, kNo}), "{v: x}"), kViolated);
  EXPECT_EQ(judged(joined("all", {kNo, kOther}), "{v: x}"),
            (Lines{"deny|fail|/v|w|x", "deny|fail|/v|z|x"}));
  EXPECT_EQ(judged(joined("all", {kYes, kUnknown}), "{v: x}"), kUndecided);
  EXPECT_EQ(judged(joined("all", {kNo, kUnknown}), "{v: x}"), (Lines{kViolated[0], kUndecided[0]}));
}

TEST(RequirementTest, AnyFailsWithTheFindingsOfItsFirstMember) {
  EXPECT_EQ(judged(joined("any", {kNo, kYes}), "{v: x}"), Lines{});
  EXPECT_EQ(judged(joined("any", {kNo, kOther}), "{v: x}"), kViolated);
  EXPECT_EQ(judged(joined("any", {kUnknown, kYes}), "{v: x}"), Lines{});
  EXPECT_EQ(judged(joined("any", {kNo, kUnknown}), "{v: x}"), kUndecided)
      << "what could not be decided might have passed";
  EXPECT_EQ(judged(joined("any", {kUnknown, kNo}), "{v: x}"), kUndecided);
}

TEST(RequirementTest, NoneFailsWhenAMemberPasses) {
  EXPECT_EQ(judged(joined("none", {kNo, kOther}), "{v: x}"), Lines{});
  EXPECT_EQ(judged(joined("none", {kNo, kYes}), "{v: x}"),
            Lines{"deny|fail||none of the conditions to hold|one that holds (field)"});
  EXPECT_EQ(judged(joined("none", {kNo, kUnknown}), "{v: x}"), kUndecided);
  EXPECT_EQ(judged(joined("none", {kYes, kUnknown}), "{v: x}"),
            (Lines{"deny|fail||none of the conditions to hold|one that holds (field)",
                   kUndecided[0]}));
}

TEST(RequirementTest, Nests) {
  const std::string any = "{" + joined("any", {kNo, kYes}) + "}";
  const std::string none = "{" + joined("none", {kNo}) + "}";
  EXPECT_EQ(judged(joined("all", {any.c_str(), none.c_str()}), "{v: x}"), Lines{});
  EXPECT_EQ(judged(joined("none", {any.c_str()}), "{v: x}"),
            Lines{"deny|fail||none of the conditions to hold|one that holds ()"});
}

TEST(RequirementTest, AnyKeepsTheNoteOfTheMemberThatPasses) {
  EXPECT_EQ(judged("any: [{check: field, with: {path: object.v, equals: w}}, {check: field, with: "
                   "{path: object.v, equals: {lookup: [codes, object.v], miss: note}}}]",
                   "{v: x}", {data_text("codes", "{table: {a: b}}")}),
            Lines{"none|pass|/v|||not verifiable: \"x\" is not in table codes"});
}

// each --------------------------------------------------------------------------------------------

TEST(EachTest, ListsAndMaps) {
  const char* const kRule =
      "each: {in: object.l, as: r}, check: field, with: {path: $r.v, equals: 1}";
  EXPECT_EQ(judged(kRule, "{l: [{v: 1}, {v: 2}, {}]}"),
            (Lines{"deny|fail|/l/1/v|1|2", "deny|fail|/l/2/v|1|nothing"}));
  EXPECT_EQ(judged(kRule, "{l: {a: {v: 1}, b: {v: 3}}}"), Lines{"deny|fail|/l/b/v|1|3"});
  for (const char* object : {"{l: []}", "{l: {}}", "{}", "{l: null}"}) {
    EXPECT_EQ(judged(kRule, object), Lines{}) << object;
  }
  // Nobody gets out of a rule by leaving the brackets out.
  EXPECT_EQ(judged(kRule, "{l: text}"), (Lines{"deny|fail|/l/v|1|nothing"}));
}

TEST(EachTest, KeyIsTheMembersNameOrTheIndex) {
  const auto keys = [](const char* in, const char* object) {
    return judged("each: {in: " + std::string(in) +
                      ", as: r}, check: field, with: {path: $r, equals: $r.key}", object);
  };
  EXPECT_EQ(keys("object.m", "{m: {a: a, b: x}}"), Lines{"deny|fail|/m/b|b|x"});
  EXPECT_EQ(keys("object.m", "{m: ['0', x]}"), Lines{"deny|fail|/m/1|1|x"});
  EXPECT_EQ(keys("'object.m[*]'", "{m: ['0', x]}"), Lines{"deny|fail|/m/1|1|x"});
  EXPECT_EQ(keys("'object.m[*]'", "{m: {a: a, b: x}}"), Lines{"deny|fail|/m/b|b|x"});
  EXPECT_EQ(judged("each: {in: object.m, as: r}, check: field, with: {value: $r.key, matches: '[a-z]'}",
                   "{m: {a: 1, bb: 2}}"),
            Lines{"deny|fail|/m/bb|text like [a-z]|bb"});
}

TEST(EachTest, Nests) {
  const char* const kRule =
      "each: [{in: object.l, as: r}, {in: $r.m, as: s}], check: field, "
      "with: {path: $s, equals: {join: [$r.name, '-', $s.key]}}";
  EXPECT_EQ(judged(kRule, "{l: [{name: a, m: {x: a-x, w: a-z}}, {name: b, m: {x: a-x}}]}"),
            (Lines{"deny|fail|/l/0/m/w|a-w|a-z", "deny|fail|/l/1/m/x|b-x|a-x"}));
}

TEST(EachTest, WhenIsAskedForEachElement) {
  EXPECT_EQ(judged("each: {in: object.l, as: r}, when: {present: $r.live}, check: field, "
                   "with: {path: $r.v, equals: 1}",
                   "{l: [{v: 2}, {live: true, v: 2}]}"),
            Lines{"deny|fail|/l/1/v|1|2"});
}

TEST(EachTest, NoneStandsAtTheElement) {
  EXPECT_EQ(judged("each: {in: object.l, as: r}, none: [{check: field, with: {path: $r, equals: x}}]",
                   "{l: [w, x]}"),
            Lines{"deny|fail|/l/1|none of the conditions to hold|one that holds (field)"});
}

// Texts -------------------------------------------------------------------------------------------

Finding finding_of(const std::string& message, const std::string& fix, const std::string& object) {
  const SetPtr set = load({policy_text(
      "  rules:\n  - {name: r, check: field, with: {path: object.v, equals: x}, message: '" + message +
      "', fix: '" + fix + "'}\n")});
  const Verdict verdict = judge(*set, thing(object));
  return verdict.findings.empty() ? Finding{} : verdict.findings[0];
}

TEST(TextTest, QuotesFindingAndObject) {
  const Finding finding = finding_of("{{found}} is not {{expected}} at {{path}} of {{metadata.name}}",
                                     "write {{expected}}", "{v: w, metadata: {name: it}}");
  EXPECT_EQ(finding.message, "w is not x at /v of it");
  EXPECT_EQ(finding.fix, "write x");
  EXPECT_EQ(finding.rule, "p/r");
  EXPECT_EQ(finding.subject, "example.org/Thing/ns/n");
}

TEST(TextTest, WhatIsQuotedIsNeitherExpandedNorRaw) {
  EXPECT_EQ(finding_of("{{found}}", "f", "{v: '{{expected}}'}").message, "{{expected}}");
  EXPECT_EQ(finding_of("{{found}}", "f", "{v: \"a\\nb\\u001b[0m\\u202e\"}").message.find('\n'),
            std::string::npos);
  EXPECT_EQ(finding_of("{{gone.away}}", "f", "{v: w}").message, "nothing");
  EXPECT_EQ(finding_of("{{list[*]}} {{no path}} {{open", "f", "{v: w}").message,
            "{{list[*]}} {{no path}} {{open");
}

TEST(TextTest, AnUndecidedFindingSaysWhy) {
  const SetPtr set = load({rule_text("check: field, with: {path: request.a, equals: x}")});
  const Verdict verdict = judge(*set, thing("{}"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].message, "undecided: request.a: there is no admission request here");
  EXPECT_EQ(verdict.decision, Decision::undecided);
}

// A check that breaks is no verdict on the object, and no allow.
TEST(TextTest, AnythingThrownIsUndecided) {
  const SetPtr set = load({rule_text("check: field, with: {path: object.v, equals: x}")});
  Rule rule = set->policies()[0].rules[0];
  const Subject subject = thing("{v: x}");
  Scope scope;
  scope.subject = &subject;
  rule.requirement.check.judge = [](const Scope&, Judgements&) { throw std::runtime_error("broken"); };
  RuleResult result = evaluate_rule(rule, set->policies()[0], set->config(), scope);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].message, "undecided: evaluation error: broken");
  EXPECT_EQ(result.findings[0].effect, Effect::deny);
  EXPECT_FALSE(result.passed);
  rule.requirement.check.judge = [](const Scope&, Judgements&) { throw 5; };
  result = evaluate_rule(rule, set->policies()[0], set->config(), scope);
  EXPECT_EQ(result.findings[0].message, "undecided: evaluation error: unknown exception");
}

}  // namespace
}  // namespace portreeve::policies
