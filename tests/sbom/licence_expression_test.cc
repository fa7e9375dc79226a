#include "sbom/licence_expression.h"

#include <gtest/gtest.h>

#include <string>

#include "sbom/licence_list.h"
#include "sbom/licence_rules.h"
#include "tests/sbom/corpus.h"
#include "tests/support/source_dir.h"

namespace portreeve::sbom {
namespace {

using Kind = LicenceLeaf::Kind;

LicenceExpression parsed(std::string_view text, LicenceGrammar grammar = LicenceGrammar::spec3) {
  Result<LicenceExpression> out = LicenceExpression::parse(text, grammar);
  EXPECT_TRUE(out.ok()) << text << (out.ok() ? "" : ": " + out.error().message);
  return out.ok() ? std::move(out).value() : LicenceExpression::free_text(text);
}

LicenceSet set_of(const std::vector<std::string>& entries) {
  Result<LicenceSet> out = LicenceSet::compile(entries);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? std::move(out).value() : LicenceSet();
}

TEST(LicenceList, IsTheOneOfTheCorpus) {
  EXPECT_EQ(licence_list_version(), "3.28.0");
  EXPECT_EQ(listed_licences().size(), 727U);
  const std::string folder = corpus("licenses");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  const auto licences = read_json(folder + "/licenses.json");
  std::size_t deprecated = 0, osi = 0, fsf = 0;
  for (const Value row : licences->root()["licenses"]) {
    const ListedLicence* const listed = find_licence(row["licenseId"].text());
    ASSERT_NE(listed, nullptr) << row["licenseId"].text();
    EXPECT_EQ(listed->deprecated, row["isDeprecatedLicenseId"].boolean()) << listed->id;
    EXPECT_EQ(listed->osi, row["isOsiApproved"].boolean()) << listed->id;
    deprecated += listed->deprecated ? 1 : 0;
    osi += listed->osi ? 1 : 0;
    fsf += listed->fsf ? 1 : 0;
  }
  EXPECT_EQ(deprecated, 32U);
  EXPECT_EQ(osi, 149U);
  EXPECT_EQ(fsf, 127U);
  const auto exceptions = read_json(folder + "/exceptions.json");
  for (const Value row : exceptions->root()["exceptions"]) {
    EXPECT_NE(find_exception(row["licenseExceptionId"].text()), nullptr);
  }
}

TEST(LicenceExpression, CanonicalText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"mit", "MIT"},
      {"MIT and apache-2.0", "MIT AND Apache-2.0"},
      {"MIT OR Apache-2.0 AND ISC", "MIT OR Apache-2.0 AND ISC"},
      {"(MIT OR Apache-2.0) AND ISC", "(MIT OR Apache-2.0) AND ISC"},
      {"(MIT AND (Apache-2.0))", "MIT AND Apache-2.0"},
      {"GPL-2.0", "GPL-2.0-only"},
      {"GPL-2.0+", "GPL-2.0-or-later"},
      {"gpl-2.0-OR-LATER", "GPL-2.0-or-later"},
      {"Apache-1.0+", "Apache-1.0+"},
      {"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
      {"GPL-2.0+ WITH bison-exception-2.2", "GPL-2.0-or-later WITH Bison-exception-2.2"},
      {"DocumentRef-x:LicenseRef-y", "DocumentRef-x:LicenseRef-y"},
      {"MIT WITH AdditionRef-mine", "MIT WITH AdditionRef-mine"},
      {"NOASSERTION AND MIT", "NOASSERTION AND MIT"},
  };
  for (const auto& [text, want] : cases) {
    const LicenceExpression expression = parsed(text);
    EXPECT_EQ(expression.text(), want);
    EXPECT_EQ(parsed(expression.text()).text(), want);
  }
}

TEST(LicenceExpression, ReasonsOfRefusals) {
  struct Case {
    std::string_view text;
    LicenceGrammar grammar;
    std::string_view why;
  };
  const auto spec2 = LicenceGrammar::spec2, spec3 = LicenceGrammar::spec3,
             lenient = LicenceGrammar::lenient;
  const Case cases[] = {
      {"", spec3, "expected a licence, found the end at character 1"},
      {"MIT OR", spec3, "expected a licence, found the end at character 7"},
      {"MIT ISC", spec3, "expected AND, OR, WITH or the end, found \"ISC\" at character 5"},
      {"MIT And ISC", lenient, "expected AND, OR, WITH or the end, found \"And\" at character 5"},
      {"MIT or ISC", spec2, "expected AND, OR, WITH or the end, found \"or\" at character 5"},
      {"MIT AND or", spec2, "expected a licence, found \"or\" at character 9"},
      {"and", spec2, "expected a licence, found \"and\" at character 1"},
      {"MIT WITH with", spec2, "expected an exception, found \"with\" at character 10"},
      {"(MIT", spec3, "expected ')' or an operator, found the end at character 5"},
      {"MIT)", spec3, "expected AND, OR, WITH or the end, found \")\" at character 4"},
      {"MIT WITH", spec3, "expected an exception, found the end at character 9"},
      {"(MIT OR ISC) WITH Bison-exception-2.2", spec3,
       "expected AND, OR or the end, found \"WITH\" at character 14"},
      {"MIT WITH AdditionRef-x", spec2, ""},
      {"MIT +", spec3, "expected AND, OR, WITH or the end, found \"+\" at character 5"},
      {"LicenseRef-a+", spec3, ""},
      {"NONE OR MIT", spec3, "NONE as a choice of OR"},
      {"(NOASSERTION AND MIT) OR ISC", spec3, "NOASSERTION as a choice of OR"},
      {"NONE WITH Bison-exception-2.2", spec3, "NONE with an exception"},
      {" MIT", spec3, "blanks before or after the expression"},
      {"MIT OR(ISC)", spec3, "expected blanks around it, found \"OR\" at character 5"},
      {"GPL-2.0-with-GCC-exception WITH Bison-exception-2.2", spec3,
       "\"GPL-2.0-with-GCC-exception\" has an exception already"},
      {"GPLv2+ and (c)", spec3, "expected a licence"},
  };
  for (const Case& c : cases) {
    const Result<LicenceExpression> out = LicenceExpression::parse(c.text, c.grammar);
    if (c.why.empty()) {
      EXPECT_TRUE(out.ok() || !out.error().message.empty());
      continue;
    }
    if (out.ok()) {
      // Unlisted names are leaves: their meaning is unknown, their syntax is fine.
      EXPECT_EQ(c.text, "GPLv2+ and (c)");
      EXPECT_EQ(out.value().leaves()[0].kind, Kind::unlisted);
      continue;
    }
    EXPECT_EQ(out.error().message,
              "licence expression \"" + std::string(c.text) + "\": " + std::string(c.why))
        << c.text;
  }
  EXPECT_EQ(LicenceExpression::parse("MIT\tOR ISC", spec3).error().message,
            "licence expression \"MIT\\u{0009}OR ISC\": control character at character 4");
  for (const std::string_view fine : {" MIT ", "MIT\tOR\tISC", "MIT OR(ISC)", "(MIT)AND(ISC)"}) {
    EXPECT_TRUE(LicenceExpression::parse(fine, lenient).ok()) << fine;
  }
}

TEST(LicenceExpression, Limits) {
  EXPECT_EQ(LicenceExpression::parse(std::string(kLicenceBytes + 1, 'a'), LicenceGrammar::spec3)
                .error()
                .code,
            Errc::limit);
  std::string deep(kLicenceDepth + 1, '(');
  deep += "MIT" + std::string(kLicenceDepth + 1, ')');
  EXPECT_EQ(LicenceExpression::parse(deep, LicenceGrammar::spec3).error().code, Errc::limit);
  std::string wide = "MIT";
  for (std::size_t i = 0; i < kLicenceLeaves; ++i) wide += " OR MIT";
  EXPECT_EQ(LicenceExpression::parse(wide, LicenceGrammar::spec3).error().code, Errc::limit);
}

TEST(LicenceExpression, FreeTextIsNeverSearched) {
  const LicenceExpression text = LicenceExpression::read("see the MIT licence, page 3");
  ASSERT_EQ(text.leaves().size(), 1U);
  EXPECT_EQ(text.leaves()[0].kind, Kind::free_text);
  const LicenceSet allow = set_of({"MIT"});
  EXPECT_EQ(
      text.evaluate([&](const LicenceLeaf& leaf) { return licence_allowed(leaf, allow, {}); }),
      std::nullopt);
}

// Kleene's tables: OR is any, AND is all, unknown stays unknown unless the other side decides.
TEST(LicenceExpression, ThreeValues) {
  const LicenceSet allow = set_of({"MIT"});
  const auto ask = [&](std::string_view text) {
    return parsed(text).evaluate(
        [&](const LicenceLeaf& leaf) { return licence_allowed(leaf, allow, {}); });
  };
  EXPECT_EQ(ask("MIT OR unheard-of"), std::optional<bool>(true));
  EXPECT_EQ(ask("ISC OR unheard-of"), std::nullopt);
  EXPECT_EQ(ask("ISC AND unheard-of"), std::optional<bool>(false));
  EXPECT_EQ(ask("MIT AND unheard-of"), std::nullopt);
  EXPECT_EQ(ask("MIT AND NOASSERTION"), std::nullopt);
  EXPECT_EQ(ask("NONE"), std::optional<bool>(false));
  EXPECT_EQ(ask("LicenseRef-x"), std::optional<bool>(false));
}

TEST(LicenceRules, Deny) {
  const LicenceSet deny = set_of({"AGPL-*", "GPL-3.0-only"});
  const auto ask = [&](std::string_view text, bool strict) {
    const LicenceExpression expression = parsed(text);
    if (!strict) {
      return expression.evaluate(
          [&](const LicenceLeaf& leaf) { return licence_not_denied(leaf, deny, {}, false); });
    }
    std::optional<bool> all = true;
    for (const LicenceLeaf& leaf : expression.leaves()) {
      if (licence_not_denied(leaf, deny, {}, true) == false) all = false;
    }
    return all;
  };
  EXPECT_EQ(ask("(MIT OR GPL-3.0-only) AND AGPL-3.0-only", false), std::optional<bool>(false));
  EXPECT_EQ(ask("MIT OR GPL-3.0-only", false), std::optional<bool>(true));
  EXPECT_EQ(ask("MIT OR GPL-3.0-only", true), std::optional<bool>(false));
  EXPECT_EQ(ask("GPL-2.0-or-later", false), std::optional<bool>(true));
  EXPECT_EQ(ask("GPL-2.0-or-later", true), std::optional<bool>(false));
  EXPECT_EQ(ask("GPL-3.0-or-later", false), std::optional<bool>(false));
  EXPECT_EQ(ask("AGPL-1.0-or-later", false), std::optional<bool>(false));
  EXPECT_EQ(ask("unheard-of", false), std::nullopt);
}

TEST(LicenceRules, Exceptions) {
  const LicenceSet gpl = set_of({"GPL-2.0-only"});
  LicenceExceptions classpath;
  classpath.ids.insert("Classpath-exception-2.0");
  const LicenceExpression with = parsed("GPL-2.0-only WITH Classpath-exception-2.0");
  const LicenceLeaf& leaf = with.leaves()[0];
  EXPECT_EQ(licence_allowed(leaf, gpl, {}), std::optional<bool>(false));
  EXPECT_EQ(licence_allowed(leaf, gpl, classpath), std::optional<bool>(true));
  EXPECT_EQ(licence_allowed(leaf, set_of({"GPL-2.0-only WITH Classpath-exception-2.0"}), {}),
            std::optional<bool>(true));
  EXPECT_EQ(licence_not_denied(leaf, gpl, {}, false), std::optional<bool>(false));
  EXPECT_EQ(licence_not_denied(leaf, gpl, classpath, false), std::optional<bool>(true));
  const LicenceExpression unknown = parsed("GPL-2.0-only WITH Unheard-exception");
  EXPECT_EQ(licence_allowed(unknown.leaves()[0], gpl, classpath), std::nullopt);
}

TEST(LicenceRules, BadEntries) {
  const std::pair<std::string, std::string> cases[] = {
      {"MTI", "licence \"MTI\": is not on the SPDX list and no LicenseRef-"},
      {"MIT OR ISC", "licence \"MIT OR ISC\": one licence an entry"},
      {"QQQ-*", "licence \"QQQ-*\": meets no licence of the SPDX list"},
  };
  for (const auto& [entry, message] : cases) {
    const Result<LicenceSet> set = LicenceSet::compile({entry});
    ASSERT_FALSE(set.ok()) << entry;
    EXPECT_EQ(set.error().message, message);
  }
}

TEST(LicenceExpression, TheDecidingLeaves) {
  const LicenceSet deny = set_of({"AGPL-3.0-only"});
  const LicenceExpression expression = parsed("(MIT OR ISC) AND AGPL-3.0-only");
  const auto judge = [&](const LicenceLeaf& leaf) {
    return licence_not_denied(leaf, deny, {}, false);
  };
  const auto leaves = expression.deciding(judge);
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_EQ(leaves[0]->id, "AGPL-3.0-only");
  EXPECT_EQ(parsed("AGPL-3.0-only OR MIT").deciding(judge)[0]->id, "MIT");
}

// The table of go-spdx's satisfies_test.go, but for "-only" and "-or-later" on licences whose ids
// the SPDX list does not give them ("Apache-2.0-or-later"): those are unknown here.
TEST(LicenceRules, GoSpdxSatisfies) {
  const auto file =
      read_json(portreeve::test::source_dir() + "/tests/fixtures/sbom/licences/go-spdx.json");
  std::size_t run = 0;
  for (const Value row : file->root()["cases"]) {
    std::vector<std::string> entries;
    bool foreign = false;
    for (const Value entry : row["allow"]) {
      entries.emplace_back(entry.text());
      foreign = foreign || entry.text().substr(0, 11) == "Apache-2.0-";
    }
    if (foreign) continue;
    ++run;
    const Result<LicenceSet> allow = LicenceSet::compile(entries);
    const auto expression =
        LicenceExpression::parse(row["expression"].text(), LicenceGrammar::lenient);
    std::optional<bool> got = false;
    if (allow.ok() && expression.ok()) {
      got = expression.value().evaluate(
          [&](const LicenceLeaf& leaf) { return licence_allowed(leaf, allow.value(), {}); });
    }
    EXPECT_EQ(got == true, row["satisfies"].boolean()) << row["expression"].text();
    if (row["error"].boolean()) {
      EXPECT_NE(got, std::optional<bool>(true)) << row["expression"].text();
    }
  }
  EXPECT_EQ(run, 90U);
}

}  // namespace
}  // namespace portreeve::sbom
