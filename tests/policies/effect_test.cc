// Design §5.2: which status and effect an outcome has, at each door, level and stage.

#include "policies/config.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

// One object on which rules of every outcome speak.
const char* const kObject = "{v: x, text: a tenant, code: aws}";
const std::vector<std::string> kData = {data_text("words", "{terms: [{term: tenant, use: Organization}]}"),
                                        data_text("codes", "{table: {oci: oci}}")};

const char* check_of(const std::string& outcome) {
  if (outcome == "violation") return "check: field, with: {path: object.v, equals: z}";
  if (outcome == "undecided") return "check: field, with: {path: request.a, equals: z}";
  if (outcome == "advice") return "check: terms, with: {terms: words, prose: [object.text]}";
  if (outcome == "note") {
    return "check: field, with: {path: object.v, equals: {lookup: [codes, object.code], miss: note}}";
  }
  return "check: field, with: {path: object.v, equals: x}";
}

struct Setting {
  std::string enforcement;     ///< Of the policy; "": none.
  std::string rule;            ///< Of the rule, over it.
  std::string undecided;       ///< "", deny, unsafe-allow
  std::string since = "1";
  std::string config;          ///< YAML below spec of the Config.
  Door door = Door::admission;
};

// "status effect verdict", with "*" where a stage lowered a denial.
std::string outcome(const std::string& kind, const Setting& setting) {
  std::string policy = std::string(kHead) + "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                       "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n";
  if (!setting.enforcement.empty()) policy += "  enforcement: " + setting.enforcement + "\n";
  if (!setting.undecided.empty()) policy += "  undecided: " + setting.undecided + "\n";
  policy += "  rules: [{name: r, message: m, fix: f, since: " + setting.since + ", ";
  if (!setting.rule.empty()) policy += "enforcement: " + setting.rule + ", ";
  policy += std::string(check_of(kind)) + "}]\n";
  Config config;
  if (!setting.config.empty()) {
    const auto read = read_config({"c.yaml", std::string(kHead) + "kind: Config\nspec: " + setting.config + "\n"});
    if (!read.ok()) return read.error().message;
    config = read.value();
  }
  std::vector<std::string> texts = {policy};
  texts.insert(texts.end(), kData.begin(), kData.end());
  const SetPtr set = load(texts, config);
  if (set == nullptr) return "does not load";
  Subject subject = thing(kObject);
  subject.door = setting.door;
  const Verdict verdict = judge(*set, subject);
  std::string out = verdict.findings.empty() ? "- none" : "";
  for (const Finding& f : verdict.findings) {
    out = std::string(to_string(f.status)) + " " + std::string(to_string(f.effect)) + (f.observed ? "*" : "");
  }
  return out + " " + std::string(to_string(verdict.decision));
}

TEST(EffectTest, EveryRowOfTheTable) {
  const struct {
    const char* kind;
    const char* deny;
    const char* warn;
    const char* report;
  } kRows[] = {
      {"violation", "fail deny deny", "fail warn allow", "fail report allow"},
      {"undecided", "undecided deny undecided", "undecided warn allow", "undecided report allow"},
      {"advice", "fail warn allow", "fail warn allow", "fail report allow"},
      {"note", "pass none allow", "pass none allow", "pass none allow"},
      {"pass", "- none allow", "- none allow", "- none allow"},
  };
  for (const auto& row : kRows) {
    for (const Door door : {Door::admission, Door::guard, Door::audit}) {
      const auto at = [&](const std::string& effect) {
        Setting setting;
        setting.enforcement = "{" + std::string(to_string(door)) + ": " + effect + "}";
        setting.door = door;
        return outcome(row.kind, setting);
      };
      EXPECT_EQ(at("deny"), row.deny) << row.kind << " at " << to_string(door);
      EXPECT_EQ(at("warn"), row.warn) << row.kind << " at " << to_string(door);
      EXPECT_EQ(at("report"), row.report) << row.kind << " at " << to_string(door);
    }
    EXPECT_EQ(outcome(row.kind, {}), row.deny) << row.kind << ": the default is deny";
  }
}

TEST(EffectTest, OtherDoorsAreNotConcerned) {
  Setting setting;
  setting.enforcement = "{guard: warn, audit: report}";
  EXPECT_EQ(outcome("violation", setting), "fail deny deny");
}

TEST(EffectTest, ARuleOverridesItsPolicyKeyByKey) {
  Setting setting;
  setting.enforcement = "{admission: warn, guard: warn}";
  setting.rule = "{admission: deny}";
  EXPECT_EQ(outcome("violation", setting), "fail deny deny");
  setting.door = Door::guard;
  EXPECT_EQ(outcome("violation", setting), "fail warn allow");
  setting.door = Door::audit;
  EXPECT_EQ(outcome("violation", setting), "fail deny deny");
}

TEST(EffectTest, UnsafeAllowLowersOnlyWhatIsUndecided) {
  Setting setting;
  setting.undecided = "unsafe-allow";
  EXPECT_EQ(outcome("undecided", setting), "undecided warn allow");
  EXPECT_EQ(outcome("violation", setting), "fail deny deny");
  setting.enforcement = "{admission: report}";
  EXPECT_EQ(outcome("undecided", setting), "undecided report allow");
  setting.undecided = "deny";
  setting.enforcement = "";
  EXPECT_EQ(outcome("undecided", setting), "undecided deny undecided");
}

TEST(EffectTest, NewerThanTheLevelWarns) {
  Setting setting;
  setting.config = "{catalog: 2}";
  setting.since = "2";
  EXPECT_EQ(outcome("violation", setting), "fail deny deny");
  setting.since = "3";
  EXPECT_EQ(outcome("violation", setting), "fail warn allow");
  EXPECT_EQ(outcome("undecided", setting), "undecided warn allow");
  setting.enforcement = "{admission: report}";
  EXPECT_EQ(outcome("violation", setting), "fail report allow") << "a level raises nothing";
}

TEST(EffectTest, Stages) {
  Setting setting;
  const auto staged = [&](const std::string& stages) {
    setting.config = "{stages: [" + stages + "]}";
    return outcome("violation", setting);
  };
  EXPECT_EQ(staged("{rules: 'p/*', stage: enforce}"), "fail deny deny");
  EXPECT_EQ(staged("{rules: 'p/*', stage: warn}"), "fail warn allow");
  EXPECT_EQ(staged("{rules: 'p/*', stage: observe}"), "fail report* allow");
  EXPECT_EQ(staged("{rules: '*/r', namespaces: [elsewhere], stage: observe}, {rules: 'p/*', stage: enforce}"),
            "fail deny deny");
  EXPECT_EQ(staged("{rules: p/r, namespaces: [ns], stage: observe}"), "fail report* allow");
  EXPECT_EQ(staged("{rules: p/r, namespaces: ['other*'], stage: observe}"), "fail deny deny");
  EXPECT_EQ(staged("{rules: p/r, stage: enforce}, {rules: '**', stage: observe}"), "fail deny deny")
      << "the first entry that fits decides";
  setting.enforcement = "{admission: warn}";
  EXPECT_EQ(staged("{rules: '**', stage: observe}"), "fail report allow")
      << "it would not have been a denial";
  EXPECT_EQ(staged("{rules: '**', stage: enforce}"), "fail warn allow") << "a stage raises nothing";
  setting.enforcement = "";
  setting.config = "{stages: [{rules: '**', stage: observe}]}";
  EXPECT_EQ(outcome("undecided", setting), "undecided report* allow");
  EXPECT_EQ(outcome("advice", setting), "fail report allow");
  EXPECT_EQ(outcome("note", setting), "pass none allow");
}

TEST(EffectTest, AProfileThatIsNotActive) {
  const SetPtr set = load({std::string(kHead) +
                           "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                           "  profiles: [openova]\n"
                           "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n"
                           "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}]\n"});
  const Verdict verdict = judge(*set, thing(kObject));
  EXPECT_EQ(seen(verdict), Lines{});
  EXPECT_EQ(verdict.rules_inactive, 1U);
  EXPECT_EQ(verdict.decision, Decision::allow);
  EXPECT_EQ(set->coverage(thing(kObject)), Coverage::not_gated);
}

TEST(EffectTest, AViolationOutweighsWhatIsUndecided) {
  const SetPtr set = load({policy_text(
      "  rules:\n  - {name: a, message: m, fix: f, " + std::string(check_of("undecided")) +
      "}\n  - {name: b, message: m, fix: f, " + check_of("violation") + "}\n")});
  EXPECT_EQ(judge(*set, thing(kObject)).decision, Decision::deny);
}

// Matching ----------------------------------------------------------------------------------------

Lines matched(const std::string& more, const Subject& subject) {
  const SetPtr set = load({std::string(kHead) +
                           "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                           "  match: {objects: [{group: example.org, kinds: [Thing], versions: [v1, v2]}]" +
                           more + "}\n  rules: [{name: r, message: m, fix: f, check: field, "
                           "with: {path: object.v, equals: z}}]\n"});
  return set == nullptr ? Lines{"does not load"} : seen(judge(*set, subject));
}

TEST(MatchTest, EachKeyIsAnded) {
  const Lines kDenied = {"deny|fail|/v|z|x"};
  const Subject plain = thing("{v: x, metadata: {labels: {tier: gold}}}");
  EXPECT_EQ(matched("", plain), kDenied);
  EXPECT_EQ(matched(", namespaces: ['n*']", plain), kDenied);
  EXPECT_EQ(matched(", namespaces: [m, o]", plain), Lines{});
  EXPECT_EQ(matched(", excludeNamespaces: [ns]", plain), Lines{});
  EXPECT_EQ(matched(", namespaces: ['n*'], excludeNamespaces: [ns]", plain), Lines{});
  EXPECT_EQ(matched(", operations: [CREATE]", plain), kDenied);
  EXPECT_EQ(matched(", operations: UPDATE", plain), Lines{});
  EXPECT_EQ(matched(", labels: {tier: gold}", plain), kDenied);
  EXPECT_EQ(matched(", labels: {tier: silver}", plain), Lines{});
  EXPECT_EQ(matched(", labels: {tier: gold, more: x}", plain), Lines{});
  Subject other = plain;
  other.version = "v3";
  EXPECT_EQ(matched("", other), Lines{});
  other.version = "v2";
  EXPECT_EQ(matched("", other), kDenied);
  other.kind = "Things";
  EXPECT_EQ(matched("", other), Lines{});
  other = plain;
  other.group = "";
  EXPECT_EQ(matched("", other), Lines{});
}

TEST(MatchTest, AnUpdateDoesNotGetOutByDroppingTheLabel) {
  const std::string kOld = "{v: w, metadata: {labels: {tier: gold}}}";
  EXPECT_EQ(matched(", labels: {tier: gold}", thing("{v: x, metadata: {labels: {}}}", kOld)),
            Lines{"deny|fail|/v|z|x"});
  EXPECT_EQ(matched(", labels: {tier: gold}", thing(kOld, "{v: x}")), Lines{"deny|fail|/v|z|w"});
}

TEST(MatchTest, Coverage) {
  const SetPtr set = load({std::string(kHead) +
                           "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n"
                           "  match: {objects: [{group: example.org, kinds: [Thing], versions: [v1]}]}\n"
                           "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}}]\n"});
  Subject subject = thing("{}");
  EXPECT_EQ(set->coverage(subject), Coverage::gated);
  subject.version = "v9";
  EXPECT_EQ(set->coverage(subject), Coverage::unknown_version);
  subject.kind = "Other";
  EXPECT_EQ(set->coverage(subject), Coverage::not_gated);
  EXPECT_TRUE(set->gates_group("example.org"));
  EXPECT_FALSE(set->gates_group("example.com"));
}

}  // namespace
}  // namespace portreeve::policies
