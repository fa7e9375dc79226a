#include "policies/config.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const std::vector<std::string> kData = {
    data_text("words", "{terms: [{term: tenant, use: Organization, allowed: [stalwart-tenant]}, "
                       "{term: dashboard, use: console}]}"),
    data_text("places", "{hosts: [{host: openova.io, use: omani.works, allowed: [harbor.openova.io]}]}"),
    data_text("products", "{list: [Tenant Manager]}")};

Lines terms(const std::string& with, const std::string& object) {
  return judged("check: terms, with: {" + with + "}", object, kData);
}

TEST(TermsCheckTest, ViolationInWhatIdentifiesAdviceInProse) {
  const std::string with =
      "terms: words, identity: [object.metadata.name], prose: [object..*], exclude: [object.values]";
  EXPECT_EQ(terms(with, "{metadata: {name: org-a}, text: fine}"), Lines{});
  EXPECT_EQ(terms(with, "{metadata: {name: tenant-a}}"),
            Lines{"deny|fail|/metadata/name|Organization|tenant"});
  EXPECT_EQ(terms(with, "{metadata: {name: a}, text: the Tenants of it}"),
            Lines{"warn|fail|/text|Organization|Tenants"});
  EXPECT_EQ(terms(with, "{metadata: {name: a}, values: {text: tenant}}"), Lines{});
  EXPECT_EQ(terms(with, "{metadata: {name: stalwart-tenant}}"), Lines{});
  EXPECT_EQ(terms(with, "{metadata: {name: 5}, l: [null, true, 7]}"), Lines{});
  EXPECT_EQ(terms("terms: words, prose: [object.text]", "{text: a tenant dashboard}"),
            (Lines{"warn|fail|/text|Organization|tenant", "warn|fail|/text|console|dashboard"}));
}

TEST(TermsCheckTest, PhrasesOfProseHoldInProseOnly) {
  const std::vector<std::string> data = {
      data_text("words", "{terms: [{term: tenant, use: Organization, allowed: [stalwart-tenant], "
                         "in-prose: [tenant id]}]}")};
  const auto seen_in = [&](const std::string& object, const std::string& additions = "") {
    Config config;
    if (!additions.empty()) {
      const auto read = read_config({"c.yaml", std::string(kHead) + "kind: Config\nspec:\n  data:\n  - {terms: words, add: [" +
                                                   additions + "]}\n"});
      EXPECT_TRUE(read.ok()) << read.error().message;
      config = read.value();
    }
    std::vector<std::string> texts = {
        rule_text("check: terms, with: {terms: words, identity: [object.name], prose: [object..*]}")};
    texts.insert(texts.end(), data.begin(), data.end());
    const SetPtr set = load(texts, config);
    return set == nullptr ? Lines{"does not load"} : seen(judge(*set, thing(object)));
  };
  EXPECT_EQ(seen_in("{name: stalwart-tenant, text: a tenant id of stalwart-tenant}"), Lines{});
  EXPECT_EQ(seen_in("{name: tenant-id}"), Lines{"deny|fail|/name|Organization|tenant"});
  const std::string more = "{term: tenant, in-prose: [tenant bank]}";
  EXPECT_EQ(seen_in("{name: tenant-bank, text: tenant bank}", more), Lines{"deny|fail|/name|Organization|tenant"});
  EXPECT_EQ(seen_in("{name: a, text: tenant shop}", more), Lines{"warn|fail|/text|Organization|tenant"});
  const std::string own = "{term: gadget, use: part, in-prose: [gadget shop]}";
  EXPECT_EQ(seen_in("{name: gadget-shop, text: gadget shop}", own), Lines{"deny|fail|/name|part|gadget"});
}

TEST(TermsCheckTest, FixNamesTheWordAndLookAlikesAreSaid) {
  std::vector<std::string> texts = {
      rule_text("check: terms, with: {terms: words, identity: [object.v]}")};
  texts.insert(texts.end(), kData.begin(), kData.end());
  const SetPtr set = load(texts);
  const Verdict plain = judge(*set, thing("{v: my-tenant}"));
  ASSERT_EQ(plain.findings.size(), 1U);
  EXPECT_EQ(plain.findings[0].fix, "write Organization instead of \"tenant\"");
  EXPECT_EQ(plain.findings[0].message, "m");
  const Verdict disguised = judge(*set, thing("{v: \"t\\u0435nant\"}"));  // Cyrillic ie
  ASSERT_EQ(disguised.findings.size(), 1U);
  EXPECT_EQ(disguised.findings[0].message, "m (written with look-alike or invisible characters)");
}

TEST(TermsCheckTest, Hosts) {
  const std::string with =
      "hosts: places, host-fields: [object.host, object.url], prose: [object..*]";
  EXPECT_EQ(terms(with, "{host: app.omani.works}"), Lines{});
  EXPECT_EQ(terms(with, "{host: app.openova.io}").size(), 1U);
  EXPECT_EQ(terms(with, "{host: app.openova.io}")[0].substr(0, 28), "deny|fail|/host|omani.works|");
  EXPECT_EQ(terms(with, "{url: 'oci://harbor.openova.io/x'}"), Lines{});
  EXPECT_EQ(terms(with, "{host: notopenova.io}"), Lines{});
  EXPECT_EQ(terms(with, "{text: 'apps.openova.io/v1'}"), Lines{});
  ASSERT_EQ(terms(with, "{text: 'see https://www.openova.io/docs'}").size(), 1U);
  EXPECT_EQ(terms(with, "{text: 'see https://www.openova.io/docs'}")[0].substr(0, 10), "warn|fail|");
}

TEST(TermsCheckTest, EveryTextBelowAHostFieldIsOne) {
  const std::string with = "hosts: places, host-fields: [object..host, object..url], prose: [object..*]";
  const std::string deny = "|omani.works|x.openova.io";
  EXPECT_EQ(terms(with, "{host: [a.example, x.openova.io]}"), Lines{"deny|fail|/host/1" + deny});
  EXPECT_EQ(terms(with, "{host: {public: {name: x.openova.io}}}"),
            Lines{"deny|fail|/host/public/name" + deny});
  EXPECT_EQ(terms(with, "{host: [[{a: [x.openova.io]}]]}"), Lines{"deny|fail|/host/0/0/a/0" + deny});
  // A field in a field, of the same path or another one, is told once.
  EXPECT_EQ(terms(with, "{host: {host: x.openova.io}}"), Lines{"deny|fail|/host/host" + deny});
  EXPECT_EQ(terms(with, "{host: {host: {host: [x.openova.io]}}}"),
            Lines{"deny|fail|/host/host/host/0" + deny});
  EXPECT_EQ(terms(with, "{host: {url: x.openova.io}}"), Lines{"deny|fail|/host/url" + deny});
  EXPECT_EQ(terms(with, "{url: {host: x.openova.io}, host: [x.openova.io]}"),
            (Lines{"deny|fail|/host/0" + deny, "deny|fail|/url/host" + deny}));
  EXPECT_EQ(terms(with, "{host: [], url: {a: 5, b: null, c: true}}"), Lines{});
  EXPECT_EQ(terms(with, "{hosts: [x.openova.io]}"), Lines{"warn|fail|/hosts/0" + deny});
  EXPECT_EQ(terms(with + ", exclude: [object.host.b]", "{host: {a: x.openova.io, b: y.openova.io}}"),
            Lines{"deny|fail|/host/a" + deny});
}

TEST(TermsCheckTest, ProseKeysBelowAHostField) {
  const std::string with =
      "hosts: places, host-fields: [object..host], prose-keys: [description], prose: [object..*]";
  const std::string hit = "|omani.works|x.openova.io";
  EXPECT_EQ(terms(with, "{host: {description: not x.openova.io, default: a.example}}"),
            Lines{"warn|fail|/host/description" + hit});
  EXPECT_EQ(terms(with, "{host: {default: x.openova.io}}"), Lines{"deny|fail|/host/default" + hit});
  // Only a text: what is nested below such a key is a field like others.
  EXPECT_EQ(terms(with, "{host: {description: {default: x.openova.io}}}"),
            Lines{"deny|fail|/host/description/default" + hit});
  EXPECT_EQ(terms(with, "{description: {host: x.openova.io}}"),
            Lines{"deny|fail|/description/host" + hit});
}

TEST(TermsCheckTest, PhrasesOfTheRuleAndOfTheOperator) {
  const std::string with = "terms: words, allow: products, identity: [object.v]";
  EXPECT_EQ(terms(with, "{v: Tenant Manager}"), Lines{});
  EXPECT_EQ(terms(with, "{v: Tenant Console}"), Lines{"deny|fail|/v|Organization|Tenant"});
  const auto config = read_config({"config.yaml", std::string(kHead) +
                                                      "kind: Config\n"
                                                      "spec:\n"
                                                      "  data:\n"
                                                      "  - list: products\n"
                                                      "    add: [Tenant Console]\n"});
  ASSERT_TRUE(config.ok()) << config.error().message;
  std::vector<std::string> texts = {rule_text("check: terms, with: {" + with + "}")};
  texts.insert(texts.end(), kData.begin(), kData.end());
  const SetPtr set = load(texts, config.value());
  EXPECT_EQ(seen(judge(*set, thing("{v: Tenant Console}"))),
            Lines{"none|pass|/v|||allowed by the addition in config.yaml:6:10"});
  EXPECT_EQ(seen(judge(*set, thing("{v: Tenant Manager}"))), Lines{});
}

TEST(TermsCheckTest, Errors) {
  const struct {
    const char* with;
    const char* want;
  } kRows[] = {
      {"identity: [object.v]", "with of check terms: expected terms or hosts"},
      {"terms: nowhere, identity: [object.v]",
       "with of check terms: there is no Data \"nowhere\" of that kind"},
      {"terms: places, identity: [object.v]",
       "with of check terms: there is no Data \"places\" of that kind"},
      {"hosts: words, host-fields: [object.v]",
       "with of check terms: there is no Data \"words\" of that kind"},
      {"terms: words, allow: words, identity: [object.v]",
       "with of check terms: there is no Data \"words\" of that kind"},
      {"terms: words",
       "with of check terms: names no field: expected identity, host-fields or prose"},
      {"terms: words, host-fields: [object.v]", "with of check terms: host-fields needs hosts"},
      {"terms: words, identity: [object.v], prose-keys: [a]",
       "with of check terms: prose-keys needs host-fields"},
      {"terms: words, identity: object.v", "with of check terms.identity: expected a list of texts"},
      {"terms: words, identity: [name]",
       "with of check terms: path \"name\", character 1: expected object, old, request or $name"},
      {"terms: words, identiy: [object.v]",
       "with of check terms: unknown key \"identiy\"; did you mean \"identity\"?"},
  };
  for (const auto& row : kRows) {
    std::vector<std::string> texts = {rule_text("check: terms, with: {" + std::string(row.with) + "}")};
    texts.insert(texts.end(), kData.begin(), kData.end());
    const std::string message = load_error(texts);
    EXPECT_EQ(message.substr(message.find(": ") + 2), row.want) << row.with;
  }
}

}  // namespace
}  // namespace portreeve::policies
