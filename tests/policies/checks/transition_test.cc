#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

Lines moved(const std::string& with, const std::string& from, const std::string& to) {
  const SetPtr set = load({rule_text("check: transition, with: {" + with + "}")});
  // Metadata is what the two always differ in: else nothing that changed would be new.
  return set == nullptr ? Lines{"does not load"} : seen(judge(*set, thing(to, from)));
}

TEST(TransitionCheckTest, Immutable) {
  const std::string with = "immutable: object.s.v";
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{s: {v: a}}"), Lines{});
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{s: {v: b}}"), Lines{"deny|fail|/s/v|a|b"});
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{s: {}}"), Lines{"deny|fail|/s/v|a|nothing"});
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{}"), Lines{"deny|fail|/s/v|a|nothing"});
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{s: {v: null}}"), Lines{"deny|fail|/s/v|a|null"});
  EXPECT_EQ(moved(with, "{s: {v: a}}", "{s: {v: ''}}"), Lines{"deny|fail|/s/v|a|"});
  for (const char* unset : {"{}", "{s: {v: ''}}", "{s: {v: null}}"}) {
    EXPECT_EQ(moved(with, unset, "{s: {v: b}}"), Lines{}) << "set for the first time: " << unset;
  }
  EXPECT_EQ(moved(with, "{s: {v: {a: 1, b: 2}}}", "{s: {v: {b: 2.0, a: 1}}}"), Lines{});
}

TEST(TransitionCheckTest, Forward) {
  const std::string with = "forward: object.v";
  for (const char* to : {"{v: 1.2.3}", "{v: 1.2.4}", "{v: 1.10.0}", "{v: 2.0.0-rc.1}",
                         "{v: 18446744073709551617.0.0}"}) {
    EXPECT_EQ(moved(with, "{v: 1.2.3}", to), Lines{}) << to;
  }
  EXPECT_EQ(moved(with, "{v: 1.10.0}", "{v: 1.9.0}"),
            Lines{"deny|fail|/v|a version from 1.10.0 on|1.9.0"});
  EXPECT_EQ(moved(with, "{v: 1.0.0}", "{v: 1.0.0-rc.1}"),
            Lines{"deny|fail|/v|a version from 1.0.0 on|1.0.0-rc.1"});
  EXPECT_EQ(moved(with, "{}", "{v: 0.1.0}"), Lines{});
}

TEST(TransitionCheckTest, WhatIsNoVersionIsNeverAhead) {
  const std::string with = "forward: object.v";
  const std::string on = "deny|fail|/v|a version from 1.0.0 on|";
  for (const char* to : {"latest", "v2.0.0", "2.0", "02.0.0", "''", "null", "2", "[2.0.0]"}) {
    const Lines said = moved(with, "{v: 1.0.0}", "{v: " + std::string(to) + "}");
    ASSERT_EQ(said.size(), 1U) << to;
    EXPECT_EQ(said[0].substr(0, on.size()), on) << to;
  }
  EXPECT_EQ(moved(with, "{v: 1.0.0}", "{}"), Lines{on + "nothing"});
  EXPECT_EQ(moved(with, "{v: latest}", "{v: newest}"),
            Lines{"deny|fail|/v|a SemVer version|newest"});
  const SetPtr set = load({rule_text("check: transition, with: {" + with + "}")});
  const Verdict verdict = judge(*set, thing("{v: latest}", "{v: 1.0.0}"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].message,
            "m (it is no SemVer version, so it cannot be compared with the stored one)");
  EXPECT_EQ(verdict.findings[0].fix, "write MAJOR.MINOR.PATCH, a version from 1.0.0 on");
}

// An object that was stored before there was a gate: the way to a version stays open, the way back
// does not.
TEST(TransitionCheckTest, AStoredVersionThatIsNone) {
  const std::string with = "forward: object.v";
  const struct {
    const char* stored;
    const char* lowest;
  } kRows[] = {{"'1.4'", "1.4.0"},        {"1.4", "1.4.0"},     {"v1.4.0", "1.4.0"},
               {"01.4.0", "1.4.0"},       {"V01.04", "1.4.0"},  {"1.4.0+a_b", "1.4.0"},
               {"1.4.0-rc.01", "1.4.0-0"}, {"1.4.x", "1.4.0-0"}, {"1.4.0.2", "1.4.0-0"}};
  for (const auto& row : kRows) {
    const std::string stored = "{v: " + std::string(row.stored) + "}";
    for (const char* to : {"0.0.1", "1.3.9", "1.3.0-rc.1"}) {
      const Lines said = moved(with, stored, "{v: " + std::string(to) + "}");
      ASSERT_EQ(said.size(), 1U) << stored << to;
      EXPECT_EQ(said[0].find("deny|fail|/v|a version from " + std::string(row.lowest) + " on ("), 0U)
          << said[0];
    }
    for (const char* to : {"1.4.0", "1.4.1", "2.0.0-rc.1"}) {
      EXPECT_EQ(moved(with, stored, "{v: " + std::string(to) + "}"), Lines{}) << stored << to;
    }
    EXPECT_EQ(moved(with, stored, stored), Lines{}) << "unchanged";
  }
  EXPECT_EQ(moved(with, "{v: 1.4.0+b}", "{v: 1.4.0}"), Lines{}) << "build metadata does not count";
  EXPECT_EQ(moved(with, "{v: latest}", "{v: 0.1.0}"),
            Lines{"none|pass|/v|||not compared: the stored latest is no version"});
}

TEST(TransitionCheckTest, ContentUnderAnUnchangedVersion) {
  const std::string with =
      "content: {of: object.spec, except: [object.spec.card], version: object.spec.version}";
  const char* const kOld = "{spec: {version: 1.0.0, card: {title: A}, m: {a: 1, b: [1, 2]}}}";
  EXPECT_EQ(moved(with, kOld, kOld), Lines{});
  EXPECT_EQ(moved(with, kOld, "{spec: {m: {b: [1, 2], a: 1.0}, version: 1.0.0, card: {title: B}}}"), Lines{});
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.1, card: {title: A}, m: {a: 2}}}"), Lines{});
  const std::string expected = "|a new version (it is still 1.0.0)|changed content";
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.0, card: {title: A}, m: {a: 2, b: [1, 2]}}}"),
            Lines{"deny|fail|/spec/m/a" + expected});
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.0, card: {title: A}, m: {a: 1, b: [2, 1]}}}"),
            Lines{"deny|fail|/spec/m/b" + expected});
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.0, card: {title: A}, m: {a: 1}}}"),
            Lines{"deny|fail|/spec/m/b" + expected});
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.0, m: {a: 1, b: [1, 2], c/d: 3}}}"),
            Lines{"deny|fail|/spec/m/c~1d" + expected});
  EXPECT_EQ(moved(with, kOld, "{spec: {version: 1.0.0, m: {a: 1, b: [1, 2]}}}"), Lines{})
      << "the card may go";
  EXPECT_EQ(moved(with, kOld, "{}"), Lines{}) << "its version changed: it is gone";
  EXPECT_EQ(moved(with, "{spec: {m: 1}}", "{spec: {m: 2}}"),
            Lines{"deny|fail|/spec/m|a new version (it is still nothing)|changed content"});
}

TEST(TransitionCheckTest, AnotherSpellingIsNoOtherVersion) {
  const std::string with = "content: {of: object.spec, version: object.spec.v}";
  const auto spec = [](const std::string& version, int content) {
    return "{spec: {v: " + version + ", m: " + std::to_string(content) + "}}";
  };
  for (const char* stored : {"1.4.0+b", "1.4.0", "v1.4.0", "'1.4'", "01.4.0"}) {
    EXPECT_EQ(moved(with, spec(stored, 1), spec("1.4.0", 1)), Lines{}) << "put right: " << stored;
    EXPECT_EQ(moved(with, spec(stored, 1), spec("1.4.0", 2)),
              Lines{"deny|fail|/spec/m|a new v (it is still 1.4.0)|changed content"})
        << stored;
    EXPECT_EQ(moved(with, spec(stored, 1), spec("1.4.1", 2)), Lines{}) << stored;
  }
  EXPECT_EQ(moved(with, spec("1.4.0", 1), spec("1.4.0+b", 2)),
            Lines{"deny|fail|/spec/m|a new v (it is still 1.4.0+b)|changed content"});
  EXPECT_EQ(moved(with, spec("latest", 1), spec("1.4.0", 2)), Lines{});
}

TEST(TransitionCheckTest, OnlyAnUpdateHasSomethingToCompare) {
  EXPECT_EQ(judged("check: transition, with: {immutable: object.v}", "{v: b}"), Lines{});
  const SetPtr set = load({rule_text("check: transition, with: {immutable: object.v}")});
  Subject subject = thing("{v: b}", "{v: a}");
  subject.operation = Operation::create;
  EXPECT_EQ(seen(judge(*set, subject)), Lines{});
}

TEST(TransitionCheckTest, SeveralAtOnce) {
  EXPECT_EQ(moved("immutable: object.s, forward: object.v", "{s: a, v: 1.0.0}", "{s: b, v: 0.9.0}"),
            (Lines{"deny|fail|/s|a|b", "deny|fail|/v|a version from 1.0.0 on|0.9.0"}));
}

TEST(TransitionCheckTest, Errors) {
  const struct {
    const char* with;
    const char* want;
  } kRows[] = {
      {"", "with of check transition: expected immutable, forward or content"},
      {"immutable: 'object.l[*]'",
       "with of check transition: path \"object.l[*]\": expected one value of object, without wildcards"},
      {"forward: object..v",
       "with of check transition: path \"object..v\": expected one value of object, without wildcards"},
      {"immutable: old.v",
       "with of check transition: path \"old.v\": expected one value of object, without wildcards"},
      {"immutable: 5", "with of check transition: immutable: expected string, found number"},
      {"content: object.spec", "content: expected a map, found string"},
      {"content: {of: object.spec}", "content: key \"version\" is missing"},
      {"content: {version: object.v}", "content: key \"of\" is missing"},
      {"content: {of: object.spec, version: object.v, exept: []}",
       "content: unknown key \"exept\"; did you mean \"except\"?"},
      {"content: {of: object.spec, version: object.v, except: ['object.l[*]']}",
       "content: path \"object.l[*]\": expected one value of object, without wildcards"},
      {"immutible: object.v",
       "with of check transition: unknown key \"immutible\"; did you mean \"immutable\"?"},
  };
  for (const auto& row : kRows) {
    const std::string message =
        load_error({rule_text("check: transition, with: {" + std::string(row.with) + "}")});
    const std::string text = message.substr(message.find(": ") + 2);
    EXPECT_EQ(text, row.want) << row.with;
  }
}

}  // namespace
}  // namespace portreeve::policies
