#include "policies/condition.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

enum class T { no, yes, unknown };
constexpr T kAll[] = {T::no, T::yes, T::unknown};

const char* text_of(T value) {
  switch (value) {
    case T::no: return "{path: object.v, equals: other}";
    case T::yes: return "{present: object.v}";
    case T::unknown: return "{path: request.userInfo.username, equals: u}";
  }
  return "";
}

T truth_of(const std::string& condition, const Subject& subject) {
  static const DataSet kNoData;
  const DocumentPtr parsed = document(condition);
  const auto compiled = Condition::compile(Source{"w.yaml"}, parsed->root(), kNoData);
  if (!compiled.ok()) {
    ADD_FAILURE() << compiled.error().message;
    return T::no;
  }
  Scope scope;
  scope.subject = &subject;
  const Truth truth = compiled.value().truth(scope);
  if (truth.kind == Truth::Kind::unknown) {
    EXPECT_EQ(truth.reason, "request.userInfo.username: there is no admission request here");
  }
  return truth.yes() ? T::yes : truth.no() ? T::no : T::unknown;
}

T negated(T a) { return a == T::unknown ? a : a == T::yes ? T::no : T::yes; }
T both(T a, T b) {
  if (a == T::no || b == T::no) return T::no;
  return a == T::unknown || b == T::unknown ? T::unknown : T::yes;
}
T either(T a, T b) { return negated(both(negated(a), negated(b))); }

TEST(ConditionTest, StrongKleeneLaws) {
  const Subject subject = thing("{v: x}");
  const auto joined = [](const char* join, std::initializer_list<T> values) {
    std::string out = "{" + std::string(join) + ": [";
    for (const T value : values) out += std::string(out.back() == '[' ? "" : ", ") + text_of(value);
    return out + "]}";
  };
  for (const T a : kAll) {
    EXPECT_EQ(truth_of(text_of(a), subject), a);
    EXPECT_EQ(truth_of("{not: " + std::string(text_of(a)) + "}", subject), negated(a));
    EXPECT_EQ(truth_of("{not: {not: " + std::string(text_of(a)) + "}}", subject), a);
    for (const T b : kAll) {
      EXPECT_EQ(truth_of(joined("all", {a, b}), subject), both(a, b));
      EXPECT_EQ(truth_of(joined("any", {a, b}), subject), either(a, b));
      // De Morgan.
      EXPECT_EQ(truth_of("{not: " + joined("all", {a, b}) + "}", subject),
                either(negated(a), negated(b)));
      for (const T c : kAll) {
        EXPECT_EQ(truth_of(joined("all", {a, b, c}), subject), both(both(a, b), c));
        EXPECT_EQ(truth_of(joined("any", {a, b, c}), subject), either(either(a, b), c));
      }
    }
  }
}

TEST(ConditionTest, Forms) {
  const Subject created = thing("{v: x, nul: null, l: [1, 2]}");
  const Subject updated = thing("{v: x}", "{v: w}", "{userInfo: {username: u}}");
  EXPECT_EQ(truth_of("{present: object.v}", created), T::yes);
  EXPECT_EQ(truth_of("{present: object.nul}", created), T::yes);
  EXPECT_EQ(truth_of("{present: object.w}", created), T::no);
  EXPECT_EQ(truth_of("{absent: object.w}", created), T::yes);
  EXPECT_EQ(truth_of("{absent: object.nul}", created), T::no);
  EXPECT_EQ(truth_of("{operation: CREATE}", created), T::yes);
  EXPECT_EQ(truth_of("{operation: UPDATE}", created), T::no);
  EXPECT_EQ(truth_of("{operation: UPDATE}", updated), T::yes);
  EXPECT_EQ(truth_of("{operation: [CREATE, UPDATE]}", updated), T::yes);
  EXPECT_EQ(truth_of("{path: object.v, equals: old.v}", updated), T::no);
  EXPECT_EQ(truth_of("{path: old.v, equals: w}", updated), T::yes);
  EXPECT_EQ(truth_of("{path: request.userInfo.username, equals: u}", updated), T::yes);
  EXPECT_EQ(truth_of("{path: object.v, equals: object.gone}", created), T::no)
      << "a value that is missing is false in when";
  EXPECT_EQ(truth_of("{path: 'object.l[*]', range: {min: 2}}", created), T::no)
      << "every selected value must meet it";
  EXPECT_EQ(truth_of("{path: 'object.l[*]', range: {min: 1}}", created), T::yes);
  EXPECT_EQ(truth_of("{value: {join: [object.v, '1']}, equals: x1}", created), T::yes);
}

TEST(ConditionTest, LookupThatMissesIsFalseInWhen) {
  const std::vector<std::string> data = {data_text("codes", "{table: {a: x}}")};
  const char* const kRule =
      "when: {path: object.v, equals: {lookup: [codes, object.k]}}, check: field, "
      "with: {path: object.must, present: true}";
  EXPECT_EQ(judged(kRule, "{v: x, k: a}", data), Lines{"deny|fail|/must|a value|nothing"});
  EXPECT_EQ(judged(kRule, "{v: x, k: b}", data), Lines{});
}

TEST(ConditionTest, UndecidedWhenMakesTheRuleUndecided) {
  EXPECT_EQ(judged("when: {path: request.userInfo.username, equals: u}, check: field, "
                   "with: {path: object.v, equals: x}",
                   "{v: x}"),
            Lines{"deny|undecided|||"});
  EXPECT_EQ(judged("when: {all: [{absent: object.v}, {path: request.a, equals: u}]}, check: field, "
                   "with: {path: object.v, equals: w}",
                   "{v: x}"),
            Lines{})
      << "one decisive no settles it";
}

TEST(ConditionTest, Errors) {
  const struct {
    const char* when;
    const char* want;
  } kRows[] = {
      {"x", "w.yaml:1:1: when: expected a map, found string"},
      {"{}", "w.yaml:1:1: when: expected either path or value"},
      {"{all: []}", "w.yaml:1:7: when: expected a list of conditions"},
      {"{any: x}", "w.yaml:1:7: when: expected a list of conditions"},
      {"{all: [{present: object.a}], any: [{present: object.a}]}",
       "w.yaml:1:1: when: expected either path or value"},
      {"{not: []}", "w.yaml:1:7: when: expected a map, found array"},
      {"{operation: DELETE}", "w.yaml:1:13: expected one of CREATE, UPDATE; found \"DELETE\""},
      {"{operation: []}", "w.yaml:1:13: operations: expected CREATE, UPDATE or a list of them"},
      {"{operation: [CREATE, 5]}", "w.yaml:1:22: expected one of CREATE, UPDATE; found number"},
      {"{present: spec.a}", "w.yaml:1:1: when: bad path \"spec.a\""},
      {"{path: object.a}", "w.yaml:1:1: when: says nothing about the value"},
      {"{path: object.a, value: x, equals: y}", "w.yaml:1:1: when: expected either path or value"},
      {"{path: object.a, equal: y}", "w.yaml:1:18: when: unknown key \"equal\"; did you mean \"equals\"?"},
      {"{path: object.a, present: yes please}", "w.yaml:1:27: when: present: only true can be asked for"},
      {"{path: object.a, present: false}", "w.yaml:1:27: when: present: only true can be asked for"},
      {"{path: 5, present: true}", "w.yaml:1:8: when: path: expected string, found number"},
  };
  static const DataSet kNoData;
  for (const auto& row : kRows) {
    const DocumentPtr parsed = document(row.when);
    const auto compiled = Condition::compile(Source{"w.yaml"}, parsed->root(), kNoData);
    ASSERT_FALSE(compiled.ok()) << row.when;
    EXPECT_EQ(compiled.error().message, row.want) << row.when;
  }
}

}  // namespace
}  // namespace portreeve::policies
