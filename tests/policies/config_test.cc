#include "policies/config.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

Result<Config> config(const std::string& spec) {
  return read_config({"c.yaml", std::string(kHead) + "kind: Config\nspec: " + spec + "\n"});
}

TEST(ConfigTest, Defaults) {
  const Result<Config> read = config("{}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().profile, "identity");
  EXPECT_FALSE(read.value().profile_chosen);
  EXPECT_EQ(read.value().catalog, 0U);
  EXPECT_EQ(read.value().blueprints, "files");
  EXPECT_EQ(read.value().stage_of("a/b", "ns"), Stage::enforce);
}

TEST(ConfigTest, EveryField) {
  const Result<Config> read = config(
      "{profile: identity, catalog: 3, policies: [a, b], data: [{list: l, add: [x]}, {table: t, add: {k: v}}], "
      "stages: [{rules: 'sbom-*/**', namespaces: [demo], stage: observe}, {rules: '**', stage: warn}], "
      "paths: {exclude: ['tests/**']}, blueprints: unsafe-none}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Config& c = read.value();
  EXPECT_TRUE(c.profile_chosen);
  EXPECT_EQ(c.catalog, 3U);
  EXPECT_EQ(c.policies, (Lines{"a", "b"}));
  ASSERT_EQ(c.data.size(), 2U);
  EXPECT_EQ(c.data[0].name, "l");
  EXPECT_EQ(c.data[1].name, "t");
  EXPECT_EQ(c.stage_of("sbom-a/b", "demo"), Stage::observe);
  EXPECT_EQ(c.stage_of("sbom-a/b", "prod"), Stage::warn);
  ASSERT_EQ(c.exclude_paths.size(), 1U);
  EXPECT_EQ(c.blueprints, "unsafe-none");
}

TEST(ConfigTest, Errors) {
  const struct {
    const char* spec;
    const char* want;
  } kRows[] = {
      {"[]", "c.yaml:3:7: Config: spec: expected object, found array"},
      {"{profil: identity}", "c.yaml:3:8: spec: unknown key \"profil\"; did you mean \"profile\"?"},
      {"{profile: 5}", "c.yaml:3:17: spec: profile: expected string, found number"},
      {"{catalog: -1}", "c.yaml:3:17: spec: catalog: expected a whole number, found \"-1\""},
      {"{catalog: 1.5}", "c.yaml:3:17: spec: catalog: expected a whole number, found \"1.5\""},
      {"{catalog: '3'}", "c.yaml:3:17: spec: catalog: expected number, found string"},
      {"{policies: a}", "c.yaml:3:18: spec.policies: expected a list of texts"},
      {"{policies: [5]}", "c.yaml:3:19: spec.policies: expected a text, found number"},
      {"{data: {}}", "c.yaml:3:14: spec: data: expected array, found object"},
      {"{data: [{add: [x]}]}", "c.yaml:3:15: data: key \"list\" is missing"},
      {"{data: [{list: l}]}", "c.yaml:3:15: data: add: expected a list, or a map for a table or a keyed dimension"},
      {"{data: [{list: l, add: x}]}", "c.yaml:3:15: data: add: expected a list, or a map for a table or a keyed dimension"},
      {"{data: [{list: l, remove: [x]}]}",
       "c.yaml:3:25: data: unknown key \"remove\"; known are list, add"},
      {"{data: [text]}", "c.yaml:3:15: data: expected a map, found string"},
      {"{stages: [{rules: '**'}]}", "c.yaml:3:17: stages: key \"stage\" is missing"},
      {"{stages: [{stage: warn}]}", "c.yaml:3:17: stages: key \"rules\" is missing"},
      {"{stages: [{rules: '**', stage: off}]}", "c.yaml:3:38: stages: stage: expected string, found boolean"},
      {"{stages: [{rules: '**', stage: none}]}",
       "c.yaml:3:38: expected one of observe, warn, enforce; found \"none\""},
      {"{stages: [{rules: '**', stage: warn, namespace: a}]}",
       "c.yaml:3:44: stages: unknown key \"namespace\"; did you mean \"namespaces\"?"},
      {"{paths: {include: [a]}}", "c.yaml:3:16: paths: unknown key \"include\"; did you mean \"exclude\"?"},
      {"{paths: [a]}", "c.yaml:3:15: paths: expected a map, found array"},
      {"{blueprints: cluster}", "c.yaml:3:20: spec: blueprints: cluster is not in this version"},
      {"{blueprints: unsafe-none, blueprintFolders: [b]}",
       "c.yaml:3:51: spec: blueprintFolders: they need blueprints: files"},
      {"{blueprintFolders: b}", "c.yaml:3:26: spec.blueprintFolders: expected a list of texts"},
      {"{blueprints: none}", "c.yaml:3:20: spec: blueprints: expected files, cluster or unsafe-none"},
      {"{trustRoot: 5}", "c.yaml:3:19: spec: trustRoot: expected string, found number"},
      {"{evidence: {}}", "c.yaml:3:18: evidence: key \"directory\" is missing"},
      {"{evidence: {directory: d, size: 2}}", "c.yaml:3:39: evidence: size: expected such as 512MiB or 2GiB"},
      {"{cutover: true}", "c.yaml:3:17: spec: cutover: expected string, found boolean"},
      {"{cutover: 2027}", "c.yaml:3:17: spec: cutover: expected string, found number"},
      {"{cutover: 2027-02-30}", "c.yaml:3:17: spec: cutover: \"2027-02-30\" is not a date like 2027-03-01"},
      {"{cutover: soon}", "c.yaml:3:17: spec: cutover: \"soon\" is not a date like 2027-03-01"},
      {"{cutover: ''}", "c.yaml:3:17: spec: cutover: \"\" is not a date like 2027-03-01"},
      {"{helm: {program: helm}}", "c.yaml:3:24: helm: program: expected an absolute path"},
      {"{helm: {program: /h, sha256: abc}}", "c.yaml:3:36: helm: sha256: expected 64 hexadecimal digits"},
      {"{helm: {kubeVersion: latest}}", "c.yaml:3:28: helm: kubeVersion: expected such as 1.33.0"},
      {"{catalog: 1, catalog: 2}", "c.yaml: line 3 column 20: key \"catalog\" repeated"},
  };
  for (const auto& row : kRows) {
    const Result<Config> read = config(row.spec);
    ASSERT_FALSE(read.ok()) << row.spec;
    EXPECT_EQ(read.error().message, row.want) << row.spec;
    EXPECT_EQ(read.error().code, Errc::misconfigured) << row.spec;
  }
}

TEST(ConfigTest, DocumentErrors) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {
      {"text", "c.yaml:1:1: Config: expected a map, found string"},
      {"{kind: Config}", "c.yaml:1:1: Config: key \"apiVersion\" is missing"},
      {"{apiVersion: v1, kind: Config, spec: {}}",
       "c.yaml:1:1: Config: expected apiVersion portreeve.openova.io/v1alpha1 and kind Config"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Policy, spec: {}}",
       "c.yaml:1:1: Config: expected apiVersion portreeve.openova.io/v1alpha1 and kind Config"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Config}", "c.yaml:1:1: Config: key \"spec\" is missing"},
      {"{apiVersion: portreeve.openova.io/v1alpha1, kind: Config, spec: {}, status: {}}",
       "c.yaml:1:69: Config: unknown key \"status\"; known are apiVersion, kind, metadata, spec"},
  };
  for (const auto& row : kRows) {
    const Result<Config> read = read_config({"c.yaml", row.text});
    ASSERT_FALSE(read.ok()) << row.text;
    EXPECT_EQ(read.error().message, row.want);
  }
}

TEST(ConfigTest, AdditionsAddAndSayWhereTheyStand) {
  const std::vector<std::string> texts = {
      policy_text("  rules:\n"
                  "  - {name: l, message: m, fix: f, when: {present: object.c}, check: field, with: {path: object.c, one-of: {list: colours}}}\n"
                  "  - {name: t, message: m, fix: f, when: {present: object.k}, check: field, "
                  "with: {path: object.v, equals: {join: [{lookup: [codes, object.k]}, '-x']}}}\n"),
      data_text("colours", "{list: [red]}"), data_text("codes", "{table: {a: x}}")};
  const Result<Config> added =
      config("\n  data:\n  - {list: colours, add: [blue, red]}\n  - {table: codes, add: {b: w}}");
  ASSERT_TRUE(added.ok()) << added.error().message;
  const SetPtr set = load(texts, added.value());
  ASSERT_NE(set, nullptr);
  EXPECT_EQ(seen(judge(*set, thing("{c: red}"))), Lines{}) << "it was there already";
  EXPECT_EQ(seen(judge(*set, thing("{c: blue}"))),
            Lines{"none|pass|/c|||allowed by the addition in c.yaml:5:26"});
  EXPECT_EQ(seen(judge(*set, thing("{c: green}"))).size(), 1U);
  EXPECT_EQ(seen(judge(*set, thing("{k: b, v: w-x}"))),
            Lines{"none|pass|/v|||allowed by the addition in c.yaml:6:25"});
  EXPECT_EQ(seen(judge(*set, thing("{k: a, v: x-x}"))), Lines{});
  EXPECT_EQ(seen(judge(*set, thing("{k: b, v: other}"))), Lines{"deny|fail|/v|w-x|other"});
}

TEST(ConfigTest, AdditionsCannotReplaceNorReachEverything) {
  const auto error = [](const std::string& data) {
    const Result<Config> read = config("{data: [" + data + "]}");
    return read.ok() ? load_error({rule_text("check: field, with: {path: object.v, present: true}"),
                                   data_text("codes", "{table: {a: x}}"),
                                   data_text("env", "{dimension: {codes: [prod]}}")},
                                  read.value())
                     : read.error().message;
  };
  EXPECT_EQ(error("{table: codes, add: {a: other}}"),
            "c.yaml:3:35: table \"codes\" has an entry \"a\" already: additions cannot replace");
  EXPECT_EQ(error("{table: nowhere, add: {a: b}}"), "c.yaml:3:37: there is no Data \"nowhere\"");
  EXPECT_EQ(error("{list: env, add: [poc]}"),
            "c.yaml:3:32: Data \"env\" is no list");
  EXPECT_EQ(error("{table: codes, add: [a]}"), "c.yaml:3:35: table: expected a map of texts");
  EXPECT_EQ(error("{table: codes, add: {b: 5}}"), "c.yaml:3:39: table: expected a text in quotes");
}

const std::vector<std::string> kNames = {
    data_text("words", "{terms: [{term: tenant, use: Organization, allowed: [azure tenant]}]}"),
    data_text("places", "{hosts: [{host: openova.io, use: omani.works}]}"),
    data_text("env", "{dimension: {codes: [prod]}}"),
    data_text("provider", "{dimension: {codes: [hz, aws]}}"),
    data_text("region", "{dimension: {keyed-by: provider, codes: {hz: [fsn], aws: unverifiable}}}"),
    data_text("org", "{dimension: {pattern: '[a-z][a-z-]+', not: [flux]}}"),
    data_text("count", "{dimension: {number: true}}"), data_text("shape", "{schema: {spec: any}}")};

std::vector<std::string> with_names(const std::string& rule) {
  std::vector<std::string> texts = {rule_text(rule)};
  texts.insert(texts.end(), kNames.begin(), kNames.end());
  return texts;
}

// What the rule says of each object with these additions, in the lines from 5 of c.yaml on.
Lines with_additions(const std::string& additions, const std::string& rule,
                     const std::vector<std::string>& objects) {
  const Result<Config> read = config("\n  data:\n" + additions);
  if (!read.ok()) return {read.error().message};
  const SetPtr set = load(with_names(rule), read.value());
  Lines out;
  for (const std::string& object : objects) {
    const Lines said = seen(judge(*set, thing(object)));
    out.push_back(said.empty() ? "" : said[0]);
  }
  return out;
}

TEST(ConfigTest, AdditionsToTerms) {
  const std::string additions =
      "  - {terms: words, add: [{term: tenant, allowed: [tenant bank]}]}\n"
      "  - {terms: words, add: [{term: tenant, allowed: [tenant shop]}, {term: gadget, use: part}]}\n";
  EXPECT_EQ(with_additions(additions, "check: terms, with: {terms: words, identity: [object.v]}",
                           {"{v: tenant}", "{v: azure tenant}", "{v: a tenant bank}", "{v: a tenant shop}",
                            "{v: tenant shop of a tenant bank}", "{v: gadget}"}),
            (Lines{"deny|fail|/v|Organization|tenant", "",
                   "none|pass|/v|||allowed by the addition in c.yaml:5:26",
                   "none|pass|/v|||allowed by the addition in c.yaml:6:26",
                   "none|pass|/v|||allowed by the addition in c.yaml:5:26, c.yaml:6:26",
                   "deny|fail|/v|part|gadget"}));
}

TEST(ConfigTest, AdditionsToHosts) {
  const std::string additions =
      "  - {hosts: places, add: [{host: openova.io, allowed: [harbor.openova.io]}]}\n"
      "  - {hosts: places, add: [{host: dead.example, use: alive.example, allowed: [a.dead.example]}]}\n";
  EXPECT_EQ(with_additions(additions, "check: terms, with: {hosts: places, host-fields: [object.v]}",
                           {"{v: x.openova.io}", "{v: harbor.openova.io}", "{v: x.harbor.openova.io}",
                            "{v: x.dead.example}", "{v: a.dead.example}"}),
            (Lines{"deny|fail|/v|omani.works|x.openova.io",
                   "none|pass|/v|||allowed by the addition in c.yaml:5:27",
                   "deny|fail|/v|omani.works|x.harbor.openova.io",
                   "deny|fail|/v|alive.example|x.dead.example", ""}));
}

TEST(ConfigTest, AdditionsToDimensions) {
  const std::string additions = "  - {dimension: env, add: [demo, prod]}\n"
                                "  - {dimension: region, add: {hz: [xyz], aws: [use1]}}\n"
                                "  - {dimension: org, add: [acme, 'kube-*']}\n";
  EXPECT_EQ(with_additions(additions, "check: name, with: {path: object.v, pattern: '{org}-{env}'}",
                           {"{v: bank-prod}", "{v: bank-demo}", "{v: bank-live}", "{v: acme-prod}",
                            "{v: kube-bank-prod}", "{v: flux-prod}"}),
            (Lines{"", "none|pass|/v|||allowed by the addition in c.yaml:5:27",
                   "deny|fail|/v|{org}-{env}|bank-live", "deny|fail|/v|{org}-{env}|acme-prod",
                   "deny|fail|/v|{org}-{env}|kube-bank-prod", "deny|fail|/v|{org}-{env}|flux-prod"}));
  EXPECT_EQ(with_additions(additions, "check: name, with: {path: object.v, pattern: '{provider}-{region}'}",
                           {"{v: hz-fsn}", "{v: hz-xyz}", "{v: aws-xyz}", "{v: aws-use1}"}),
            (Lines{"", "none|pass|/v|||allowed by the addition in c.yaml:6:35",
                   "deny|fail|/v|{provider}-{region}|aws-xyz",
                   "none|pass|/v|||allowed by the addition in c.yaml:6:47"}));
}

TEST(ConfigTest, AdditionsToNamesAreChecked) {
  const struct {
    const char* addition;
    const char* want;
  } kRows[] = {
      {"terms: words, add: [{term: tenant, use: User}]",
       "c.yaml:3:36: \"tenant\" is there already: an addition can only say what else is allowed"},
      {"terms: words, add: [{term: tenant, use: User, allowed: [a tenant]}]",
       "c.yaml:3:36: \"tenant\" is there already: an addition can only say what else is allowed"},
      {"terms: words, add: [{term: gadget}]", "c.yaml:3:36: add: key \"use\" is missing"},
      {"terms: words, add: [gadget]", "c.yaml:3:36: add: expected a map, found string"},
      {"terms: words, add: {gadget: part}", "c.yaml:3:35: add: expected a list"},
      {"terms: words, add: [{term: tenant, allowed: ['--']}]",
       "c.yaml:3:35: terms[0] \"tenant\": an allowed phrase has no words"},
      {"hosts: places, add: [{host: openova.io, groups: [a.openova.io]}]",
       "c.yaml:3:37: \"openova.io\" is there already: an addition can only say what else is allowed"},
      {"hosts: places, add: [{host: openova.io, allowed: [other.example]}]",
       "c.yaml:3:36: hosts[0] \"openova.io\": the allowed host \"other.example\" is not below it"},
      {"dimension: region, add: [xyz]",
       "c.yaml:3:40: add: expected a map of codes, as the dimension has a key"},
      {"dimension: env, add: {a: [b]}", "c.yaml:3:37: add: expected a list of texts"},
      {"dimension: org, add: ['[a]*']",
       "c.yaml:3:37: dimension.not: glob \"[a]*\": brackets have no meaning here"},
      {"dimension: count, add: ['5']", "c.yaml:3:39: Data \"count\" is any number: there is nothing to add"},
      {"terms: places, add: [{term: a, use: b}]", "c.yaml:3:36: Data \"places\" is no terms"},
      {"list: words, add: [a]", "c.yaml:3:34: Data \"words\" is no list"},
      {"list: shape, add: [a]", "c.yaml:3:34: Data \"shape\" is a schema, which takes no additions"},
  };
  for (const auto& row : kRows) {
    const Result<Config> read = config("{data: [{" + std::string(row.addition) + "}]}");
    EXPECT_EQ(read.ok() ? load_error(with_names("check: field, with: {path: object.v, present: true}"),
                                     read.value())
                        : read.error().message,
              row.want)
        << row.addition;
  }
}

// A rule that waits does what it says from the first instant of that day, UTC; without a day it waits
// on. At doors that before-cutover does not name it never waited.
TEST(ConfigTest, BeforeTheCutoverARuleDoesLess) {
  const std::string rules = policy_text(
      "  rules: [{name: r, message: m, fix: f, check: field, with: {path: object.v, equals: z}, "
      "before-cutover: {admission: warn, audit: report}}]\n");
  const Result<Config> day = config("{cutover: 2027-03-01}");
  ASSERT_TRUE(day.ok()) << day.error().message;
  const SetPtr with_day = load({rules}, day.value());
  const SetPtr without = load({rules});
  ASSERT_NE(with_day, nullptr);
  ASSERT_NE(without, nullptr);
  const auto effect = [](const SetPtr& set, Door door, const char* now, const char* object = "{v: x}") {
    Subject subject = thing(object);
    subject.door = door;
    const Verdict verdict = judge(*set, subject, parse_time(now).value());
    return std::string(to_string(verdict.findings.at(0).effect)) + " " + std::string(to_string(verdict.decision));
  };
  constexpr const char* kBefore = "2027-02-28T23:59:59.999Z";
  constexpr const char* kFrom = "2027-03-01T00:00:00Z";
  EXPECT_EQ(effect(with_day, Door::admission, kBefore), "warn allow");
  EXPECT_EQ(effect(with_day, Door::admission, kFrom), "deny deny");
  EXPECT_EQ(effect(with_day, Door::audit, kBefore), "report allow");
  EXPECT_EQ(effect(with_day, Door::audit, kFrom), "deny deny");
  EXPECT_EQ(effect(with_day, Door::guard, kBefore), "deny deny");
  EXPECT_EQ(effect(without, Door::admission, kFrom), "warn allow");
  EXPECT_EQ(effect(without, Door::guard, kFrom), "deny deny");
  EXPECT_EQ(with_day->waiting_rules(), Lines{"p/r"});

  // Undecided waits too, and is decided by nobody afterwards.
  const SetPtr asking = load({policy_text(
      "  rules: [{name: r, message: m, fix: f, check: field, with: {path: request.v, equals: z}, "
      "before-cutover: {admission: warn}}]\n")}, day.value());
  EXPECT_EQ(effect(asking, Door::admission, kBefore), "warn allow");
  EXPECT_EQ(effect(asking, Door::admission, kFrom), "deny undecided");
}

TEST(ConfigTest, BeforeCutoverSaysLessThanTheRule) {
  const auto error = [](const std::string& rest) {
    return load_error({policy_text("  rules:\n  - {name: r, message: m, fix: f, check: field, "
                                   "with: {path: object.v, present: true},\n     " + rest + "}\n")});
  };
  EXPECT_EQ(error("before-cutover: {admission: warn}"), "");
  EXPECT_EQ(error("before-cutover: {}"), "p.yaml:9:22: before-cutover: names no door");
  EXPECT_EQ(error("before-cutover: {admission: deny}"),
            "p.yaml:9:34: before-cutover: no less than what the rule does after it");
  EXPECT_EQ(error("enforcement: {guard: report}, before-cutover: {guard: warn}"),
            "p.yaml:9:60: before-cutover: no less than what the rule does after it");
  EXPECT_EQ(error("before-cutover: warn"), "p.yaml:9:22: enforcement: expected a map, found string");
}

TEST(ConfigTest, AStageThatFitsNoRuleIsAnError) {
  const auto error = [](const std::string& rules) {
    const Result<Config> read = config("{stages: [{rules: " + rules + ", stage: warn}]}");
    return read.ok() ? load_error({rule_text("check: field, with: {path: object.v, present: true}")}, read.value())
                     : read.error().message;
  };
  EXPECT_EQ(error("'p/*'"), "");
  EXPECT_EQ(error("'**'"), "");
  EXPECT_EQ(error("'p'"), "c.yaml:3:25: stages: \"p\" fits no rule; \"portreeve policy list\" names them as policy/rule");
  EXPECT_EQ(error("'*'"), "c.yaml:3:25: stages: \"*\" fits no rule; \"portreeve policy list\" names them as policy/rule");
  EXPECT_EQ(error("p/R"), "c.yaml:3:25: stages: \"p/R\" fits no rule; \"portreeve policy list\" names them as policy/rule");
}

TEST(ConfigTest, NewerRulesAreListed) {
  const Result<Config> level = config("{catalog: 1}");
  const SetPtr set = load({policy_text(
      "  rules:\n  - {name: a, since: 1, message: m, fix: f, check: field, with: {path: object.v, present: true}}\n"
      "  - {name: b, since: 2, message: m, fix: f, check: field, with: {path: object.v, present: true}}\n")},
      level.value());
  EXPECT_EQ(set->newer_rules(), Lines{"p/b"});
}

TEST(ConfigTest, RelativeFoldersStandBesideTheFile) {
  Result<Config> read = config("{policies: [pol, /etc/p, ''], blueprintFolders: [bp], evidence: {directory: ev}}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  read.value().name_paths_beside("conf/config.yaml");
  EXPECT_EQ(read.value().policies, (Lines{"conf/pol", "/etc/p", ""}));
  EXPECT_EQ(read.value().blueprint_folders, Lines{"conf/bp"});
  EXPECT_EQ(read.value().evidence_directory, "conf/ev");
  Result<Config> here = config("{policies: [pol]}");
  here.value().name_paths_beside("config.yaml");
  EXPECT_EQ(here.value().policies, Lines{"pol"});
  EXPECT_EQ(here.value().evidence_directory, "");
}

}  // namespace
}  // namespace portreeve::policies
