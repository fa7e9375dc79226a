#include "policies/expression.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const std::vector<std::string> kData = {
    data_text("codes", "{table: {hetzner: hz, oci: oci}}"), data_text("colours", "{list: [red, green]}")};

// What `path: object.v` is held against: "expected" of the finding, or "holds".
std::string composed(const std::string& value, const std::string& object) {
  const Lines lines = judged("check: field, with: {path: object.v, equals: " + value + "}", object, kData);
  if (lines.empty()) return "holds";
  return lines[0];
}

TEST(ExpressionTest, EachFormComposes) {
  const char* const kObject =
      "{v: none-of-these, org: acme, env: Prod, provider: hetzner, num: 7, name: a-b-c, map: {k: 1, l: 2}, "
      "list: [1, 2], text: '', nul: null}";
  const struct {
    const char* value;
    const char* expected;
  } kRows[] = {
      {"literal text", "literal text"},
      {"12", "12"},
      {"true", "true"},
      {"null", "null"},
      {"object.org", "acme"},
      {"object.list", "[1,2]"},
      {"object.map", "{\"k\":1,\"l\":2}"},
      {"{literal: object.org}", "object.org"},
      {"{literal: [object.org]}", "[\"object.org\"]"},
      {"{join: [object.org, '-', {lower: object.env}]}", "acme-prod"},
      {"{join: [object.org, object.num]}", "acme7"},
      {"{join: [object.org, object.text]}", "acme"},
      {"{split-last: [object.name, '-', 0]}", "a-b"},
      {"{split-last: [object.name, '-', 1]}", "c"},
      {"{split-last: [object.name, b-, 1]}", "c"},
      {"{lookup: [codes, object.provider]}", "hz"},
      {"{join: [{lookup: [codes, object.provider]}, '-x']}", "hz-x"},
      {"{trim-prefix: [object.org, ac]}", "me"},
      {"{trim-prefix: [object.org, me]}", "acme"},
      {"{trim-suffix: [object.org, me]}", "ac"},
      {"{trim-suffix: [object.org, ac]}", "acme"},
      {"{trim-suffix: [object.org, acme-and-more]}", "acme"},
      {"{ensure-prefix: [object.org, bp-]}", "bp-acme"},
      {"{ensure-prefix: [object.org, ac]}", "acme"},
      {"{lower: object.env}", "prod"},
      {"{tokens: object.name}", "a, b, c"},
      {"{tokens: object.text}", ""},
      {"{keys: object.map}", "k, l"},
      {"{list: colours}", "red, green"},
      {"[object.org, 1]", "acme, 1"},
      {"'object.list[*]'", "1, 2"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(composed(row.value, kObject),
              "deny|fail|/v|" + std::string(row.expected) + "|none-of-these")
        << row.value;
  }
}

TEST(ExpressionTest, WhatIsComposedHolds) {
  EXPECT_EQ(composed("{join: [object.a, '-', object.b]}", "{v: x-z, a: x, b: z}"), "holds");
  EXPECT_EQ(composed("{tokens: object.a}", "{v: [x, z], a: x-z}"), "holds");
  EXPECT_EQ(composed("{keys: object.a}", "{v: [x, z], a: {x: 1, z: 2}}"), "holds");
  EXPECT_EQ(composed("{list: colours}", "{v: [red, green]}"), "holds");
  EXPECT_EQ(composed("1.0", "{v: 1}"), "holds") << "numbers are equal by value";
  EXPECT_EQ(composed("object.a", "{v: {p: 1, q: [2]}, a: {q: [2], p: 1.0}}"), "holds");
}

TEST(ExpressionTest, MissingIsAViolationWithItsReason) {
  const char* const kObject = "{v: x, provider: aws, list: [1], map: {}, nul: null, name: plain}";
  const struct {
    const char* value;
    const char* reason;
  } kRows[] = {
      {"object.gone", "object.gone is absent"},
      {"object.gone.more", "object.gone.more is absent"},
      {"{join: [object.gone, x]}", "object.gone is absent"},
      {"{join: [a, {lower: object.gone}]}", "object.gone is absent"},
      {"{join: [a, object.list]}", "a list or map stands where a text is needed"},
      {"{join: [a, object.nul]}", "a list or map stands where a text is needed"},
      {"{lower: object.map}", "a list or map stands where a text is needed"},
      {"{split-last: [object.name, '-', 0]}", "\"plain\" has no \"-\""},
      {"{lookup: [codes, object.provider]}", "\"aws\" is not in table codes"},
      {"{lookup: [codes, object.gone]}", "object.gone is absent"},
      {"{lookup: [codes, object.list]}", "[1] is no text, as table codes needs"},
      {"{keys: object.gone}", "object.gone is no map"},
      {"{keys: object.list}", "object.list is no map"},
      {"[a, object.gone]", "object.gone is absent"},
      {"'object.list[*].x'", "object.list[*].x is absent"},
      {"old.a", "old.a is absent"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(composed(row.value, kObject),
              "deny|fail|/v|a value that can be composed|" + std::string(row.reason))
        << row.value;
  }
}

TEST(ExpressionTest, LookupMissMayBeANote) {
  const char* const kRule =
      "check: field, with: {path: object.v, equals: {join: [{lookup: [codes, object.provider], "
      "miss: note}, '-x']}}";
  EXPECT_EQ(judged(kRule, "{v: anything, provider: aws}", kData),
            Lines{"none|pass|/v|||not verifiable: \"aws\" is not in table codes"});
  EXPECT_EQ(judged(kRule, "{v: anything, provider: oci}", kData),
            Lines{"deny|fail|/v|oci-x|anything"});
  EXPECT_EQ(judged(kRule, "{v: anything}", kData),
            Lines{"deny|fail|/v|a value that can be composed|object.provider is absent"})
      << "only a miss is a note";
  // What is no text is no miss: nobody gets by a table with a key of another type.
  for (const auto& [key, shown] : {std::pair("5", "5"), std::pair("1.5", "1.5"), std::pair("true", "true"),
                                   std::pair("null", "null"), std::pair("[oci]", "[\"oci\"]"),
                                   std::pair("[]", "[]"), std::pair("{oci: oci}", "{\"oci\":\"oci\"}")}) {
    EXPECT_EQ(judged(kRule, "{v: anything, provider: " + std::string(key) + "}", kData),
              Lines{"deny|fail|/v|a value that can be composed|" + std::string(shown) +
                    " is no text, as table codes needs"});
  }
  EXPECT_EQ(judged(kRule, "{v: anything, provider: ''}", kData),
            Lines{"none|pass|/v|||not verifiable: \"\" is not in table codes"}) << "a text, and a miss";
  EXPECT_EQ(composed("{lookup: [codes, object.provider], miss: violation}", "{v: x, provider: aws}"),
            "deny|fail|/v|a value that can be composed|\"aws\" is not in table codes");
}

TEST(ExpressionTest, CollectMakesAValueOfEachElement) {
  const char* const kRule =
      "check: field, with: {path: object.v, one-of: {collect: [object.list, e, {join: [$e.a, '-', object.b]}]}}";
  EXPECT_EQ(judged(kRule, "{v: w-z, b: z, list: [{a: x}, {a: w}]}"), Lines{});
  EXPECT_EQ(judged(kRule, "{v: w-z, b: z, list: {k: {a: w}}}"), Lines{}) << "of a map, each member";
  EXPECT_EQ(judged(kRule, "{v: x-y, b: z, list: [{a: x}, {a: w}]}"),
            Lines{"deny|fail|/v|one of x-z, w-z (nearest: x-z)|x-y"});
  EXPECT_EQ(judged(kRule, "{v: x-z, b: z, list: [{a: x}, {}]}"),
            Lines{"deny|fail|/v|a value that can be composed|$e.a is absent"}) << "one that is missing is told";
  EXPECT_EQ(judged(kRule, "{v: x-z, b: z}"),
            Lines{"deny|fail|/v|a value that can be composed|object.list is no list"});
  EXPECT_EQ(judged(kRule, "{v: x-z, b: z, list: []}"), Lines{"deny|fail|/v|one of |x-z"});
  const auto error = [](const std::string& value) {
    return load_error({rule_text("check: field, with: {path: object.v, one-of: " + value + "}")});
  };
  EXPECT_EQ(error("{collect: [object.list, e]}"), "p.yaml:7:96: collect: expected [path, name, value]");
  EXPECT_EQ(error("{collect: [object.list, e, $f.a]}"), "p.yaml:7:113: \"$f\" is bound by no each of the rule");
  EXPECT_EQ(error("[{collect: [object.list, e, $e.a]}, $e.a]"),
            "p.yaml:7:122: \"$e\" is bound by no each of the rule") << "bound in its own value only";
}

// Lists and keys of the object are compared where they stand; of a long one the first few are told.
TEST(ExpressionTest, OneOfALongListOfTheObject) {
  std::string list;
  std::string map;
  for (int i = 0; i < 100; ++i) {
    list += (i == 0 ? "e" : ", e") + std::to_string(i);
    map += (i == 0 ? "e" : ", e") + std::to_string(i) + ": 0";
  }
  const auto in_list = [&](const std::string& v) {
    return judged("check: field, with: {path: object.v, one-of: object.list}", "{v: " + v + ", list: [" + list + "]}");
  };
  const auto in_keys = [&](const std::string& v) {
    return judged("check: field, with: {path: object.v, one-of: {keys: object.map}}", "{v: " + v + ", map: {" + map + "}}");
  };
  const std::string told = "deny|fail|/v|one of e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, and 52 more";
  EXPECT_EQ(in_list("e99"), Lines{});
  EXPECT_EQ(in_keys("e99"), Lines{});
  EXPECT_EQ(in_list("none"), Lines{told + " (the list has 100)|none"});
  EXPECT_EQ(in_keys("none"), Lines{told + " (the list has 100)|none"});
  EXPECT_EQ(in_list("5"), Lines{told + " (the list has 100)|5"});
  EXPECT_EQ(in_keys("[e1]"), Lines{told + " (the list has 100)|[\"e1\"]"});
  EXPECT_EQ(judged("check: field, with: {path: object.v, not-one-of: object.list}", "{v: e99, list: [" + list + "]}").size(), 1U);
  EXPECT_EQ(judged("check: field, with: {path: object.v, not-one-of: {keys: object.map}}", "{v: x, map: {" + map + "}}"), Lines{});
  EXPECT_EQ(judged("check: field, with: {path: object.v, one-of: object.list}", "{v: a, list: a}"), Lines{}) << "no list: itself";
}

TEST(ExpressionTest, ComposedValueIsJudgedWhereItsFirstPartStands) {
  const char* const kRule =
      "check: field, with: {value: {join: [object.a, '-', object.b]}, matches: '[a-z]-[a-z]'}";
  EXPECT_EQ(judged(kRule, "{a: x, b: z}"), Lines{});
  EXPECT_EQ(judged(kRule, "{a: x, b: zz}"), Lines{"deny|fail|/a|text like [a-z]-[a-z]|x-zz"});
  EXPECT_EQ(judged(kRule, "{b: zz}"),
            Lines{"deny|fail|/b|a value that can be composed|object.a is absent"});
  EXPECT_EQ(judged("check: field, with: {value: {lookup: [codes, object.a], miss: note}, equals: hz}",
                   "{a: aws}", kData),
            Lines{"none|pass|/a|||not verifiable: \"aws\" is not in table codes"});
  EXPECT_EQ(judged("check: field, with: {value: {tokens: object.a}, length: {max: 2}}", "{a: x-w-z}"),
            Lines{"deny|fail|/a|at most 2 elements|3 elements"});
  EXPECT_EQ(judged("check: field, with: {value: object.a, equals: x}", "{a: w}"),
            Lines{"deny|fail|/a|x|w"});
  EXPECT_EQ(judged("check: field, with: {value: {literal: a}, equals: object.b}", "{b: w}"),
            Lines{"deny|fail||w|a"})
      << "a literal stands nowhere in the object";
}

TEST(ExpressionTest, LongTextIsCutAndEscaped) {
  const std::string line =
      composed("{join: [object.a, object.a]}", "{v: \"x\\u001b[31m\", a: " + std::string(300, 'y') + "}");
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_LT(line.size(), 600U);
}

TEST(ExpressionTest, Errors) {
  const struct {
    const char* value;
    const char* want;
  } kRows[] = {
      {"'object.a['", "path \"object.a[\", character 10: expected 'name', a number or * in brackets"},
      {"{}", "a composed value has exactly one form"},
      {"{join: [a], lower: b}", "a composed value has exactly one form"},
      {"{join: []}", "expected a list of values"},
      {"{join: a}", "expected a list of values"},
      {"{split-last: [object.a, '-']}", "split-last: expected [value, separator, 0 or 1]"},
      {"{split-last: [object.a, '', 0]}", "split-last: expected [value, separator, 0 or 1]"},
      {"{split-last: [object.a, '-', 2]}", "split-last: expected [value, separator, 0 or 1]"},
      {"{split-last: [object.a, 1, 0]}", "split-last: expected [value, separator, 0 or 1]"},
      {"{lookup: [nowhere, object.a]}", "lookup: there is no Data table \"nowhere\""},
      {"{lookup: [colours, object.a]}", "lookup: there is no Data table \"colours\""},
      {"{lookup: codes}", "lookup: expected [table, value]"},
      {"{lookup: [codes]}", "lookup: expected [table, value]"},
      {"{lookup: [codes, object.a], miss: maybe}", "value: miss: expected note or violation"},
      {"{trim-prefix: [a]}", "expected a list of 2"},
      {"{trim-suffix: [a, b, c]}", "expected a list of 2"},
      {"{ensure-prefix: a}", "expected a list of 2"},
      {"{keys: [object.a]}", "keys: expected a path"},
      {"{keys: spec.a}", "path \"spec.a\", character 1: expected object, old, request or $name"},
      {"{list: nowhere}", "list: there is no Data list \"nowhere\""},
      {"{list: codes}", "list: there is no Data list \"codes\""},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> texts = {
        rule_text("check: field, with: {path: object.v, equals: " + std::string(row.value) + "}")};
    texts.insert(texts.end(), kData.begin(), kData.end());
    const std::string message = load_error(texts);
    EXPECT_EQ(message.substr(0, 9), "p.yaml:7:") << row.value;
    EXPECT_EQ(message.substr(message.find(": ") + 2), row.want) << row.value;
  }
}

TEST(ExpressionTest, UnknownFormNamesTheKnownOnes) {
  EXPECT_EQ(load_error({rule_text("check: field, with: {path: object.v, equals: {joint: [a]}}")}),
            "p.yaml:7:87: value: unknown key \"joint\"; did you mean \"join\"?");
  EXPECT_EQ(load_error({rule_text("check: field, with: {path: object.v, equals: {add: [1, 2]}}")}),
            "p.yaml:7:87: value: unknown key \"add\"; known are join, split-last, lookup, "
            "trim-prefix, trim-suffix, ensure-prefix, lower, tokens, keys, list, collect, literal");
}

}  // namespace
}  // namespace portreeve::policies
