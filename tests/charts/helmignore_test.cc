#include "charts/helmignore.h"

#include <gtest/gtest.h>

namespace portreeve::charts {
namespace {

TEST(GoMatch, TableOfGosOwnTests) {
  // go/src/path/filepath/match_test.go
  struct Case {
    std::string_view pattern, name;
    bool match;
  };
  for (const Case& c : std::initializer_list<Case>{{"abc", "abc", true},
                                                   {"*", "abc", true},
                                                   {"*c", "abc", true},
                                                   {"a*", "a", true},
                                                   {"a*", "abc", true},
                                                   {"a*", "ab/c", false},
                                                   {"a*/b", "abc/b", true},
                                                   {"a*/b", "a/c/b", false},
                                                   {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
                                                   {"a*b*c*d*e*/f", "axbxcxdxexxx/f", true},
                                                   {"a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false},
                                                   {"a*b*c*d*e*/f", "axbxcxdxexxx/fff", false},
                                                   {"a*b?c*x", "abxbbxdbxebxczzx", true},
                                                   {"a*b?c*x", "abxbbxdbxebxczzy", false},
                                                   {"ab[c]", "abc", true},
                                                   {"ab[b-d]", "abc", true},
                                                   {"ab[e-g]", "abc", false},
                                                   {"ab[^c]", "abc", false},
                                                   {"ab[^b-d]", "abc", false},
                                                   {"ab[^e-g]", "abc", true},
                                                   {"a\\*b", "a*b", true},
                                                   {"a\\*b", "ab", false},
                                                   {"a?b", "a☺b", true},
                                                   {"a[^a]b", "a☺b", true},
                                                   {"a???b", "a☺b", false},
                                                   {"[a-ζ]*", "α", true},
                                                   {"*[a-ζ]", "A", false},
                                                   {"a?b", "a/b", false},
                                                   {"a*b", "a/b", false},
                                                   {"[\\]a]", "]", true},
                                                   {"[\\-]", "-", true},
                                                   {"[x\\-]", "x", true},
                                                   {"[x\\-]", "-", true},
                                                   {"[x\\-]", "z", false},
                                                   {"*x", "xxx", true}}) {
    EXPECT_TRUE(go_pattern_ok(c.pattern)) << c.pattern;
    EXPECT_EQ(go_match(c.pattern, c.name), c.match) << c.pattern << " " << c.name;
  }
}

TEST(GoMatch, PatternsThatGoRefuses) {
  for (const std::string_view pattern :
       {"[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[", "[^", "[^bc", "a[", "a\\"}) {
    EXPECT_FALSE(go_pattern_ok(pattern)) << pattern;
  }
}

bool out(std::string_view rules, std::string_view path) {
  const auto ignore = HelmIgnore::parse(rules);
  EXPECT_TRUE(ignore.ok());
  return ignore.ok() && ignore.value().leaves_out(path);
}

TEST(HelmIgnore, Table) {
  // helm/pkg/ignore/rules_test.go, and what follows from its code.
  struct Case {
    std::string_view rules, path;
    bool ignored;
  };
  for (const Case& c : std::initializer_list<Case>{{"helm.txt", "helm.txt", true},
                                                   {"helm.*", "helm.txt", true},
                                                   {"helm.*", "rudder.txt", false},
                                                   {"*.txt", "tiller.txt", true},
                                                   {"*.txt", "cargo/a.txt", true},
                                                   {"cargo/*.txt", "cargo/a.txt", true},
                                                   {"cargo/*.*", "cargo/a.txt", true},
                                                   {"cargo/*.txt", "mast/a.txt", false},
                                                   {"ru[c-e]?er.txt", "rudder.txt", true},
                                                   {"templates/.?*", "templates/.dotfile", true},
                                                   {".*", ".", false},
                                                   {".*", "./", false},
                                                   {".*", ".joonix", true},
                                                   {".*", "helm.txt", false},
                                                   {"", "templates/.dotfile", true},
                                                   {"cargo/", "cargo/a.txt", true},
                                                   {"cargo/", "mast/cargo/a.txt", true},
                                                   {"helm.txt/", "helm.txt", false},
                                                   {"/a.txt", "a.txt", true},
                                                   {"/a.txt", "cargo/a.txt", false},
                                                   {"/cargo/*.txt", "cargo/a.txt", true},
                                                   {"!helm.txt", "helm.txt", false},
                                                   {"!helm.txt", "tiller.txt", true},
                                                   {"!*.txt", "cargo", true},
                                                   {"!cargo/", "mast/a.txt", true},
                                                   {"# *.txt", "a.txt", false},
                                                   {"  *.txt  ", "a.txt", true},
                                                   {"\xEF\xBB\xBF*.txt", "a.txt", true},
                                                   {"*.md\r\n*.txt\r\n", "a.txt", true}}) {
    EXPECT_EQ(out(c.rules, c.path), c.ignored) << c.rules << " " << c.path;
  }
}

TEST(HelmIgnore, WhatHelmRefuses) {
  const auto message = [](std::string_view text) {
    const auto ignore = HelmIgnore::parse(text);
    return ignore.ok() ? std::string() : ignore.error().message;
  };
  EXPECT_EQ(message("a\n**/*.txt\n"), "line 2: \"**/*.txt\": Helm does not know '**'");
  EXPECT_EQ(message("[a\n"), "line 1: \"[a\": no pattern that Helm can read");
  EXPECT_EQ(message(std::string(70'000, 'a')), "line 1: a line of 64 KiB");
}

}  // namespace
}  // namespace portreeve::charts
