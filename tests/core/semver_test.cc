#include "core/semver.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve {
namespace {

Version version(std::string_view text) {
  auto parsed = Version::parse(text);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().message);
  return std::move(parsed).value();
}

TEST(Version, Parts) {
  struct Row {
    const char* text;
    const char* major;
    const char* minor;
    const char* patch;
    const char* prerelease;
    const char* build;
  };
  const Row rows[] = {
      {"0.0.0", "0", "0", "0", "", ""},
      {"1.2.3", "1", "2", "3", "", ""},
      {"10.20.30", "10", "20", "30", "", ""},
      {"1.2.3-rc.1", "1", "2", "3", "rc.1", ""},
      {"1.2.3+b.01", "1", "2", "3", "", "b.01"},
      {"1.2.3-a-b.0.x-y+2026-01.sha-0", "1", "2", "3", "a-b.0.x-y", "2026-01.sha-0"},
      {"1.2.3--", "1", "2", "3", "-", ""},
      {"1.2.3-0a", "1", "2", "3", "0a", ""},
      {"1.2.3+-", "1", "2", "3", "", "-"},
      {"99999999999999999999999.999999999999999999.99999999999999999", "99999999999999999999999",
       "999999999999999999", "99999999999999999", "", ""},
  };
  for (const Row& row : rows) {
    const Version parsed = version(row.text);
    EXPECT_EQ(parsed.text(), row.text);
    EXPECT_EQ(parsed.major(), row.major) << row.text;
    EXPECT_EQ(parsed.minor(), row.minor) << row.text;
    EXPECT_EQ(parsed.patch(), row.patch) << row.text;
    EXPECT_EQ(parsed.prerelease(), row.prerelease) << row.text;
    EXPECT_EQ(parsed.build(), row.build) << row.text;
  }
}

TEST(Version, WhatIsWrongAndWhere) {
  struct Row {
    std::string text;
    const char* problem;
  };
  const Row rows[] = {
      {"", "expected the major number at character 1, found the end"},
      {"1", "expected '.' and the minor number at character 2, found the end"},
      {"1.", "expected the minor number at character 3, found the end"},
      {"1.2", "expected '.' and the patch number at character 4, found the end"},
      {"1.2.", "expected the patch number at character 5, found the end"},
      {"v1.2.3", "expected the major number at character 1, found 'v'"},
      {"V1.2.3", "expected the major number at character 1, found 'V'"},
      {" 1.2.3", "expected the major number at character 1, found ' '"},
      {"1.2.3 ", "expected '-', '+' or the end at character 6, found ' '"},
      {"1.2.3\n", "expected '-', '+' or the end at character 6, found '\\u{000A}'"},
      {"1.2.3.4", "expected '-', '+' or the end at character 6, found '.'"},
      {"01.2.3", "leading zero at character 1"},
      {"1.02.3", "leading zero at character 3"},
      {"1.2.03", "leading zero at character 5"},
      {"00.0.0", "leading zero at character 1"},
      {"-1.2.3", "expected the major number at character 1, found '-'"},
      {"1.-2.3", "expected the minor number at character 3, found '-'"},
      {"1.2.x", "expected the patch number at character 5, found 'x'"},
      {"1.2.3-", "expected a pre-release identifier at character 7, found the end"},
      {"1.2.3-a.", "expected a pre-release identifier at character 9, found the end"},
      {"1.2.3-.a", "expected a pre-release identifier at character 7, found '.'"},
      {"1.2.3-a..b", "expected a pre-release identifier at character 9, found '.'"},
      {"1.2.3-01", "leading zero in the pre-release at character 7"},
      {"1.2.3-a.00", "leading zero in the pre-release at character 9"},
      {"1.2.3-a_b", "expected '-', '+' or the end at character 8, found '_'"},
      {"1.2.3+", "expected build metadata at character 7, found the end"},
      {"1.2.3+a+b", "expected '-', '+' or the end at character 8, found '+'"},
      {"latest", "expected the major number at character 1, found 'l'"},
      {"^1.2.3", "expected the major number at character 1, found '^'"},
      {"1.2.\xD9\xA3", "expected the patch number at character 5, found '\xD9\xA3'"},
  };
  for (const Row& row : rows) {
    const auto parsed = Version::parse(row.text);
    ASSERT_FALSE(parsed.ok()) << row.text;
    EXPECT_EQ(parsed.error().code, Errc::malformed);
    const std::string& message = parsed.error().message;
    EXPECT_EQ(message.substr(message.find("\": ") + 3), row.problem) << row.text;
    EXPECT_EQ(message.substr(0, 9), "version \"");
  }
}

TEST(Version, HugeTextIsRefusedShortly) {
  std::string parts = "1";
  for (int i = 0; i < 1'000'000; ++i) parts += ".1";
  const auto parsed = Version::parse(parts);
  ASSERT_FALSE(parsed.ok());
  EXPECT_LT(parsed.error().message.size(), 400U);
  EXPECT_TRUE(Version::parse(std::string(1'000'000, '9') + ".0.0").ok());
}

TEST(Version, Precedence) {
  // Each precedes the next; SemVer 2.0.0 §11 and more.
  const std::vector<std::string> ordered = {"0.0.0-0",
                                            "0.0.0",
                                            "0.0.1",
                                            "0.1.0",
                                            "1.0.0-0",
                                            "1.0.0-2",
                                            "1.0.0-10",
                                            "1.0.0-99999999999999999999",
                                            "1.0.0-A",
                                            "1.0.0-alpha",
                                            "1.0.0-alpha.1",
                                            "1.0.0-alpha.beta",
                                            "1.0.0-beta",
                                            "1.0.0-beta.2",
                                            "1.0.0-beta.11",
                                            "1.0.0-rc.1",
                                            "1.0.0",
                                            "1.0.2",
                                            "1.0.10",
                                            "1.2.0",
                                            "1.10.0",
                                            "2.0.0",
                                            "10.0.0",
                                            "18446744073709551615.0.0",
                                            "18446744073709551616.0.0",
                                            "99999999999999999999999.0.0"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      const int order = compare(version(ordered[i]), version(ordered[j]));
      EXPECT_EQ(order < 0, i < j) << ordered[i] << " " << ordered[j];
      EXPECT_EQ(order == 0, i == j) << ordered[i] << " " << ordered[j];
    }
  }
  EXPECT_EQ(compare(version("1.0.0+a"), version("1.0.0+b")), 0);
  EXPECT_EQ(compare(version("1.0.0-a+a"), version("1.0.0-a")), 0);
}

TEST(VersionRange, Contains) {
  struct Row {
    const char* range;
    std::vector<const char*> inside;
    std::vector<const char*> outside;
  };
  const Row rows[] = {
      {"1.2.3", {"1.2.3", "1.2.3+b"}, {"1.2.4", "1.2.3-rc.1", "0.2.3"}},
      {"=1.2.3", {"1.2.3"}, {"1.2.2"}},
      {"v1.2.3", {"1.2.3"}, {"1.2.4"}},
      {"= v1.2", {"1.2.0", "1.2.9"}, {"1.3.0", "1.1.9"}},
      {"1.2.x", {"1.2.0", "1.2.99"}, {"1.3.0", "1.1.0", "1.2.0-rc.1"}},
      {"1.2.*", {"1.2.0", "1.2.99"}, {"1.3.0"}},
      {"1.2", {"1.2.0", "1.2.99"}, {"1.3.0"}},
      {"1.x.x", {"1.0.0", "1.99.0"}, {"2.0.0", "0.9.0"}},
      {"1.X", {"1.0.0", "1.99.0"}, {"2.0.0"}},
      {"1", {"1.0.0", "1.99.0"}, {"2.0.0"}},
      {"0.x", {"0.0.0", "0.9.9"}, {"1.0.0"}},
      {"0", {"0.0.0", "0.9.9"}, {"1.0.0"}},
      {"*", {"0.0.0", "99.0.0"}, {"1.0.0-rc.1"}},
      {"x", {"0.0.0", "99.0.0"}, {}},
      {"*-0", {"1.0.0-rc.1", "99.0.0"}, {}},
      {"^1.0", {"1.0.0", "1.9.9"}, {"0.9.9", "2.0.0", "2.0.0-rc.1"}},
      {"^1", {"1.0.0", "1.9.9"}, {"0.9.9", "2.0.0"}},
      {"^1.2.3", {"1.2.3", "1.9.9"}, {"1.2.2", "2.0.0"}},
      {"^0.2.3", {"0.2.3", "0.2.9"}, {"0.2.2", "0.3.0", "1.2.3"}},
      {"^0.2", {"0.2.0", "0.2.9"}, {"0.1.9", "0.3.0"}},
      {"^0.0.3", {"0.0.3"}, {"0.0.2", "0.0.4"}},
      {"^0.0", {"0.0.0", "0.0.9"}, {"0.1.0"}},
      {"^0", {"0.0.0", "0.9.0"}, {"1.0.0"}},
      {"^0.0.0", {"0.0.0"}, {"0.0.1"}},
      {"^*", {"0.0.0", "7.0.0"}, {}},
      {"~1.2", {"1.2.0", "1.2.9"}, {"1.1.9", "1.3.0"}},
      {"~1.2.3", {"1.2.3", "1.2.9"}, {"1.2.2", "1.3.0"}},
      {"~>1.2.3", {"1.2.3", "1.2.9"}, {"1.2.2", "1.3.0"}},
      {"~1", {"1.0.0", "1.9.0"}, {"2.0.0"}},
      {"~ 1", {"1.0.0", "1.9.0"}, {"2.0.0"}},
      {"~*", {"0.0.0", "7.0.0"}, {}},
      {"~0.0.0", {"0.0.0", "7.0.0"}, {}},
      {"~0.0.1", {"0.0.1", "0.0.9"}, {"0.0.0", "0.1.0"}},
      {">1", {"2.0.0"}, {"1.0.0", "1.9.9"}},
      {">1.2", {"1.3.0", "2.0.0"}, {"1.2.0", "1.2.9"}},
      {">1.2.3", {"1.2.4"}, {"1.2.3"}},
      {">=1.2", {"1.2.0", "2.0.0"}, {"1.1.9"}},
      {"=>1.2", {"1.2.0", "2.0.0"}, {"1.1.9"}},
      {">=*", {"0.0.0"}, {}},
      {"<2", {"1.9.9"}, {"2.0.0"}},
      {"<2.1", {"2.0.9"}, {"2.1.0"}},
      {"<=2", {"2.9.9", "1.0.0"}, {"3.0.0"}},
      {"<=2.1", {"2.1.9"}, {"2.2.0", "3.0.0"}},
      {"=<2.1.0", {"2.1.0"}, {"2.1.1"}},
      {"!=1.2.3", {"1.2.4"}, {"1.2.3", "1.2.4-rc.1"}},
      {"!=1.2", {"1.3.0", "1.1.0"}, {"1.2.0", "1.2.9"}},
      {"!=1.x", {"2.0.0", "0.1.0"}, {"1.0.0", "1.9.0"}},
      {">=1.0.0 <2.0.0", {"1.0.0", "1.9.9"}, {"0.9.9", "2.0.0", "1.5.0-rc.1"}},
      {">=1.0.0, <2.0.0", {"1.0.0", "1.9.9"}, {"0.9.9", "2.0.0"}},
      {">=1.0.0,<2.0.0", {"1.0.0"}, {"2.0.0"}},
      {">= 1.0.0 , < 2.0.0", {"1.0.0"}, {"2.0.0"}},
      {" \t1.2.3 ", {"1.2.3"}, {}},
      {"^1.2 != 1.4.2", {"1.4.1"}, {"1.4.2"}},
      {"^1.2 || ^3", {"1.2.0", "3.1.0"}, {"2.0.0"}},
      {"1.2||2.x||>=4 <5", {"1.2.1", "2.2.0", "4.9.0"}, {"3.0.0", "5.0.0"}},
      {"1.0 - 2.0", {"1.0.0", "2.0.9"}, {"0.9.9", "2.1.0"}},
      {"1.0.0 - 2.0.0", {"1.0.0", "2.0.0"}, {"2.0.1"}},
      {"1 - 2 || 5", {"2.9.9", "5.5.5"}, {"3.0.0"}},
      {"1.0 - 2.0 !=1.5", {"1.4.0"}, {"1.5.1"}},
      {"1.2.3-beta", {"1.2.3-beta"}, {"1.2.3", "1.2.3-alpha"}},
      {">=1.2.3-beta", {"1.2.3-beta", "1.2.3-rc", "1.2.3", "1.3.0-alpha"}, {"1.2.3-alpha"}},
      {">=1.0.0-0 <2.0.0", {"1.0.0-0", "1.5.0-rc.1", "2.0.0-rc.1"}, {"2.0.0"}},
      {"^1.2.3-beta", {"1.2.3-beta.2", "1.9.0-x"}, {"1.2.3-alpha", "2.0.0-0"}},
      {"~1.2.3-beta", {"1.2.3-beta.2", "1.2.9"}, {"1.3.0-0"}},
      {"^1 || ^2.0.0-0", {"1.1.0", "2.1.0-rc.1"}, {"1.1.0-rc.1"}},
      {"1.2.3+build", {"1.2.3", "1.2.3+other"}, {}},
      {"<99999999999999999999", {"18446744073709551616.0.0"}, {"99999999999999999999.0.0"}},
      {">2 <1", {}, {"1.5.0", "2.5.0"}},
  };
  for (const Row& row : rows) {
    const auto range = VersionRange::parse(row.range);
    ASSERT_TRUE(range.ok()) << range.error().message;
    EXPECT_EQ(range.value().text(), row.range);
    for (const char* text : row.inside) {
      EXPECT_TRUE(range.value().contains(version(text))) << row.range << " must hold " << text;
    }
    for (const char* text : row.outside) {
      EXPECT_FALSE(range.value().contains(version(text))) << row.range << " must not hold " << text;
    }
  }
}

// What nothing is in, and what only just something is in.
TEST(VersionRange, Empty) {
  for (const char* empty :
       {">2 <1", ">=2.0.0 <2.0.0", ">1.2.3 <1.2.3", "^1.2, ^2", ">1.0.0 <1.0.1", "=1.2.3 !=1.2.3", "~1.2 !=1.2",
        ">1 <2", "2.0.0 - 1.0.0", ">=1.0.0 <1.0.1 !=1.0.0", "<0.0.0", ">2 <1 || >4 <3", "<0.0.0-0", "1.x 2.x",
        ">99999999999999999999 <99999999999999999999.5"}) {
    const auto range = VersionRange::parse(empty);
    ASSERT_TRUE(range.ok()) << empty;
    EXPECT_TRUE(range.value().empty()) << empty;
  }
  for (const char* not_empty :
       {"*", "x", "^1", "~0.0.0", ">=1.0.0 <1.0.1", ">1.0.0 <1.0.2", ">1.0.0 <1.0.1-rc", "<0.0.1", "<0.0.0-1", ">2 <1 || 1.x",
        ">=1.0.0 !=1.0.0 !=1.0.1 <1.0.3", ">1.2.3-rc <1.2.3", "=1.2.3-rc.1", ">1.9.9 <3", "!=0.0.0", ">0.9.99 <1",
        ">99999999999999999999.1 <99999999999999999999.2.1", "!=0", "1.0.0 - 1.0.0"}) {
    const auto range = VersionRange::parse(not_empty);
    ASSERT_TRUE(range.ok()) << not_empty;
    EXPECT_FALSE(range.value().empty()) << not_empty;
  }
}

TEST(VersionRange, WhatIsWrongAndWhere) {
  struct Row {
    const char* text;
    const char* problem;
  };
  const Row rows[] = {
      {"", "expected a version at character 1, found the end"},
      {"  ", "expected a version at character 3, found the end"},
      {"latest", "expected a version at character 1, found 'l'"},
      {">=", "expected a version at character 3, found the end"},
      {">>1", "expected a version at character 2, found '>'"},
      {"^^1", "expected a version at character 2, found '^'"},
      {"1.2.", "expected a number at character 5, found the end"},
      {"1..2", "expected a number at character 3, found '.'"},
      {"1.2.3.4", "expected a space, ',' or '||' at character 6, found '.'"},
      {"1.2.y", "expected a number at character 5, found 'y'"},
      {"1.02", "leading zero at character 3"},
      {"1.2.3-", "expected a pre-release identifier at character 7, found the end"},
      {"1.2.3-01", "leading zero in the pre-release at character 7"},
      {"^1.2,", "expected a version at character 6, found the end"},
      {",1.2", "expected a version at character 1, found ','"},
      {"1,,2", "expected a version at character 3, found ','"},
      {">=1.0<2.0", "expected a space, ',' or '||' at character 6, found '<'"},
      {"1 | 2", "expected '||' at character 3, found '|'"},
      {"1 ||", "expected a version at character 5, found the end"},
      {"|| 1", "expected a version at character 1, found '|'"},
      {"1 - ", "expected a version at character 5, found the end"},
      {"1 -2", "expected a version at character 3, found '-'"},
      {"- 2", "expected a version at character 1, found '-'"},
      {">=1 - 2", "expected a version at character 5, found '-'"},
      {"1 - *", "a version, not '*', must end the range at character 5"},
      {"<*", "a version, not '*', must follow this operator at character 2"},
      {"!= x", "a version, not '*', must follow this operator at character 4"},
      {"1.2.3 and 2", "expected a version at character 7, found 'a'"},
      {"(1.2)", "expected a version at character 1, found '('"},
      {"V1", "expected a version at character 1, found 'V'"},
  };
  for (const Row& row : rows) {
    const auto range = VersionRange::parse(row.text);
    ASSERT_FALSE(range.ok()) << row.text;
    EXPECT_EQ(range.error().code, Errc::malformed);
    EXPECT_EQ(range.error().message,
              "version range \"" + std::string(row.text) + "\": " + row.problem);
  }
}

TEST(VersionRange, LengthIsBounded) {
  const auto range = VersionRange::parse(std::string(513, '1'));
  ASSERT_FALSE(range.ok());
  EXPECT_EQ(range.error().code, Errc::limit);
  EXPECT_EQ(range.error().message, "version range: 513 bytes, limit is 512");
}

TEST(Version, LowestReading) {
  const struct {
    const char* text;
    const char* want;  ///< "": none.
  } kRows[] = {
      {"1.2.3", "1.2.3"},          {"1.2.3-rc.1+b", "1.2.3-rc.1+b"}, {"1.2.3+a_b", "1.2.3"},
      {"1", "1.0.0"},              {"1.2", "1.2.0"},                 {"v1.2.3", "1.2.3"},
      {"V1", "1.0.0"},             {" v1.2", "1.2.0"},               {"01.002.0003", "1.2.3"},
      {"00.0.0", "0.0.0"},         {"1.2-rc.1", "1.2.0-rc.1"},       {"v1.2.3-rc.1", "1.2.3-rc.1"},
      {"1.2.3-rc.01", "1.2.3-0"},  {"1.2.3.4", "1.2.3-0"},           {"1.2.x", "1.2.0-0"},
      {"1.", "1.0.0-0"},           {"1.2.3 ", "1.2.3-0"},            {"1.2.3-", "1.2.3-0"},
      {"18446744073709551617.0", "18446744073709551617.0.0"},
      {"", ""},                    {"latest", ""},                   {"v", ""},
      {"vv1", ""},                 {"x.1", ""},                      {"-1.0", ""},
      {".1", ""},                  {"release-1.2", ""},              {"\xD9\xA1.0.0", ""},
  };
  for (const auto& row : kRows) {
    const std::optional<Version> read = lowest_reading(row.text);
    EXPECT_EQ(read.has_value() ? read->text() : "", row.want) << row.text;
  }
}

}  // namespace
}  // namespace portreeve
