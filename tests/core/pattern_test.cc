#include "core/pattern.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/pattern_search.h"

namespace portreeve {
namespace {

TEST(Pattern, MatchesTheWholeText) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view expression;
    std::string_view text;
    bool want;
  };
  const std::vector<Case> cases = {
      {"a", "a", true},
      {"a", "ab", false},
      {"a", "ba", false},
      {"a", "a\n", false},
      {"a|b", "b", true},
      {"a|bc", "ab", false},
      {"^a$", "a", true},
      {"^a$", "a\n", false},
      {"(?m)^a$", "a\nb", false},
      {"", "", true},
      {"", "a", false},
      {".*", "any thing", true},
      {".*", "two\nlines", false},
      {"(?s).*", "two\nlines", true},
      {"a.c", "a\0c"sv, true},
      {"abc", "a\0c"sv, false},
      {"a", "a\0"sv, false},
      {".", "é", true},
      {"..", "é", false},
      {"\\pL+", "éß日", true},
      {"[a-z]+", "ABC", false},
      {"(?i)[a-z]+", "ABC", true},
      {"bp-[a-z][a-z0-9-]{0,60}", "bp-x", true},
      {"\\d+\\.\\d+", "1.20", true},
      {"\\bfoo\\b", "foo", true},
  };
  for (const Case& c : cases) {
    const auto pattern = Pattern::compile(c.expression);
    ASSERT_TRUE(pattern.ok()) << c.expression;
    EXPECT_EQ(pattern.value().matches(c.text), c.want) << c.expression << " " << c.text;
    EXPECT_EQ(pattern.value().expression(), c.expression);
  }
}

TEST(Pattern, RefusesWithReasonAndFragment) {
  struct Case {
    std::string expression;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"(", "pattern \"(\": missing ): (, at \"(\""},
      {")", "pattern \")\": unexpected ): ), at \")\""},
      {"a**", "pattern \"a**\": bad repetition operator: **, at \"**\""},
      {"[a", "pattern \"[a\": missing ]: [a, at \"[a\""},
      {"[z-a]", "pattern \"[z-a]\": invalid character class range: z-a, at \"z-a\""},
      {"(?=a)", "pattern \"(?=a)\": invalid perl operator: (?=, at \"(?=\""},
      {"(a)\\1", "pattern \"(a)\\1\": invalid escape sequence: \\1, at \"\\1\""},
      {"a{1001}", "pattern \"a{1001}\": invalid repetition size: {1001}, at \"{1001}\""},
      {"\xFF", "pattern \"\\u{FFFD}\": invalid UTF-8, at \"\""},
      {"\\pX", "pattern \"\\pX\": invalid character class range: \\pX, at \"\\pX\""},
      {std::string(4097, 'a'),
       "pattern \"" + std::string(253, 'a') + "…\": 4097 bytes, limit is 4096"},
      {"((a{100}){100}){100}",
       "pattern \"((a{100}){100}){100}\": invalid repetition size: {100}, at \"{100}\""},
  };
  for (const Case& c : cases) {
    const auto pattern = Pattern::compile(c.expression);
    ASSERT_FALSE(pattern.ok()) << c.expression;
    EXPECT_EQ(pattern.error().code, Errc::misconfigured);
    EXPECT_EQ(pattern.error().message, c.message);
  }
}

TEST(Pattern, TooLargeForItsMemoryIsRefused) {
  const auto pattern = Pattern::compile("(\\pL{500}){2}");
  ASSERT_FALSE(pattern.ok());
  EXPECT_EQ(pattern.error().message,
            "pattern \"(\\pL{500}){2}\": pattern too large - compile failed, at \"\"");
}

// The classics that make backtracking engines exponential.
TEST(Pattern, LinearOnHostileText) {
  const std::string text(1 << 20, 'a');
  for (const char* expression : {"(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*a*a*b",
                                 "(.*)(.*)(.*)x", "(a|aa)+$b", "([a-zA-Z]+)*1"}) {
    const auto pattern = Pattern::compile(expression);
    ASSERT_TRUE(pattern.ok()) << expression;
    EXPECT_FALSE(pattern.value().matches(text)) << expression;
  }
}

TEST(Glob, Matches) {
  struct Case {
    const char* glob;
    const char* text;
    bool want;
  };
  const std::vector<Case> cases = {
      {"a", "a", true},
      {"a", "b", false},
      {"a", "ab", false},
      {"a/b", "a/b", true},
      {"*", "abc", true},
      {"*", "", true},
      {"*", "a/b", false},
      {"*", "/", false},
      {"a*", "a", true},
      {"a*", "abc", true},
      {"a*c", "abc", true},
      {"a*c", "abcd", false},
      {"a*c", "ab/c", false},
      {"*a*b*", "xaxbx", true},
      {"*a*b*", "xbxax", false},
      {"*/b", "a/b", true},
      {"*/b", "b", false},
      {"*/b", "x/a/b", false},
      {"a/*", "a/", true},
      {"a/*", "a/b", true},
      {"a/*", "a/b/c", false},
      {"?", "a", true},
      {"?", "é", true},
      {"?", "", false},
      {"?", "/", false},
      {"??", "é", false},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"**", "", true},
      {"**", "a/b/c", true},
      {"a/**", "a", false},
      {"a/**", "a/", true},
      {"a/**", "a/b", true},
      {"a/**", "a/b/c", true},
      {"a/**", "ab/c", false},
      {"**/b", "a/b", true},
      {"**/b", "x/a/b", true},
      {"**/b", "b", false},
      {"**b", "b", true},
      {"a/**/c", "a/b/c", true},
      {"a/**/c", "a/x/y/c", true},
      {"a/**/c", "a/c", false},
      {"a**c", "a/b/c", true},
      {"**/*.yaml", "x/y/z.yaml", true},
      {"**/*.yaml", "x/y/z.yml", false},
      {"**a*b", "x/a/y/ab", true},
      {"**a*b", "x/a/y/b", false},
      {"*a**b", "xa/y/b", true},
      {"*a**b", "x/a/b", false},
      {"*-*/**/x?", "a-b/c/d/xy", true},
      {"registry.example/team/*", "registry.example/team-evil/x", false},
      {"registry.example/team/**", "registry.example/team/a/b", true},
      {"a.b", "axb", false},
      {"a+", "a+", true},
  };
  for (const Case& c : cases) {
    const auto glob = Glob::compile(c.glob);
    ASSERT_TRUE(glob.ok()) << c.glob;
    EXPECT_EQ(glob.value().matches(c.text), c.want) << c.glob << " " << c.text;
    EXPECT_EQ(glob.value().text(), c.glob);
  }
}

// The definition itself: exponential, and right.
bool reference_matches(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.substr(0, 2) == "**") {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (reference_matches(glob.substr(2), text.substr(i))) return true;
    }
    return false;
  }
  if (glob[0] == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (reference_matches(glob.substr(1), text.substr(i))) return true;
      if (i < text.size() && text[i] == '/') return false;
    }
    return false;
  }
  if (text.empty() || (glob[0] == '?' ? text[0] == '/' : glob[0] != text[0])) return false;
  return reference_matches(glob.substr(1), text.substr(1));
}

std::vector<std::string> words(std::string_view alphabet, std::size_t longest) {
  std::vector<std::string> out = {""};
  for (std::size_t from = 0; out[from].size() < longest; ++from) {
    for (const char c : alphabet) out.push_back(out[from] + c);
  }
  return out;
}

TEST(Glob, AgreesWithItsDefinitionOnAllShortWords) {
  const std::vector<std::string> texts = words("a/b", 5);
  std::size_t globs = 0;
  for (const std::string& text : words("a/*?", 5)) {
    const auto glob = Glob::compile(text);
    if (!glob.ok()) continue;
    ++globs;
    for (const std::string& candidate : texts) {
      ASSERT_EQ(glob.value().matches(candidate), reference_matches(text, candidate))
          << text << " " << candidate;
    }
  }
  EXPECT_GT(globs, 1000U);
}

TEST(Glob, LinearOnHostileText) {
  std::string stars;
  for (int i = 0; i < 1000; ++i) stars += "*a";
  const auto glob = Glob::compile(stars + "b");
  ASSERT_TRUE(glob.ok());
  EXPECT_FALSE(glob.value().matches(std::string(20'000, 'a')));
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "**a*a";
  const auto deep_glob = Glob::compile(deep + "b");
  ASSERT_TRUE(deep_glob.ok());
  EXPECT_FALSE(deep_glob.value().matches(std::string(5'000, 'a')));
}

TEST(Glob, Refuses) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "glob \"\": empty"},
      {"a***b", "glob \"a***b\": more than two '*' in a row"},
      {"[ab]", "glob \"[ab]\": brackets have no meaning here"},
      {"{a,b}", "glob \"{a,b}\": brackets have no meaning here"},
      {"a\\*", "glob \"a\\*\": there are no escapes"},
      {"a\nb", "glob \"a\\u{000A}b\": control character"},
      {std::string("a\0b", 3), "glob \"a\\u{0000}b\": control character"},
      {"\xFF", "glob \"\\u{FFFD}\": invalid UTF-8"},
      {std::string(4097, 'a'), "glob \"" + std::string(253, 'a') + "…\": more than 4096 bytes"},
  };
  for (const Case& c : cases) {
    const auto glob = Glob::compile(c.text);
    ASSERT_FALSE(glob.ok()) << c.text;
    EXPECT_EQ(glob.error().code, Errc::misconfigured);
    EXPECT_EQ(glob.error().message, c.message);
  }
}

TEST(Glob, Literal) {
  EXPECT_TRUE(Glob::compile("a/b.c").value().literal());
  EXPECT_FALSE(Glob::compile("a/*").value().literal());
  EXPECT_FALSE(Glob::compile("a?").value().literal());
}

}  // namespace
}  // namespace portreeve
