#include "webhook/webhook_config.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/base64.h"
#include "core/json.h"
#include "core/yaml.h"
#include "crypto/self_signed.h"
#include "kube/write_review.h"
#include "policies/catalog.h"
#include "policies/examples.h"
#include "tests/support/golden.h"

namespace portreeve::webhook {
namespace {

std::shared_ptr<const policies::PolicySet> shipped() {
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  auto set = policies::PolicySet::load(std::move(sources));
  EXPECT_TRUE(set.ok());
  return set.ok() ? set.value() : nullptr;
}

std::shared_ptr<const policies::PolicySet> policies_of(const std::string& match) {
  policies::PolicySources sources;
  sources.files.push_back(
      {"p.yaml", "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: team}\n"
                 "spec:\n  description: d\n  match: " + match +
                 "\n  rules: [{name: a, check: field, with: {path: object.metadata.name, present: "
                 "true}, message: m, fix: f}]\n"});
  auto set = policies::PolicySet::load(std::move(sources));
  EXPECT_TRUE(set.ok()) << (set.ok() ? "" : set.error().message);
  return set.ok() ? set.value() : nullptr;
}

WebhookConfigOptions service() {
  WebhookConfigOptions out;
  out.service_namespace = "portreeve-system";
  out.service_name = "portreeve";
  out.ca_pem = "CA";
  return out;
}

WebhookConfigOptions by_url() {
  WebhookConfigOptions out;
  out.url = "https://127.0.0.1:9443/validate";
  out.ca_pem = "CA";
  return out;
}

DocumentPtr parsed(const std::string& yaml) {
  auto document = yaml::parse(yaml, json::review_limits(), nullptr);
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().message);
  return document.ok() ? document.value() : nullptr;
}

std::vector<std::string> problems(const std::string& yaml) {
  const auto found = check_configuration(*shipped(), parsed(yaml)->root(), {});
  EXPECT_TRUE(found.ok());
  return found.ok() ? found.value() : std::vector<std::string>();
}

TEST(WebhookConfig, Golden) {
  EXPECT_TRUE(testing::matches_golden(webhook_configuration(*shipped(), service()),
                                      "webhook-config/service.yaml"));
  EXPECT_TRUE(testing::matches_golden(webhook_configuration(*shipped(), by_url()),
                                      "webhook-config/url.yaml"));
}

TEST(WebhookConfig, ValuesThatKeepTheGateClosed) {
  const DocumentPtr document = parsed(webhook_configuration(*shipped(), service()));
  const Value webhook = document->root()["webhooks"].at(0);
  EXPECT_EQ(webhook["name"].text(), "gate.portreeve.openova.io");
  EXPECT_EQ(webhook["failurePolicy"].text(), "Fail");
  EXPECT_EQ(webhook["matchPolicy"].text(), "Equivalent");
  EXPECT_EQ(webhook["sideEffects"].text(), "None");
  EXPECT_EQ(webhook["timeoutSeconds"].text(), "5");
  EXPECT_EQ(webhook["admissionReviewVersions"].size(), 1U);
  EXPECT_FALSE(webhook["objectSelector"].present());
  EXPECT_FALSE(webhook["namespaceSelector"].present());
  EXPECT_EQ(webhook["clientConfig"]["caBundle"].text(), "Q0E=");
  for (const Value rule : webhook["rules"]) {
    EXPECT_EQ(rule["apiVersions"].at(0).text(), "*");
    EXPECT_EQ(rule["scope"].text(), "*");
    for (const Value resource : rule["resources"]) {
      EXPECT_EQ(resource.text().find('/'), std::string_view::npos);
    }
  }
  for (const Value condition : webhook["matchConditions"]) {
    const std::string_view text = condition["expression"].text();
    EXPECT_EQ(text.substr(0, 6), "!(has(") << text;
    EXPECT_EQ(text.find("object"), std::string_view::npos) << "the author decides about the object";
  }
}

TEST(WebhookConfig, UnsafeIgnoreSaysSo) {
  WebhookConfigOptions options = service();
  options.unsafe_ignore = true;
  const std::string yaml = webhook_configuration(*shipped(), options);
  EXPECT_NE(yaml.find("failurePolicy: Ignore\n"), std::string::npos);
  EXPECT_NE(yaml.find("# UNSAFE"), std::string::npos);
}

TEST(WebhookConfig, FollowsThePolicies) {
  const auto set = policies_of(
      "{objects: [{group: '', kinds: [Pod]}, {group: networking.k8s.io, kinds: [NetworkPolicy, "
      "Ingress]}], operations: [CREATE]}");
  const Demand demand = demand_of(*set, {{"Ingress", "ingressen"}});
  ASSERT_EQ(demand.size(), 2U);
  EXPECT_EQ(demand.at("").at("pods").count(Operation::update), 0U);
  EXPECT_EQ(demand.at("").at("pods").at(Operation::create), std::vector<std::string>{"team"});
  EXPECT_EQ(demand.at("networking.k8s.io").count("networkpolicies"), 1U);
  EXPECT_EQ(demand.at("networking.k8s.io").count("ingressen"), 1U);
}

// The one subresource that makes a node pull something new; wanted only where a policy judges images.
TEST(WebhookConfig, DebugContainersWherePodsImagesAreJudged) {
  const std::string kDebug = "pods/ephemeralcontainers";
  const auto wants = [&](const std::string& match, const std::string& check, const std::string& with) {
    policies::PolicySources sources;
    sources.files.push_back(
        {"p.yaml", "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: team}\n"
                   "spec:\n  description: d\n  match: " + match + "\n  rules: [{name: a, any: [{check: " +
                       check + ", with: " + with + "}], message: m, fix: f}]\n---\n"
                   "apiVersion: portreeve.openova.io/v1alpha1\nkind: Authority\nmetadata: {name: x}\n"
                   "spec: {repositories: ['r.test/**'], keyless: {issuer: 'https://issuer.test', identity: "
                   "'https://a.test/b/c'}}\n"});
    const auto set = policies::PolicySet::load(std::move(sources));
    EXPECT_TRUE(set.ok()) << set.error().message;
    const Demand demand = demand_of(*set.value(), {});
    const auto core = demand.find("");
    if (core == demand.end() || core->second.count(kDebug) == 0) return std::string();
    std::string out;
    for (const auto& [operation, names] : core->second.at(kDebug)) out += std::string(to_string(operation));
    return out;
  };
  const std::string pods = "objects: [{group: '', kinds: [Pod]}]";
  EXPECT_EQ(wants("{" + pods + "}", "images", "{digest: true}"), "UPDATE");
  EXPECT_EQ(wants("{artifacts: ['**']}", "signature", "{authorities: {any: [x]}}"), "UPDATE");
  EXPECT_EQ(wants("{" + pods + "}", "field", "{path: 'object.spec.ephemeralContainers', absent: true}"), "UPDATE");
  EXPECT_EQ(wants("{" + pods + ", operations: [CREATE]}", "images", "{digest: true}"), "");
  EXPECT_EQ(wants("{" + pods + "}", "field", "{path: object.metadata.name, present: true}"), "");
  EXPECT_EQ(wants("{objects: [{group: apps, kinds: [Deployment]}]}", "images", "{digest: true}"), "");
}

TEST(WebhookConfig, MissingDebugContainersAreNamed) {
  policies::PolicySources sources;
  sources.files.push_back(
      {"p.yaml", "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: team}\n"
                 "spec:\n  description: d\n  match: {objects: [{group: '', kinds: [Pod]}]}\n"
                 "  rules: [{name: a, check: images, with: {digest: true}, message: m, fix: f}]\n"});
  const auto set = policies::PolicySet::load(std::move(sources));
  ASSERT_TRUE(set.ok());
  std::string yaml = webhook_configuration(*set.value(), service());
  const auto missing = [&](const std::string& resources) {
    std::string text = yaml;
    const std::size_t both = text.find("[\"pods\"]");
    // Pods and their subresource stand in rules of their own: other operations.
    EXPECT_NE(both, std::string::npos) << text;
    const std::size_t at = text.find("\"pods/ephemeralcontainers\"");
    EXPECT_NE(at, std::string::npos) << text;
    if (at != std::string::npos) text.replace(at, 26, resources);
    const auto found = check_configuration(*set.value(), parsed(text)->root(), {});
    EXPECT_TRUE(found.ok());
    return found.ok() && !found.value().empty() ? found.value().front() : std::string();
  };
  EXPECT_EQ(missing("\"pods/ephemeralcontainers\""), "");
  EXPECT_EQ(missing("\"pods/*\""), "");
  EXPECT_EQ(missing("\"*/ephemeralcontainers\""), "");
  EXPECT_EQ(missing("\"*/*\""), "");
  EXPECT_EQ(missing("\"*\""), "policy team: pods/ephemeralcontainers is not sent on UPDATE");
  EXPECT_EQ(missing("\"pods\""), "policy team: pods/ephemeralcontainers is not sent on UPDATE");
  EXPECT_EQ(missing("\"pods/status\""), "policy team: pods/ephemeralcontainers is not sent on UPDATE");
}

TEST(WebhookConfig, Plurals) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"Blueprint", "blueprints"}, {"EnvironmentPolicy", "environmentpolicies"},
      {"Application", "applications"}, {"Organization", "organizations"},
      {"Environment", "environments"}, {"Ingress", "ingresses"}, {"Gateway", "gateways"},
      {"Switch", "switches"}, {"Box", "boxes"}, {"Key", "keys"}, {"Y", "ys"}};
  for (const auto& [kind, resource] : rows) EXPECT_EQ(kube::resource_of(kind), resource);
}

TEST(WebhookConfig, Base64) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {std::string("\0\xff\xfe", 3), "AP/+"}};
  for (const auto& [bytes, text] : rows) EXPECT_EQ(to_base64(bytes), text);
}

TEST(WebhookConfig, Options) {
  const auto pair = crypto::make_self_signed("localhost", TimePoint(Milliseconds(1'800'000'000'000)));
  ASSERT_TRUE(pair.ok());
  const auto refusal = [&](const std::function<void(WebhookConfigOptions&)>& change) {
    WebhookConfigOptions options = service();
    options.ca_pem = pair.value().certificate;
    change(options);
    const Outcome checked = check_options(options);
    return checked.ok() ? std::string() : checked.error().message;
  };
  const auto url = [&](const std::string& text) {
    return refusal([&](WebhookConfigOptions& options) {
      options.url = text;
      options.service_name.clear();
    });
  };
  EXPECT_EQ(refusal([](WebhookConfigOptions&) {}), "");
  EXPECT_EQ(refusal([&](auto& o) { o.ca_pem += o.ca_pem; }), "");
  EXPECT_EQ(url("https://127.0.0.1:9443/validate"), "");
  EXPECT_EQ(url("https://[::1]:9443/validate"), "");
  for (const char* bad : {"http://h/validate", "https:///validate", "https://h", "https://h/",
                          "https://h/other", "https://u@h/validate", "https://h/validate?x",
                          "https://h/validate#x", "https://h /validate", "https://h\n/validate"}) {
    EXPECT_NE(url(bad).find("--url: "), std::string::npos) << bad;
  }
  EXPECT_NE(refusal([](auto& o) { o.url = "https://h/validate"; }).find("either"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.service_name = "Gate"; }).find("--service"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.service_namespace = ""; }).find("--service"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.name = "a b"; }).find("--name"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.timeout_seconds = 31; }).find("--timeout"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.timeout_seconds = 0; }).find("--timeout"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.ca_pem = ""; }).find("--ca"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.ca_pem = "no PEM"; }).find("--ca"), std::string::npos);
  EXPECT_NE(refusal([&](auto& o) { o.ca_pem += pair.value().key; }).find("private key"),
            std::string::npos);
}

TEST(WebhookCheck, WhatWePrintIsComplete) {
  EXPECT_EQ(problems(webhook_configuration(*shipped(), service())), std::vector<std::string>());
  EXPECT_EQ(problems(webhook_configuration(*shipped(), by_url())), std::vector<std::string>());
}

TEST(WebhookCheck, AsTheServerHoldsIt) {
  std::string yaml = webhook_configuration(*shipped(), service());
  yaml += "    namespaceSelector: {}\n    objectSelector: {}\n";
  EXPECT_EQ(problems(yaml), std::vector<std::string>());
  std::string item;
  json::append_canonical(item, parsed(yaml)->root());
  EXPECT_EQ(problems("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + item + "]}"),
            std::vector<std::string>());
}

struct Narrower {
  std::string name;
  std::string from;
  std::string to;
  std::string want;  ///< A part of some problem.
};

TEST(WebhookCheck, NamesWhatIsNotSent) {
  const std::vector<Narrower> rows = {
      {"kind", "\"blueprints\"", "\"secrets\"", "blueprints.catalyst.openova.io is not sent on CREATE"},
      {"update", "\"CREATE\", \"UPDATE\"", "\"CREATE\"", "is not sent on UPDATE"},
      {"group", "\"apps.openova.io\"", "\"apps\"", "policies application-"},
      {"subresource only", "\"blueprints\"", "\"blueprints/*\"", "blueprints.catalyst.openova.io is not sent"},
      {"version", "apiVersions: [\"*\"]", "apiVersions: [\"v1\"]", "only in the versions that are listed"},
      {"scope", "scope: \"*\"", "scope: Namespaced", "only with scope Namespaced"},
      {"ignore", "failurePolicy: Fail", "failurePolicy: Ignore", "failurePolicy is Ignore, expected Fail"},
      {"exact", "matchPolicy: Equivalent", "matchPolicy: Exact", "matchPolicy is Exact"},
      {"side effects", "sideEffects: None", "sideEffects: Some", "sideEffects is Some"},
      {"v1beta1", "[v1]", "[v1beta1, v1]", "admissionReviewVersions does not begin with v1"},
      {"timeout", "timeoutSeconds: 5", "timeoutSeconds: 31", "timeoutSeconds is 31"},
      {"no timeout", "timeoutSeconds: 5", "timeoutSeconds: 0", "timeoutSeconds is 0"},
      {"object selector", "    sideEffects", "    objectSelector: {matchLabels: {gate: on}}\n    sideEffects",
       "objectSelector is not empty"},
      {"namespace selector", "    sideEffects",
       "    namespaceSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}\n    sideEffects",
       "namespaceSelector is not empty"},
      {"condition", "      - name: not-what-the-gate-runs-on\n        expression: >-\n          !(",
       "      - name: mine\n        expression: >-\n          !(true || ",
       "matchConditions: \"mine\" is not one that webhook-config prints"},
      {"path", "path: /validate", "path: /", "does not lead to /validate"},
      {"name of two", "webhooks:\n", "webhooks:\n  - {name: a.example.org}\n  - {name: b.example.org}\n", ""},
      {"another webhook", "gate.portreeve.openova.io", "a.example.org", ""},
  };
  for (const Narrower& row : rows) {
    std::string yaml = webhook_configuration(*shipped(), service());
    const std::size_t at = yaml.find(row.from);
    ASSERT_NE(at, std::string::npos) << row.name;
    yaml.replace(at, row.from.size(), row.to);
    const std::vector<std::string> found = problems(yaml);
    if (row.want.empty()) {
      EXPECT_EQ(found, std::vector<std::string>()) << row.name;
      continue;
    }
    bool named = false;
    for (const std::string& problem : found) {
      EXPECT_EQ(problem.rfind("polic", 0), 0U) << "names no policy: " << problem;
      named = named || problem.find(row.want) != std::string::npos;
    }
    EXPECT_TRUE(named) << row.name << ": " << (found.empty() ? "nothing found" : found[0]);
  }
}

TEST(WebhookCheck, IgnoreIsExpectedWhereItWasAskedFor) {
  WebhookConfigOptions options = service();
  options.unsafe_ignore = true;
  const DocumentPtr registered = parsed(webhook_configuration(*shipped(), options));
  const auto check = [&](bool ignore) { return check_configuration(*shipped(), registered->root(), {}, ignore).value(); };
  EXPECT_TRUE(check(true).empty());
  ASSERT_EQ(check(false).size(), 1U);
  EXPECT_NE(check(false)[0].find("failurePolicy is Ignore, expected Fail"), std::string::npos);
  EXPECT_NE(check(false)[0].find("say --unsafe-ignore with --check too"), std::string::npos);
}

TEST(WebhookCheck, NothingRegistered) {
  const auto found = problems("kind: ValidatingWebhookConfiguration\nwebhooks: []\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("nothing is sent"), std::string::npos);
}

TEST(WebhookCheck, SomethingElse) {
  for (const char* yaml : {"kind: MutatingWebhookConfiguration\n", "[]", "text", "{}"}) {
    const auto found = check_configuration(*shipped(), parsed(yaml)->root(), {});
    EXPECT_FALSE(found.ok()) << yaml;
  }
}

}  // namespace
}  // namespace portreeve::webhook
