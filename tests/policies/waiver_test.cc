#include "policies/waiver.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

std::string waiver_document(const std::string& spec) {
  return std::string(kHead) + "kind: Waiver\nmetadata: {name: w}\nspec: " + spec + "\n";
}

std::string spec_of(const std::string& expires, const std::string& subject = "example.org/Thing/ns/n",
                    const std::string& rule = "p/r") {
  return "{rules: [" + rule + "], subjects: ['" + subject +
         "'], owner: team, reason: later, ticket: T-1, expires: " + expires + "}";
}

const char* const kRule = "check: field, with: {path: object.v, equals: z}";

// "rule status effect" of each finding, and the verdict.
std::string waived(const std::string& waiver_spec, const std::string& now,
                   const std::string& object = "{v: x}", Door door = Door::admission) {
  const SetPtr set = load({rule_text(kRule), waiver_document(waiver_spec)});
  if (set == nullptr) return "does not load";
  Subject subject = thing(object);
  subject.door = door;
  const Verdict verdict = judge(*set, subject, parse_time(now).value());
  std::string out;
  for (const Finding& f : verdict.findings) {
    out += f.rule + " " + std::string(to_string(f.status)) + " " + std::string(to_string(f.effect)) +
           (f.waiver.empty() ? "" : " by " + f.waiver) + "; ";
  }
  return out + std::string(to_string(verdict.decision));
}

TEST(WaiverTest, AWaivedFindingIsReportedNotLost) {
  EXPECT_EQ(waived(spec_of("2027-03-31"), "2027-01-01T00:00:00Z"), "p/r waived report by w; allow");
}

TEST(WaiverTest, HoldsThroughItsLastDay) {
  const std::string spec = spec_of("2027-03-31");
  EXPECT_EQ(waived(spec, "2027-03-31T23:59:59.999Z"),
            "waiver/expiring fail warn by w; p/r waived report by w; allow");
  EXPECT_EQ(waived(spec, "2027-04-01T00:00:00Z"),
            "p/r fail deny; waiver/expired fail warn by w; deny");
  EXPECT_EQ(waived(spec, "2027-03-17T23:59:59.999Z"), "p/r waived report by w; allow");
  EXPECT_EQ(waived(spec, "2027-03-18T00:00:00Z"),
            "waiver/expiring fail warn by w; p/r waived report by w; allow")
      << "advice from 14 days before its end";
}

TEST(WaiverTest, SomebodyAnswersForItAndSaysWhy) {
  const auto error = [](const std::string& owner, const std::string& reason, const std::string& ticket) {
    return load_error({rule_text(kRule),
                       waiver_document("{rules: [p/r], subjects: [s], owner: " + owner + ", reason: " + reason +
                                   ", ticket: " + ticket + ", expires: 2027-03-31}")});
  };
  EXPECT_EQ(error("team", "'#12'", "T"), "");
  EXPECT_EQ(error("''", "b", "c"), "d1.yaml:4:44: spec: owner: must not be empty");
  for (const char* blank : {"' '", "'-'", "\"\\u00a0\\u200b\"", "\"\\t\\n\"", "'...'"}) {
    EXPECT_NE(error(blank, "b", "c").find("owner: says nothing"), std::string::npos) << blank;
    EXPECT_NE(error("a", blank, "c").find("reason: says nothing"), std::string::npos) << blank;
    EXPECT_NE(error("a", "b", blank).find("ticket: says nothing"), std::string::npos) << blank;
  }
}

TEST(WaiverTest, OneThatMatchesNothingIsAFinding) {
  EXPECT_EQ(waived(spec_of("2027-03-31"), "2027-01-01T00:00:00Z", "{v: z}"),
            "waiver/unused fail warn by w; allow");
  EXPECT_EQ(waived(spec_of("2027-03-31"), "2027-01-01T00:00:00Z", "{v: z}", Door::guard),
            "waiver/unused fail deny by w; deny")
      << "before a merge a stale exception is a fault of the change";
  EXPECT_EQ(waived(spec_of("2027-03-31"), "2028-01-01T00:00:00Z", "{v: z}", Door::guard),
            "waiver/expired fail deny by w; deny");
}

TEST(WaiverTest, OtherSubjectsAreNotConcerned) {
  for (const char* other : {"example.org/Thing/ns/m", "example.org/Thing//n", "example.org/Thing/ns/*"}) {
    EXPECT_EQ(waived(spec_of("2027-03-31", other), "2027-01-01T00:00:00Z"), "p/r fail deny; deny") << other;
  }
}

TEST(WaiverTest, UndecidedIsNeverWaived) {
  const SetPtr set = load({rule_text("check: field, with: {path: request.a, equals: z}"),
                           waiver_document(spec_of("2027-03-31"))});
  const Verdict verdict = judge(*set, thing("{v: x}"), parse_time("2027-01-01T00:00:00Z").value());
  EXPECT_EQ(verdict.decision, Decision::undecided);
}

TEST(WaiverTest, TheGatesOwnFindingsAreNeverWaived) {
  std::vector<Finding> findings(2);
  findings[0].rule = "gate/internal";
  findings[1].rule = "waiver/expired";
  for (Finding& finding : findings) finding.subject = "example.org/Thing/ns/n";
  Waiver waiver;
  waiver.name = "w";
  waiver.rules = {"gate/internal", "waiver/expired"};
  waiver.subjects = {"example.org/Thing/ns/n"};
  waiver.expires = parse_date("2099-01-01").value();
  apply_waivers({waiver}, thing("{}"), {}, findings);
  EXPECT_EQ(findings[0].status, FindingStatus::fail);
  EXPECT_EQ(findings[1].status, FindingStatus::fail);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[2].rule, "waiver/unused");
}

TEST(WaiverTest, Texts) {
  const SetPtr set = load({rule_text(kRule), waiver_document(spec_of("2027-03-31"))});
  const auto about = [&](const char* now, const char* object) {
    for (const Finding& f : judge(*set, thing(object), parse_time(now).value()).findings) {
      if (f.rule.rfind("waiver/", 0) == 0) return f.message + " | " + f.fix + " | " + f.found;
    }
    return std::string("nothing");
  };
  EXPECT_EQ(about("2027-04-01T00:00:00Z", "{v: x}"),
            "waiver \"w\" ended with 2027-03-31 | remove it, or have team renew it (T-1) | d1.yaml:1:1");
  EXPECT_EQ(about("2027-01-01T00:00:00Z", "{v: z}"),
            "waiver \"w\" matches no finding of this object | remove it | d1.yaml:1:1");
  EXPECT_EQ(about("2027-03-30T00:00:00Z", "{v: x}"),
            "waiver \"w\" ends with 2027-03-31 | correct the object, or have team renew it | d1.yaml:1:1");
}

TEST(WaiverTest, Errors) {
  const std::string kSubject = "subjects: [a/B/c/d], ";
  const std::string kRest = "owner: o, reason: r, ticket: t, expires: 2027-01-01}";
  const struct {
    std::string spec;
    const char* want;
  } kRows[] = {
      {"{" + kSubject + kRest, "d1.yaml:4:7: spec: rules: a waiver names the rules it waives"},
      {"{rules: [], " + kSubject + kRest, "d1.yaml:4:7: spec: rules: a waiver names the rules it waives"},
      {"{rules: [p/r], " + kRest, "d1.yaml:4:7: spec: subjects: a waiver names its subjects"},
      {"{rules: p/r, " + kSubject + kRest, "d1.yaml:4:15: spec.rules: expected a list of texts"},
      {"{rules: [p/r], " + kSubject + "reason: r, ticket: t, expires: 2027-01-01}",
       "d1.yaml:4:7: spec: key \"owner\" is missing"},
      {"{rules: [p/r], " + kSubject + "owner: '', reason: r, ticket: t, expires: 2027-01-01}",
       "d1.yaml:4:50: spec: owner: must not be empty"},
      {"{rules: [p/r], " + kSubject + "owner: o, ticket: t, expires: 2027-01-01}",
       "d1.yaml:4:7: spec: key \"reason\" is missing"},
      {"{rules: [p/r], " + kSubject + "owner: o, reason: r, expires: 2027-01-01}",
       "d1.yaml:4:7: spec: key \"ticket\" is missing"},
      {"{rules: [p/r], " + kSubject + "owner: o, reason: r, ticket: t}",
       "d1.yaml:4:7: spec: key \"expires\" is missing"},
      {"{rules: [p/r], " + kSubject + "owner: o, reason: r, ticket: t, expires: 2027-01-01, for: 1}",
       "d1.yaml:4:96: spec: unknown key \"for\"; known are rules, subjects, owner, reason, ticket, expires"},
      {"{rules: ['p/*'], " + kSubject + kRest,
       "d1.yaml:1:1: waiver \"w\" names rule \"p/*\", which does not exist"},
      {"{rules: [p/other], " + kSubject + kRest,
       "d1.yaml:1:1: waiver \"w\" names rule \"p/other\", which does not exist"},
      {"{rules: [waiver/expired], " + kSubject + kRest,
       "d1.yaml:1:1: waiver \"w\" names rule \"waiver/expired\", which does not exist"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(load_error({rule_text(kRule), waiver_document(row.spec)}), row.want) << row.spec;
  }
  const std::string day = load_error({rule_text(kRule), waiver_document(spec_of("2027-02-30"))});
  EXPECT_EQ(day, "d1.yaml:4:110: spec: expires: \"2027-02-30\" is not a date like 2027-03-01");
  EXPECT_EQ(load_error({rule_text(kRule), waiver_document(spec_of("2027-03-31")), waiver_document(spec_of("2027-03-31"))}),
            "d2.yaml:1:1: waiver \"w\" is defined twice");
}

TEST(WaiverTest, WhatIsPrintedIsAWaiver) {
  const TimePoint now = parse_time("2027-01-01T12:00:00Z").value();
  const std::string text = waiver_text({"p/r", "example.org/Thing/ns/n", "team: \"a\"", "# later", "OPS-1"}, now);
  const SetPtr set = load({rule_text(kRule), text});
  ASSERT_NE(set, nullptr);
  ASSERT_EQ(set->waivers().size(), 1U);
  EXPECT_EQ(set->waivers()[0].subjects, Lines{"example.org/Thing/ns/n"});
  EXPECT_EQ(set->waivers()[0].owner, "team: \"a\"");
  EXPECT_EQ(set->waivers()[0].reason, "# later");
  EXPECT_EQ(format_date(set->waivers()[0].expires), "2027-02-01") << "the day after its last";
  EXPECT_EQ(judge(*set, thing("{v: x}"), parse_time("2027-01-02T00:00:00Z").value()).decision, Decision::allow);
}

TEST(WaiverTest, NamesDifferBySubjectAndRule) {
  const auto name = [](const std::string& rule, const std::string& subject) {
    const DocumentPtr read = document(waiver_text({rule, subject}, {}));
    return std::string(read->root()["metadata"]["name"].text());
  };
  EXPECT_EQ(name("p/r", "a/B//c"), name("p/r", "a/B//c"));
  EXPECT_EQ(name("p/r", "a/B//c").substr(0, 2), "r-");
  EXPECT_NE(name("p/r", "a/B//c"), name("p/r", "a/B//d"));
  EXPECT_NE(name("p/r", "a/B//c"), name("q/r", "a/B//c"));
}

// A printed one with something left to fill in names what.
TEST(WaiverTest, PlaceholdersDoNotLoad) {
  const auto error = [](const std::string& owner, const std::string& reason, const std::string& ticket) {
    return load_error({rule_text(kRule), waiver_text({"p/r", "a/B//c", owner, reason, ticket}, {})});
  };
  EXPECT_EQ(error("", "b", "c"), "d1.yaml:9:10: spec: owner: still says TEAM-WHO-ANSWERS-FOR-IT, as 'portreeve waive' "
                                 "printed it; fill it in");
  EXPECT_NE(error("a", "", "c").find("reason: still says WHY-THE-RULE-CANNOT-HOLD-HERE-YET"), std::string::npos);
  EXPECT_NE(error("a", "b", "").find("ticket: still says WHERE-THE-WORK-IS-TRACKED"), std::string::npos);
  EXPECT_NE(error("a", "b", "see WHERE-THE-WORK-IS-TRACKED").find("ticket: still says"), std::string::npos);
}

}  // namespace
}  // namespace portreeve::policies
