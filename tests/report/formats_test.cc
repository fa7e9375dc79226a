#include "report/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace portreeve::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

Finding finding(const std::string& file, std::uint32_t line, Effect effect = Effect::deny) {
  Finding out;
  out.rule = "policy/rule";
  out.status = FindingStatus::fail;
  out.effect = effect;
  out.subject = "repo:" + file;
  out.location = Location{file, line, 3};
  out.message = "It is <wrong> & \"odd\" | `x` @team #1.";
  out.found = "a\nb";
  out.expected = "c";
  out.fix = "write c: 100%, now";
  return out;
}

Report report(std::vector<Finding> findings) {
  Report out;
  out.examined.emplace();
  out.examined->counts = {{"charts", 2}};
  out.examined->skip("symbolic link", "x");
  out.examined->elsewhere = {"blueprint-signed/signed"};
  out.sources["a.yaml"] = std::make_shared<const std::string>("one\n\tä two\nthree\n");
  SubjectReport subject{"repo:.", "", {}};
  subject.verdict.findings = std::move(findings);
  subject.verdict.decision = decide(subject.verdict.findings);
  subject.verdict.rules_passed = 3;
  out.subjects.push_back(std::move(subject));
  return out;
}

TEST(Formats, AreNamedOnce) {
  EXPECT_EQ(format_words(), "text, json, sarif, junit, github, markdown or html");
  EXPECT_FALSE(parse_format("xml").has_value());
}

TEST(Listing, QuotesTheLineWithACaretBelowTheColumn) {
  const std::string text = render(report({finding("a.yaml", 2)}), Format::text, {});
  EXPECT_THAT(text, HasSubstr("a.yaml:2:3: deny policy/rule (medium)\n  2 |  ä two\n    |   ^\n"));
  EXPECT_THAT(text, HasSubstr("examined 2 charts\nskipped 1: symbolic link (x)\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "decided by the published artifact or the cluster only: blueprint-signed/signed\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "colours are for terminals";
  EXPECT_THAT(render(report({finding("a.yaml", 2)}), Format::text, {"p", true, false}),
              HasSubstr("\x1b[1;31mdeny"));
}

TEST(Listing, FoldsEqualCausesFromFourOn) {
  std::vector<Finding> many;
  for (std::uint32_t i = 1; i <= 9; ++i)
    many.push_back(finding("f" + std::to_string(i) + ".yaml", 1));
  const std::string text = render(report(many), Format::text, {});
  EXPECT_THAT(
      text, HasSubstr("8 more: f2.yaml:1:3, f3.yaml:1:3, f4.yaml:1:3, f5.yaml:1:3, f6.yaml:1:3, … "
                      "(all of them: --verbose, or --format json)"));
  EXPECT_THAT(text, Not(HasSubstr("\nf2.yaml:1:3: deny")));
  many.resize(3);
  EXPECT_THAT(render(report(many), Format::text, {}), HasSubstr("\nf2.yaml:1:3: deny"));
  EXPECT_EQ(Json::parse(render(report(many), Format::json, {}))["findings"].size(), 3U);
}

TEST(Github, TenAnnotationsDenialsOfChangedLinesFirst) {
  std::vector<Finding> many;
  for (std::uint32_t i = 1; i <= 12; ++i)
    many.push_back(finding("a.yaml", i, i == 1 ? Effect::warn : Effect::deny));
  Report all = report(many);
  all.changed["a.yaml"] = {{12, 12}};
  const std::string text = to_github(all);
  EXPECT_EQ(text.substr(0, text.find("::It")),
            "::error file=a.yaml,line=12,col=3,title=policy/rule");
  EXPECT_THAT(text, HasSubstr("::notice title=portreeve::2 more\n"));
  EXPECT_THAT(text, HasSubstr("fix: write c: 100%25, now"));
  EXPECT_THAT(text, HasSubstr("%0Afound: "));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 12);
}

TEST(Github, AFileNameCannotEndTheCommand) {
  const std::string text = to_github(report({finding("a,b:c.yaml", 1)}));
  EXPECT_THAT(text, HasSubstr("file=a%2Cb%3Ac.yaml,line=1"));
}

TEST(Sarif, HasPlacesFixesAndSuppressions) {
  Finding fixed = finding("a b.yaml", 2);
  fixed.edit = Edit{"a b.yaml", 4, 7, "c"};
  Finding waived = finding("a.yaml", 3);
  waived.status = FindingStatus::waived;
  waived.effect = Effect::report;
  waived.waiver = "one";
  const Json sarif = Json::parse(to_sarif(report({fixed, waived})));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const Json& results = sarif["runs"][0]["results"];
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "a%20b.yaml");
  EXPECT_EQ(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
  EXPECT_EQ(results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
                   ["byteLength"],
            3);
  EXPECT_EQ(results[1]["suppressions"][0]["justification"], "one");
  EXPECT_EQ(sarif["runs"][0]["columnKind"], "unicodeCodePoints");
}

TEST(Junit, IsXmlWithCountsThatAddUp) {
  Finding unsure = finding("a.yaml", 1);
  unsure.status = FindingStatus::undecided;
  const std::string text =
      render(report({finding("a.yaml", 2), unsure, finding("a.yaml", 3, Effect::warn)}),
             Format::junit, {"portreeve guard"});
  EXPECT_THAT(text, HasSubstr("<testsuites name=\"portreeve guard\" tests=\"4\" failures=\"1\" "
                              "errors=\"1\" skipped=\"0\">"));
  EXPECT_THAT(text,
              HasSubstr("message=\"It is &lt;wrong&gt; &amp; &quot;odd&quot; | `x` @team #1.\""));
  EXPECT_THAT(text, HasSubstr("name=\"3 rules passed\""));
}

TEST(Markdown, TextFromOutsideIsNoMarkup) {
  const std::string text =
      render(report({finding("a|b.yaml", 2)}), Format::markdown, {"portreeve guard"});
  EXPECT_THAT(text, HasSubstr("## portreeve guard: deny (1 finding)"));
  EXPECT_THAT(text, HasSubstr("| deny | `a\\|b.yaml:2:3` | `policy/rule` | It is &lt;wrong&gt; "
                              "&amp; \"odd\" \\| \\`x\\` &#64;team &#35;1."));
  EXPECT_THAT(text, HasSubstr("Examined 2 charts."));
}

TEST(Html, IsOnePageThatLoadsNothing) {
  const std::string text =
      render(report({finding("a.yaml", 2)}), Format::html, {"portreeve guard"});
  EXPECT_THAT(text, HasSubstr("It is &lt;wrong&gt; &amp; &quot;odd&quot;"));
  for (const char* loads : {"<script", "src=", "href=", "url(", "@import", "http:", "https:"}) {
    EXPECT_THAT(text, Not(HasSubstr(loads)));
  }
}

}  // namespace
}  // namespace portreeve::report
