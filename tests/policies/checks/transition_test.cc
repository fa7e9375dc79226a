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
  EXPECT_EQ(moved(with, "{v: 1.0.0}", "{v: latest}"),
            Lines{"deny|fail|/v|a version from 1.0.0 on|latest"});
  EXPECT_EQ(moved(with, "{v: 1.0.0}", "{}"), Lines{"deny|fail|/v|a version from 1.0.0 on|nothing"});
  EXPECT_EQ(moved(with, "{v: latest}", "{v: 0.1.0}"), Lines{}) << "the way out stays open";
  EXPECT_EQ(moved(with, "{}", "{v: 0.1.0}"), Lines{});
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
