// Every condition × value: the verdict and what is said about it.

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kHolds = "it holds";

struct Row {
  const char* condition;
  const char* object;  ///< The value stands at v.
  std::string_view expected = kHolds;
  std::string_view found = kHolds;
};

// What a failing test is about.
[[maybe_unused]] void PrintTo(const Row& row, std::ostream* out) {
  *out << row.condition << " on " << row.object;
}

class PredicateTest : public ::testing::TestWithParam<Row> {};

TEST_P(PredicateTest, Judges) {
  const Row& row = GetParam();
  const Lines lines =
      judged("check: field, with: {path: object.v, " + std::string(row.condition) + "}", row.object,
             {data_text("colours", "{list: [red, green]}")});
  const Lines want = row.found == kHolds
                         ? Lines{}
                         : Lines{"deny|fail|/v|" + std::string(row.expected) + "|" + std::string(row.found)};
  EXPECT_EQ(lines, want) << row.condition << " on " << row.object;
}

// Absent, null and "" differ.
INSTANTIATE_TEST_SUITE_P(Present, PredicateTest, ::testing::Values(
    Row{"present: true", "{v: x}"}, Row{"present: true", "{v: null}"},
    Row{"present: true", "{v: ''}"}, Row{"present: true", "{v: []}"},
    Row{"present: true", "{}", "a value", "nothing"},
    Row{"absent: true", "{}"}, Row{"absent: true", "{v: null}", "nothing", "null"},
    Row{"absent: true", "{v: ''}", "nothing", ""}, Row{"absent: true", "{v: 1}", "nothing", "1"}));

INSTANTIATE_TEST_SUITE_P(Type, PredicateTest, ::testing::Values(
    Row{"type: string", "{v: x}"}, Row{"type: string", "{v: ''}"},
    Row{"type: string", "{v: 1}", "string", "integer 1"},
    Row{"type: string", "{v: null}", "string", "null null"},
    Row{"type: string", "{}", "a value", "nothing"},
    Row{"type: number", "{v: 1}"}, Row{"type: number", "{v: 1.5}"},
    Row{"type: integer", "{v: 1}"}, Row{"type: integer", "{v: 1.0}"},
    Row{"type: integer", "{v: 1.5}", "integer", "number 1.5"},
    Row{"type: integer", "{v: '1'}", "integer", "string 1"},
    Row{"type: boolean", "{v: false}"}, Row{"type: boolean", "{v: 'false'}", "boolean", "string false"},
    Row{"type: list", "{v: []}"}, Row{"type: list", "{v: {}}", "list", "map {}"},
    Row{"type: map", "{v: {}}"}, Row{"type: map", "{v: []}", "map", "list []"},
    Row{"type: 'null'", "{v: null}"}, Row{"type: 'null'", "{v: ''}", "null", "string "},
    Row{"type: [string, 'null']", "{v: null}"},
    Row{"type: [string, list]", "{v: {a: 1}}", "string or list", "map {\"a\":1}"}));

INSTANTIATE_TEST_SUITE_P(Equals, PredicateTest, ::testing::Values(
    Row{"equals: x", "{v: x}"}, Row{"equals: x", "{v: X}", "x", "X"},
    Row{"equals: x", "{}", "x", "nothing"}, Row{"equals: ''", "{v: ''}"},
    Row{"equals: ''", "{v: null}", "", "null"}, Row{"equals: null", "{v: null}"},
    Row{"equals: null", "{v: ''}", "null", ""}, Row{"equals: null", "{}", "null", "nothing"},
    Row{"equals: 1", "{v: 1.00}"}, Row{"equals: 1", "{v: '1'}", "1", "1"},
    Row{"equals: true", "{v: 'true'}", "true", "true"},
    Row{"equals: [a, b]", "{v: [a, b]}"}, Row{"equals: [a, b]", "{v: [b, a]}", "a, b", "[\"b\",\"a\"]"},
    Row{"equals: object.w", "{v: {a: 1}, w: {a: 1}}"},
    Row{"not-equals: x", "{v: w}"}, Row{"not-equals: x", "{v: x}", "anything but x", "x"},
    Row{"not-equals: x", "{v: null}"}, Row{"not-equals: x", "{}", "a value", "nothing"}));

INSTANTIATE_TEST_SUITE_P(OneOf, PredicateTest, ::testing::Values(
    Row{"one-of: [a, b]", "{v: a}"},
    Row{"one-of: [prod, stg]", "{v: prd}", "one of prod, stg (nearest: prod)", "prd"},
    Row{"one-of: [a, b]", "{v: zzzz}", "one of a, b", "zzzz"},
    Row{"one-of: [a, b]", "{v: 1}", "one of a, b", "1"},
    Row{"one-of: [1, 2]", "{v: 2.0}"},
    Row{"one-of: [a, b]", "{v: null}", "one of a, b", "null"},
    Row{"one-of: [a, b]", "{v: ''}", "one of a, b (nearest: a)", ""},
    Row{"one-of: [a, b]", "{}", "one of a, b", "nothing"},
    Row{"one-of: {list: colours}", "{v: green}"},
    Row{"one-of: {list: colours}", "{v: [red]}", "one of red, green", "[\"red\"]"},
    Row{"one-of: {keys: object.m}", "{v: k, m: {k: 1}}"},
    Row{"one-of: {keys: object.m}", "{v: l, m: {k: 1}}", "one of k (nearest: k)", "l"},
    Row{"one-of: {keys: object.m}", "{v: l}", "a value that can be composed", "object.m is no map"},
    Row{"one-of: object.m", "{v: x, m: [x, w]}"},
    Row{"one-of: object.m", "{v: z, m: [x, wwww]}", "one of x, wwww (nearest: x)", "z"},
    Row{"one-of: [a, object.m]", "{v: q, m: q}"},
    Row{"one-of: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]", "{v: 99}",
        "one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, and 2 more", "99"},
    Row{"not-one-of: [a, b]", "{v: c}"}, Row{"not-one-of: [a, b]", "{v: a}", "not one of a, b", "a"},
    Row{"not-one-of: {list: colours}", "{v: red}", "not one of red, green", "red"},
    Row{"not-one-of: [a, b]", "{v: null}"}, Row{"not-one-of: [a, b]", "{}", "a value", "nothing"}));

INSTANTIATE_TEST_SUITE_P(Matches, PredicateTest, ::testing::Values(
    Row{"matches: '[a-z]+'", "{v: abc}"},
    Row{"matches: '[a-z]+'", "{v: abc1}", "text like [a-z]+", "abc1"},
    Row{"matches: '[a-z]+'", "{v: ''}", "text like [a-z]+", ""},
    Row{"matches: 'a|ab'", "{v: ab}"},
    Row{"matches: '[a-z]+'", "{v: \"a\\nb\"}", "text like [a-z]+", "a\\u{000A}b"},
    Row{"matches: '[a-z]+'", "{v: null}", "a text", "null null"},
    Row{"matches: '[0-9]+'", "{v: 12}", "a text", "integer 12"},
    Row{"matches: '[a-z]+'", "{}", "a value", "nothing"},
    Row{"not-matches: '[a-z]+'", "{v: ABC}"},
    Row{"not-matches: '[a-z]+'", "{v: abc}", "no text like [a-z]+", "abc"},
    Row{"not-matches: '[a-z]+'", "{v: [abc]}", "a text", "list [\"abc\"]"},
    Row{"not-matches: '[a-z]+'", "{}", "a value", "nothing"}));

INSTANTIATE_TEST_SUITE_P(Length, PredicateTest, ::testing::Values(
    Row{"length: {min: 1, max: 3}", "{v: abc}"},
    Row{"length: {min: 1, max: 3}", "{v: äöü}"},
    Row{"length: {min: 1, max: 3}", "{v: abcd}", "1 to 3 characters", "4 characters"},
    Row{"length: {min: 1}", "{v: ''}", "at least 1 characters", "0 characters"},
    Row{"length: {max: 1}", "{v: [1, 2]}", "at most 1 elements", "2 elements"},
    Row{"length: {min: 2, max: 2}", "{v: {a: 1}}", "exactly 2 members", "1 members"},
    Row{"length: {min: 1}", "{v: 5}", "a text, list or map", "integer 5"},
    Row{"length: {min: 1}", "{v: null}", "a text, list or map", "null null"},
    Row{"length: {min: 1}", "{}", "a value", "nothing"},
    Row{"length: {max: object.w}", "{v: ab, w: 2}"},
    Row{"length: {max: object.w}", "{v: ab, w: 1}", "at most 1 characters", "2 characters"},
    Row{"length: {max: object.w}", "{v: ab}", "bounds that can be composed", "object.w is absent"},
    Row{"length: {max: object.w}", "{v: ab, w: x}", "bounds that can be composed", "x is no number"}));

INSTANTIATE_TEST_SUITE_P(Range, PredicateTest, ::testing::Values(
    Row{"range: {min: 0, max: 10}", "{v: 10}"}, Row{"range: {min: 0, max: 10}", "{v: 0.0}"},
    Row{"range: {min: 0, max: 10}", "{v: 10.01}", "0 to 10", "10.01"},
    Row{"range: {min: 0, max: 10}", "{v: -1}", "0 to 10", "-1"},
    Row{"range: {max: 9007199254740993}", "{v: 9007199254740993}"},
    Row{"range: {max: 9007199254740993}", "{v: 9007199254740994}", "at most 9007199254740993", "9007199254740994"},
    Row{"range: {min: 1}", "{v: '5'}", "a number", "string 5"}, Row{"range: {min: 1}", "{v: null}", "a number", "null null"},
    Row{"range: {min: 1}", "{}", "a value", "nothing"},
    Row{"range: {min: object.w}", "{v: 2, w: 3}", "at least 3", "2"},
    Row{"range: {min: object.w}", "{v: 2}", "bounds that can be composed", "object.w is absent"}));

INSTANTIATE_TEST_SUITE_P(Subset, PredicateTest, ::testing::Values(
    Row{"subset: [a, b]", "{v: [a]}"}, Row{"subset: [a, b]", "{v: []}"},
    Row{"subset: [a, bbbb]", "{v: [a, cc]}", "one of a, bbbb (nearest: a)", "cc"},
    Row{"subset: {list: colours}", "{v: [red, blue]}", "one of red, green", "blue"},
    Row{"subset: [a]", "{v: a}", "a list", "string a"}, Row{"subset: [a]", "{v: null}", "a list", "null null"},
    Row{"subset: [a]", "{}", "a list", "nothing"},
    Row{"subset: object.w", "{v: [a]}", "a value that can be composed", "object.w is absent"}));

INSTANTIATE_TEST_SUITE_P(Unique, PredicateTest, ::testing::Values(
    Row{"unique: true", "{v: [a, b]}"}, Row{"unique: true", "{v: [a, b, a]}", "each once", "a twice"},
    Row{"unique: true", "{v: [{p: 1, q: 2}, {q: 2, p: 1.0}]}", "each once", "{\"p\":1,\"q\":2} twice"},
    Row{"unique: true", "{v: [1, '1']}"},
    Row{"unique: name", "{v: [{name: a, x: 1}, {name: a, x: 2}]}", "each once", "a twice"},
    Row{"unique: name", "{v: [{x: 1}, {x: 1}]}"},
    Row{"unique: true", "{v: {}}", "a list", "map {}"}, Row{"unique: true", "{}", "a value", "nothing"}));

INSTANTIATE_TEST_SUITE_P(Tokens, PredicateTest, ::testing::Values(
    Row{"contains-tokens: a-b", "{v: x-a-b}"},
    Row{"contains-tokens: a-b", "{v: a-x-b}", "a name with the parts a-b", "a-x-b"},
    Row{"contains-tokens: a-b", "{v: xa-b}", "a name with the parts a-b", "xa-b"},
    Row{"contains-tokens: a", "{v: null}", "a text", "null"}, Row{"contains-tokens: a", "{}", "a text", "nothing"},
    Row{"not-contains-tokens: acme", "{v: acmeshop}"},
    Row{"not-contains-tokens: acme", "{v: shop-acme}", "a name without the parts acme", "shop-acme"},
    Row{"not-contains-tokens: object.w", "{v: x}", "a value that can be composed", "object.w is absent"},
    Row{"not-contains-tokens: object.w", "{v: x, w: [a]}", "a text", "x"},
    Row{"not-contains-tokens: acme", "{}", "a text", "nothing"}));

INSTANTIATE_TEST_SUITE_P(Url, PredicateTest, ::testing::Values(
    Row{"url: true", "{v: 'https://a.example/x'}"}, Row{"url: true", "{v: 'oci://a.example:5000'}"},
    Row{"url: true", "{v: 'http://a'}"},
    Row{"url: true", "{v: 'ftp://a'}", "an http, https or oci URL without user, query and fragment", "ftp://a"},
    Row{"url: true", "{v: 'https://'}", "an http, https or oci URL without user, query and fragment", "https://"},
    Row{"url: true", "{v: 'https://u:p@a/'}", "an http, https or oci URL without user, query and fragment", "https://u:p@a/"},
    Row{"url: true", "{v: 'https://a/?q'}", "an http, https or oci URL without user, query and fragment", "https://a/?q"},
    Row{"url: true", "{v: 'https://a/#f'}", "an http, https or oci URL without user, query and fragment", "https://a/#f"},
    Row{"url: true", "{v: 'https://a b/'}", "an http, https or oci URL without user, query and fragment", "https://a b/"},
    Row{"url: true", "{v: 'https://a:0'}", "an http, https or oci URL without user, query and fragment", "https://a:0"},
    Row{"url: true", "{v: 'https://a:65536'}", "an http, https or oci URL without user, query and fragment", "https://a:65536"},
    Row{"url: true", "{v: 'https://a:080'}", "an http, https or oci URL without user, query and fragment", "https://a:080"},
    Row{"url: true", "{v: 'https://a:'}", "an http, https or oci URL without user, query and fragment", "https://a:"},
    Row{"url: true", "{v: 'https://a:http'}", "an http, https or oci URL without user, query and fragment", "https://a:http"},
    Row{"url: true", "{v: 'https://a:1:2'}", "an http, https or oci URL without user, query and fragment", "https://a:1:2"},
    Row{"url: true", "{v: 'https://a..b'}", "an http, https or oci URL without user, query and fragment", "https://a..b"},
    Row{"url: true", "{v: 'https://.a'}", "an http, https or oci URL without user, query and fragment", "https://.a"},
    Row{"url: true", "{v: 'https://a.'}", "an http, https or oci URL without user, query and fragment", "https://a."},
    Row{"url: true", "{v: 'https://-a'}", "an http, https or oci URL without user, query and fragment", "https://-a"},
    Row{"url: true", "{v: 'https://a-.b'}", "an http, https or oci URL without user, query and fragment", "https://a-.b"},
    Row{"url: true", "{v: 'https://a_b'}", "an http, https or oci URL without user, query and fragment", "https://a_b"},
    Row{"url: true", "{v: 'https://a%2eb'}", "an http, https or oci URL without user, query and fragment", "https://a%2eb"},
    Row{"url: true", "{v: 'https://10.0.0.256'}", "an http, https or oci URL without user, query and fragment", "https://10.0.0.256"},
    Row{"url: true", "{v: 'https://1.2.3'}", "an http, https or oci URL without user, query and fragment", "https://1.2.3"},
    Row{"url: true", "{v: 'https://010.0.0.1'}", "an http, https or oci URL without user, query and fragment", "https://010.0.0.1"},
    Row{"url: true", "{v: 'https://[::1'}", "an http, https or oci URL without user, query and fragment", "https://[::1"},
    Row{"url: true", "{v: 'https://[]'}", "an http, https or oci URL without user, query and fragment", "https://[]"},
    Row{"url: true", "{v: 'https://[::1]x'}", "an http, https or oci URL without user, query and fragment", "https://[::1]x"},
    Row{"url: true", "{v: 'https://[::1]:0'}", "an http, https or oci URL without user, query and fragment", "https://[::1]:0"},
    Row{"url: true", "{v: 'https://a//b'}", "an http, https or oci URL without user, query and fragment", "https://a//b"},
    Row{"url: true", "{v: 'https://a/../b'}", "an http, https or oci URL without user, query and fragment", "https://a/../b"},
    Row{"url: true", "{v: 'https://a/./b'}", "an http, https or oci URL without user, query and fragment", "https://a/./b"},
    Row{"url: true", "{v: 'https://a/%2e%2E/b'}", "an http, https or oci URL without user, query and fragment", "https://a/%2e%2E/b"},
    Row{"url: true", "{v: 'https://a/.%2e'}", "an http, https or oci URL without user, query and fragment", "https://a/.%2e"},
    Row{"url: true", "{v: 'https://a/%2'}", "an http, https or oci URL without user, query and fragment", "https://a/%2"},
    Row{"url: true", "{v: 'https://a/%zz'}", "an http, https or oci URL without user, query and fragment", "https://a/%zz"},
    Row{"url: true", "{v: 'oci:///x'}", "an http, https or oci URL without user, query and fragment", "oci:///x"},
    Row{"url: true", "{v: 'HTTPS://a'}", "an http, https or oci URL without user, query and fragment", "HTTPS://a"},
    Row{"url: true", "{v: 'https://a/b\\c'}", "an http, https or oci URL without user, query and fragment", "https://a/b\\c"},
    Row{"url: true", "{v: 'https://a.example:65535/b/'}"},
    Row{"url: true", "{v: 'https://a:1'}"},
    Row{"url: true", "{v: 'oci://a.example/b/c'}"},
    Row{"url: true", "{v: 'https://[2001:db8::1]:8443/x'}"},
    Row{"url: true", "{v: 'http://10.0.0.255/x'}"},
    Row{"url: true", "{v: 'https://a/b%20c'}"},
    Row{"url: true", "{v: 'https://a/..b/c..'}"},
    Row{"url: true", "{v: a}", "an http, https or oci URL without user, query and fragment", "a"},
    Row{"url: true", "{v: 5}", "an http, https or oci URL without user, query and fragment", "integer 5"},
    Row{"url: true", "{}", "a value", "nothing"}));

// A condition that quotes its reason: only what stands before the bracket is ours.
TEST(PredicateText, Versions) {
  const auto found = [](const char* condition, const char* object) {
    const Lines lines = judged("check: field, with: {path: object.v, " + std::string(condition) + "}", object);
    return lines.empty() ? std::string() : lines[0].substr(0, lines[0].find(" ("));
  };
  EXPECT_EQ(found("semver: true", "{v: 1.2.3-rc.1+x}"), "");
  EXPECT_EQ(found("semver: true", "{v: '1.2'}"), "deny|fail|/v|a SemVer 2.0.0 version|1.2");
  EXPECT_EQ(found("semver: true", "{v: v1.2.3}"), "deny|fail|/v|a SemVer 2.0.0 version|v1.2.3");
  EXPECT_EQ(found("semver: true", "{v: ''}"), "deny|fail|/v|a SemVer 2.0.0 version|");
  EXPECT_EQ(found("semver: true", "{v: 1.2}"), "deny|fail|/v|a version in quotes|number 1.2");
  EXPECT_EQ(found("semver: true", "{}"), "deny|fail|/v|a value|nothing");
  EXPECT_EQ(found("semver-range: true", "{v: '^1.2 || 3.x'}"), "");
  EXPECT_EQ(found("semver-range: true", "{v: '>>1'}"), "deny|fail|/v|a version range|>>1");
  EXPECT_EQ(found("semver-range: true", "{v: 1}"), "deny|fail|/v|a version range|integer 1");
  EXPECT_EQ(found("semver-range: true", "{}"), "deny|fail|/v|a value|nothing");
}

TEST(PredicateText, TheFirstConditionThatDoesNotHoldSpeaks) {
  EXPECT_EQ(judged("check: field, with: {path: object.v, type: string, matches: '[a-z]+', length: {max: 2}}",
                   "{v: ABC}"),
            Lines{"deny|fail|/v|text like [a-z]+|ABC"});
  EXPECT_EQ(judged("check: field, with: {path: object.v, type: string, matches: '[a-z]+', length: {max: 2}}",
                   "{v: abc}"),
            Lines{"deny|fail|/v|at most 2 characters|3 characters"});
}

TEST(PredicateText, EachSelectedValueIsJudgedByItself) {
  EXPECT_EQ(judged("check: field, with: {path: 'object.l[*].v', type: string}", "{l: [{v: 1}, {v: x}, {}]}"),
            (Lines{"deny|fail|/l/0/v|string|integer 1", "deny|fail|/l/2/v|a value|nothing"}));
  EXPECT_EQ(judged("check: field, with: {path: 'object.l[*].v', type: string}", "{l: []}"), Lines{});
  EXPECT_EQ(judged("check: field, with: {path: 'object.l[*].v', type: string}", "{}"),
            Lines{"deny|fail|/l|a value|nothing"});
  EXPECT_EQ(judged("check: field, with: {path: object..v, exclude: [object.l], type: string}",
                   "{l: [{v: 1}], m: {v: 2}, v: x}"),
            Lines{"deny|fail|/m/v|string|integer 2"});
  EXPECT_EQ(judged("check: field, with: {path: object..v, type: string}", "{}"), Lines{});
}

TEST(PredicateText, EveryConditionOfTheTableIsTestedHere) {
  const std::set<std::string> kTested = {
      "present", "absent", "type", "equals", "not-equals", "one-of", "not-one-of", "matches",
      "not-matches", "length", "range", "semver", "semver-range", "subset", "unique",
      "contains-tokens", "not-contains-tokens", "url"};
  for (const PredicateType& type : kPredicateTypes) {
    EXPECT_EQ(kTested.count(std::string(type.name)), 1U) << type.name;
  }
  EXPECT_EQ(kTested.size(), kPredicateTypes.size());
}

}  // namespace
}  // namespace portreeve::policies
