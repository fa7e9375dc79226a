#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const std::vector<std::string> kData = {
    data_text("provider", "{dimension: {codes: [hz, aws]}}"),
    data_text("region", "{dimension: {keyed-by: provider, codes: {hz: [fsn, nbg], aws: unverifiable}}}"),
    data_text("env", "{dimension: {codes: [prod, stg]}}"),
    data_text("org", "{dimension: {pattern: '[a-z][a-z0-9-]{2,31}', not: [system], describe: an Organization slug}}"),
    data_text("index", "{dimension: {number: true}}"),
    data_text("code", "{table: {hetzner: hz, aws: aws}}")};

Lines name(const std::string& with, const std::string& object) {
  return judged("check: name, with: {" + with + "}", object, kData);
}

std::string message(const std::string& with, const std::string& object) {
  std::vector<std::string> texts = {rule_text("check: name, with: {" + with + "}")};
  texts.insert(texts.end(), kData.begin(), kData.end());
  const Verdict verdict = judge(*load(texts), thing(object));
  return verdict.findings.empty() ? "" : verdict.findings[0].message;
}

TEST(NameCheckTest, NamesTheWrongPart) {
  const std::string with = "path: object.v, pattern: '{provider}-{region}-{env}'";
  EXPECT_EQ(name(with, "{v: hz-fsn-prod}"), Lines{});
  EXPECT_EQ(name(with, "{v: hz-dxb-prod}"),
            Lines{"deny|fail|/v|{provider}-{region}-{env}|hz-dxb-prod"});
  EXPECT_EQ(message(with, "{v: hz-dxb-prod}"),
            "m (region 'dxb' is not one of fsn, nbg (for provider 'hz'))");
  EXPECT_EQ(message(with, "{v: hz-fsn-dev}"), "m (env 'dev' is not one of prod, stg)");
}

TEST(NameCheckTest, WhatNoTableListsIsANote) {
  EXPECT_EQ(name("path: object.v, pattern: '{provider}-{region}'", "{v: aws-use1}"),
            Lines{"none|pass|/v|||region \"use1\" cannot be verified: no table lists it"});
}

TEST(NameCheckTest, ReservedWordsAreWrong) {
  const std::string with = "path: object.v, pattern: '{org}'";
  EXPECT_EQ(name(with, "{v: acme}"), Lines{});
  EXPECT_EQ(name(with, "{v: system}"), Lines{"deny|fail|/v|{org}|system"});
  EXPECT_EQ(name(with, "{v: ac}"), Lines{"deny|fail|/v|{org}|ac"});
}

TEST(NameCheckTest, AbsentNullAndOtherTypes) {
  const std::string with = "path: object.v, pattern: '{org}'";
  EXPECT_EQ(name(with, "{}"), Lines{"deny|fail|/v|a name like {org}|nothing"});
  EXPECT_EQ(name(with, "{v: null}"), Lines{"deny|fail|/v|a name like {org}|null"});
  EXPECT_EQ(name(with, "{v: ''}"), Lines{"deny|fail|/v|{org}|"});
  EXPECT_EQ(name(with, "{v: 5}"), Lines{"deny|fail|/v|a name like {org}|5"});
  EXPECT_EQ(name(with + ", optional: true", "{}"), Lines{});
  EXPECT_EQ(name(with + ", optional: true", "{v: null}"),
            Lines{"deny|fail|/v|a name like {org}|null"});
}

TEST(NameCheckTest, AnyOfSeveralPatterns) {
  const std::string with = "path: object.v, patterns: ['{org}-{env}', '{org}-{env}-{index}']";
  EXPECT_EQ(name(with, "{v: acme-prod}"), Lines{});
  EXPECT_EQ(name(with, "{v: acme-prod-2}"), Lines{});
  EXPECT_EQ(name(with, "{v: acme-prod-x}"),
            Lines{"deny|fail|/v|{org}-{env} or {org}-{env}-{index}|acme-prod-x"});
}

TEST(NameCheckTest, EachValueOfAPathAndKeys) {
  EXPECT_EQ(name("path: 'object.l[*]', pattern: '{env}'", "{l: [prod, dev]}"),
            Lines{"deny|fail|/l/1|{env}|dev"});
  EXPECT_EQ(judged("each: {in: object.m, as: r}, check: name, with: {path: $r.key, pattern: '{env}'}",
                   "{m: {prod: 1, dev: 2}}", kData),
            Lines{"deny|fail|/m/dev|{env}|dev"});
}

TEST(NameCheckTest, ComposedNameStandsAtItsLastPart) {
  const std::string with =
      "value: {join: [{lookup: [code, object.p]}, '-', object.r]}, pattern: '{provider}-{region}'";
  EXPECT_EQ(name(with, "{p: hetzner, r: fsn}"), Lines{});
  EXPECT_EQ(name(with, "{p: hetzner, r: fsn1}"), Lines{"deny|fail|/r|one of fsn, nbg (for provider 'hz')|fsn1"});
  EXPECT_EQ(name(with, "{p: hetzner}"),
            Lines{"deny|fail|/p|a name like {provider}-{region}|object.r is absent"});
  EXPECT_EQ(name(with, "{p: gcp, r: x}"),
            Lines{"deny|fail|/r|a name like {provider}-{region}|\"gcp\" is not in table code"});
  EXPECT_EQ(name("value: {join: [{lookup: [code, object.p], miss: note}, x]}, pattern: '{org}'",
                 "{p: gcp}"),
            Lines{"none|pass|/p|a name like {org}|\"gcp\" is not in table code|"
                  "not verifiable: \"gcp\" is not in table code"});
}

TEST(NameCheckTest, Errors) {
  const struct {
    const char* with;
    const char* want;
  } kRows[] = {
      {"pattern: '{org}'", "with of check name: key \"path\" is missing"},
      {"path: object.v", "with of check name: expected either pattern or patterns"},
      {"path: object.v, value: x, pattern: '{org}'", "with of check name: expected either path or value"},
      {"path: object.v, pattern: '{org}', patterns: ['{org}']",
       "with of check name: expected either pattern or patterns"},
      {"path: spec.v, pattern: '{org}'",
       "with of check name: path \"spec.v\", character 1: expected object, old, request or $name"},
      {"path: object.v, pattern: '{org}', optional: maybe",
       "with of check name: optional: expected boolean, found string"},
      {"path: object.v, patern: '{org}'",
       "with of check name: unknown key \"patern\"; did you mean \"pattern\"?"},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> texts = {rule_text("check: name, with: {" + std::string(row.with) + "}")};
    texts.insert(texts.end(), kData.begin(), kData.end());
    const std::string message = load_error(texts);
    EXPECT_EQ(message.substr(message.find(": ") + 2), row.want) << row.with;
  }
  EXPECT_NE(load_error({rule_text("check: name, with: {path: object.v, pattern: '{nowhere}'}")})
                .find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace portreeve::policies
