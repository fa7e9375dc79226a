#include "report/report.h"

#include <gtest/gtest.h>

#include "report/json.h"
#include "report/text.h"
#include "tests/support/json_schema.h"
#include "tests/support/golden.h"

namespace portreeve::report {
namespace {

using testing::matches_golden;

Finding finding(std::string rule, FindingStatus status, Effect effect) {
  Finding out;
  out.rule = std::move(rule);
  out.status = status;
  out.effect = effect;
  out.severity = Severity::high;
  out.subject = "catalyst.openova.io/Blueprint//wiki";
  out.path = "/metadata/name";
  out.message = "Blueprint names begin with bp-.";
  out.expected = "bp-…";
  out.found = "wiki";
  out.fix = "write \"bp-wiki\"";
  return out;
}

SubjectReport denied() {
  SubjectReport out;
  out.subject = "catalyst.openova.io/Blueprint//wiki";
  out.origin = "wiki.yaml, document 2";
  Finding first = finding("blueprint-name/pattern", FindingStatus::fail, Effect::deny);
  first.location = Location{"wiki.yaml", 14, 9};
  first.edit = Edit{"wiki.yaml", 220, 224, "bp-wiki"};
  out.verdict.findings.push_back(first);
  Finding unsure = finding("blueprint-signed/signed", FindingStatus::undecided, Effect::deny);
  unsure.severity = Severity::critical;
  unsure.path = std::nullopt;
  unsure.message = "The signature could not be looked for.";
  unsure.expected = unsure.found = "";
  unsure.evidence.push_back(Digest::parse("sha256:" + std::string(64, 'a')).value());
  out.verdict.findings.push_back(unsure);
  Finding warned = finding("blueprint-terms/prose", FindingStatus::fail, Effect::warn);
  warned.path = "/spec/card/description";
  warned.found = "\x1b[31mTenant\u202e\nWiki";
  warned.note = "Advice.";
  out.verdict.findings.push_back(warned);
  Finding observed = finding("blueprint-card/title", FindingStatus::fail, Effect::report);
  observed.observed = true;
  out.verdict.findings.push_back(observed);
  Finding waived = finding("blueprint-version/semver", FindingStatus::waived, Effect::report);
  waived.waiver = "legacy-wiki";
  out.verdict.findings.push_back(waived);
  Finding noted = finding("environment-shape/region", FindingStatus::pass, Effect::none);
  noted.note = "aws has no table of regions";
  out.verdict.findings.push_back(noted);
  out.verdict.rules_passed = 17;
  out.verdict.rules_inactive = 3;
  out.verdict.decision = decide(out.verdict.findings);
  return out;
}

SubjectReport allowed(std::string scope) {
  SubjectReport out;
  out.subject = "/ConfigMap/default/settings";
  out.verdict.decision = Decision::allow;
  out.verdict.gated = scope != "not-gated";
  out.verdict.scope = std::move(scope);
  out.verdict.rules_passed = 4;
  return out;
}

Report full_report() {
  Report out;
  out.notes = {"profile identity, because no Config and no --profile names one"};
  out.subjects = {denied(), allowed("not-gated"), allowed("")};
  return out;
}

TEST(Report, Text) {
  EXPECT_TRUE(matches_golden(to_text(full_report(), {}), "report/full.txt"));
  EXPECT_TRUE(matches_golden(to_text(full_report(), {true, false}), "report/color.txt"));
  EXPECT_TRUE(matches_golden(to_text(full_report(), {false, true}), "report/verbose.txt"));
}

// One registry that does not answer is one cause, whatever waits for it; and what is counted is what
// the blocks are headed.
TEST(Report, OneCauseIsToldOnce) {
  Report report;
  SubjectReport subject;
  subject.subject = "catalyst.openova.io/Blueprint//wiki";
  for (const char* rule : {"p/a", "p/b", "p/c", "p/d", "p/e"}) {
    subject.verdict.findings.push_back(finding(rule, FindingStatus::undecided, Effect::deny));
  }
  subject.verdict.findings.push_back(finding("p/w", FindingStatus::undecided, Effect::warn));
  subject.verdict.decision = Decision::undecided;
  report.subjects.push_back(subject);
  const std::string text = to_text(report, {});
  EXPECT_NE(text.find("  undecided  p/a  (high)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    and       4 more: p/b, p/c, p/d, p/e (all of them: --verbose)\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("  undecided  p/b"), std::string::npos) << text;
  EXPECT_NE(text.find("  warning, undecided  p/w  (high)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("undecided (5 findings, 1 warning)\n"), std::string::npos) << text;
  EXPECT_NE(to_text(report, {false, true}).find("  undecided  p/e"), std::string::npos);
}

TEST(Report, TextHoldsNoControlCharactersOfTheObject) {
  const std::string text = to_text(full_report(), {});
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << int(c);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
}

TEST(Report, Json) { EXPECT_TRUE(matches_golden(to_json(full_report()), "report/full.json")); }

TEST(Report, JsonIsWhatItsSchemaSays) {
  const auto schema = nlohmann::json::parse(testing::source_file("docs/report.schema.json"));
  const auto good = nlohmann::json::parse(to_json(full_report()));
  EXPECT_EQ(schema_problem(schema, good), "");
  EXPECT_EQ(schema_problem(schema, nlohmann::json::parse(to_json(Report{}))), "");
  auto bad = good;
  bad["findings"][0]["effect"] = "block";
  EXPECT_EQ(schema_problem(schema, bad), "/findings/0/effect: not in enum");
  bad = good;
  bad["findings"][0].erase("fix");
  EXPECT_EQ(schema_problem(schema, bad), "/findings/0: lacks fix");
  bad = good;
  bad["surprise"] = 1;
  EXPECT_EQ(schema_problem(schema, bad), ": surprise is not known");
}

struct Line {
  std::string name;
  Decision decision;
  std::vector<Finding> findings;
  std::uint32_t skipped;
  std::string want;
};

TEST(Report, VerdictLine) {
  const Finding deny = finding("a/b", FindingStatus::fail, Effect::deny);
  const Finding unsure = finding("a/c", FindingStatus::undecided, Effect::deny);
  const Finding warn = finding("a/d", FindingStatus::fail, Effect::warn);
  const Finding waived = finding("a/e", FindingStatus::waived, Effect::report);
  const std::vector<Line> lines = {
      {"plain", Decision::allow, {}, 0, "allow"},
      {"skipped", Decision::allow, {}, 2, "allow (2 rules skipped on request)"},
      {"one warning", Decision::allow, {warn}, 0, "allow (1 warning)"},
      {"waived", Decision::allow, {warn, waived}, 1, "allow (1 warning, 1 waived, 1 rule skipped on request)"},
      {"one finding", Decision::deny, {deny}, 0, "deny (1 finding)"},
      {"findings", Decision::deny, {deny, deny, deny}, 4, "deny (3 findings)"},
      {"deny and undecided", Decision::deny, {deny, unsure}, 0, "deny (1 finding, 1 undecided)"},
      {"undecided", Decision::undecided, {unsure, unsure}, 0, "undecided (2 findings)"},
  };
  for (const Line& line : lines) {
    Report report;
    report.subjects.resize(1);
    report.subjects[0].verdict.decision = line.decision;
    report.subjects[0].verdict.findings = line.findings;
    report.subjects[0].verdict.rules_skipped = line.skipped;
    EXPECT_EQ(verdict_line(summarize(report)), line.want) << line.name;
    const std::string text = to_text(report, {});
    EXPECT_EQ(text.substr(text.rfind('\n', text.size() - 2) + 1), line.want + "\n") << line.name;
  }
}

TEST(Report, VerdictOfSeveral) {
  EXPECT_EQ(verdict_line(summarize(Report{})), "allow");
  Report report = full_report();
  EXPECT_EQ(verdict_line(summarize(report)),
            "deny (1 finding, 1 undecided in 1 of 3 objects, 1 warning, 1 waived, 1 object of kinds "
            "that no policy names)");
  report.subjects = {allowed("not-gated")};
  EXPECT_EQ(verdict_line(summarize(report)), "allow (no policy names this kind)");
  report.subjects[0].verdict.other_operation = true;
  EXPECT_EQ(verdict_line(summarize(report)), "allow (only CREATE and UPDATE are judged)");
  EXPECT_NE(to_text(report, {}).find("  only CREATE and UPDATE are judged\n"), std::string::npos);
  report.subjects.push_back(allowed("not-gated"));
  report.subjects.push_back(allowed("not-gated"));
  EXPECT_EQ(verdict_line(summarize(report)),
            "allow (2 objects of kinds that no policy names, 1 object neither created nor updated)");
}

}  // namespace
}  // namespace portreeve::report
