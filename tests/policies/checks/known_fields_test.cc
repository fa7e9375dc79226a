#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const std::vector<std::string> kData = {data_text(
    "thing", "{schema: {spec: {version: any, card: {title: any}, depends: [{blueprint: any}], "
             "variants: {'*': {tier: any}}}, status: any}}")};

Lines fields(const std::string& object) {
  return judged("check: known-fields, with: {schema: thing}", object, kData);
}

TEST(KnownFieldsCheckTest, TyposDenyTheRestIsAdvice) {
  EXPECT_EQ(fields("{spec: {version: 1, card: {title: a}, depends: [{blueprint: a}], "
                   "variants: {x: {tier: b}}}, status: {anything: 1}}"),
            Lines{});
  EXPECT_EQ(fields("{spec: {verson: 1}}"), Lines{"deny|fail|/spec/verson|version|verson"});
  EXPECT_EQ(fields("{spec: {Version: 1}}"), Lines{"deny|fail|/spec/Version|version|Version"})
      << "case-sensitive, as the API server is";
  EXPECT_EQ(fields("{spec: {pricing: 1}}"),
            Lines{"warn|fail|/spec/pricing|one of card, depends, variants, version|pricing"});
  EXPECT_EQ(fields("{spec: {depends: [{blueprint: a}, {bluprint: b}]}}"),
            Lines{"deny|fail|/spec/depends/1/bluprint|blueprint|bluprint"});
  EXPECT_EQ(fields("{spec: {variants: {any-name: {teir: b}}}}"),
            Lines{"deny|fail|/spec/variants/any-name/teir|tier|teir"});
  EXPECT_EQ(fields("{sepc: {}}"), Lines{"deny|fail|/sepc|spec|sepc"});
}

TEST(KnownFieldsCheckTest, OtherTypesAreOtherRulesMatter) {
  for (const char* object : {"{spec: text}", "{spec: [a]}", "{spec: {depends: {verson: 1}}}",
                             "{spec: {card: null}}", "{spec: null}"}) {
    EXPECT_EQ(fields(object), Lines{}) << object;
  }
}

TEST(KnownFieldsCheckTest, DistanceIsTwo) {
  EXPECT_EQ(fields("{spec: {versio: 1}}").size(), 1U);
  EXPECT_EQ(fields("{spec: {versn: 1}}")[0].substr(0, 4), "deny");
  EXPECT_EQ(fields("{spec: {verx: 1}}")[0].substr(0, 4), "warn");
}

TEST(KnownFieldsCheckTest, AtMost64AreListed) {
  std::string object = "{spec: {";
  for (int i = 0; i < 200; ++i) object += "unlike-anything-" + std::to_string(i) + ": 1, ";
  EXPECT_EQ(fields(object + "}}").size(), 64U);
}

// Junk in front must not hide the typo that denies.
TEST(KnownFieldsCheckTest, AdviceDoesNotCrowdOutAViolation) {
  std::string object = "{spec: {";
  for (int i = 0; i < 200; ++i) object += "unlike-anything-" + std::to_string(i) + ": 1, ";
  const Lines lines = fields(object + "verson: 1}}");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0], "deny|fail|/spec/verson|version|verson");
}

TEST(KnownFieldsCheckTest, Errors) {
  std::vector<std::string> texts = kData;
  texts.insert(texts.begin(), rule_text("check: known-fields, with: {schema: nowhere}"));
  EXPECT_EQ(load_error(texts),
            "p.yaml:7:77: with of check known-fields: there is no Data schema \"nowhere\"");
  texts[0] = rule_text("check: known-fields, with: {}");
  EXPECT_EQ(load_error(texts),
            "p.yaml:7:68: with of check known-fields: key \"schema\" is missing");
}

}  // namespace
}  // namespace portreeve::policies
