#include "webhook/webhook_config.h"

#include <algorithm>

#include "core/base64.h"
#include "core/json.h"
#include "crypto/server_pair.h"
#include "kube/images.h"
#include "kube/write_review.h"
#include "policies/repository_group.h"

namespace portreeve::webhook {
namespace {

// JSON strings are YAML, and leave nothing to guess.
std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? ", " : "") + quoted(text);
  return out + "]";
}

// Resources of the same operations stand in one rule, so that the configuration stays readable.
void append_rules(std::string& out, const Demand& demand) {
  for (const auto& [group, resources] : demand) {
    std::map<std::vector<std::string>, std::vector<std::string>> by_operations;
    for (const auto& [resource, operations] : resources) {
      std::vector<std::string> words;
      for (const auto& entry : operations) words.emplace_back(to_string(entry.first));
      by_operations[words].push_back(resource);
    }
    for (const auto& [operations, names] : by_operations) {
      out += "      - apiGroups: " + quoted_list({group}) +
             "\n        apiVersions: [\"*\"]\n        operations: " + quoted_list(operations) +
             "\n        resources: " + quoted_list(names) + "\n        scope: \"*\"\n";
    }
  }
}

void append_client(std::string& out, const WebhookConfigOptions& options) {
  out += "    clientConfig:\n";
  if (!options.url.empty()) {
    out += "      url: " + quoted(options.url) + "\n";
  } else {
    out += "      service:\n        namespace: " + quoted(options.service_namespace) +
           "\n        name: " + quoted(options.service_name) +
           "\n        port: " + std::to_string(options.service_port) +
           "\n        path: /validate\n";
  }
  out += "      caBundle: " + to_base64(options.ca_pem) + "\n";
}

bool is_label(std::string_view text, std::size_t longest) noexcept {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= longest && plain(text.front()) && plain(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '-'; });
}

// RFC 1123 subdomain, as names of cluster-scoped objects are.
bool is_subdomain(std::string_view text) noexcept {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot), 63)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Error misconfigured(std::string message) { return Error{Errc::misconfigured, std::move(message)}; }

// k8s.io/apiserver webhook.ValidateWebhookURL: https, a host, no userinfo, query or fragment.
Outcome check_url(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (url.substr(0, kScheme.size()) != kScheme) return misconfigured("--url: must begin with https://");
  const std::string_view rest = url.substr(kScheme.size());
  const std::size_t slash = rest.find('/');
  if (slash == 0 || slash == std::string_view::npos || rest.substr(slash) != "/validate") {
    return misconfigured("--url: expected https://HOST[:PORT]/validate");
  }
  const bool plain = std::all_of(rest.begin(), rest.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("@?#\"\\<>{}|^`").find(c) == std::string_view::npos;
  });
  if (!plain) {
    return misconfigured("--url: user information, query, fragment and other characters than those "
                         "of a URL are refused by the API server");
  }
  return Done{};
}

}  // namespace

Outcome check_options(const WebhookConfigOptions& options) {
  if (options.url.empty() == options.service_name.empty()) {
    return misconfigured("give either --url or --service");
  }
  if (!options.url.empty()) PORTREEVE_CHECK(check_url(options.url));
  if (options.url.empty() && (!is_label(options.service_name, 63) ||
                              !is_label(options.service_namespace, 63) || options.service_port == 0)) {
    return misconfigured("--service: expected NAMESPACE/NAME[:PORT]");
  }
  if (!is_subdomain(options.name)) {
    return misconfigured("--name: expected lower-case letters, digits, '-' and '.'");
  }
  if (options.timeout_seconds < 1 || options.timeout_seconds > 30) {
    return misconfigured("--timeout: expected 1 to 30 seconds");
  }
  // Everybody who may read the configuration reads its caBundle.
  if (options.ca_pem.find("PRIVATE KEY") != std::string::npos) {
    return misconfigured("--ca: holds a private key; give the certificates alone");
  }
  const auto certificates = crypto::parse_certificates(options.ca_pem);
  if (!certificates.ok()) return misconfigured("--ca: " + certificates.error().message);
  return Done{};
}

namespace {

bool runs_check(const policies::Requirement& requirement, std::string_view name) {
  return requirement.check_name == name ||
         std::any_of(requirement.members.begin(), requirement.members.end(),
                     [&](const policies::Requirement& member) { return runs_check(member, name); });
}

// Whether what `kubectl debug` adds to a Pod is any business of the policy's.
bool judges_added_containers(const policies::Policy& policy) {
  if (!policy.match.artifacts.empty()) return true;
  const bool images = std::any_of(policy.rules.begin(), policy.rules.end(), [](const auto& rule) {
    return runs_check(rule.requirement, "images");
  });
  std::string text;
  json::append_canonical(text, policy.document_root["spec"]["rules"]);
  return images || text.find("ephemeralContainers") != std::string::npos;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (names.empty() || names.back() != name) names.push_back(name);
}

void demand_added_containers(const policies::Policy& policy,
                             const std::vector<Operation>& operations, Demand& out) {
  const bool updates =
      std::find(operations.begin(), operations.end(), Operation::update) != operations.end();
  const bool pods = std::any_of(policy.match.objects.begin(), policy.match.objects.end(),
                                [](const policies::ObjectMatch& match) {
                                  return match.group.empty() &&
                                         std::find(match.kinds.begin(), match.kinds.end(), "Pod") !=
                                             match.kinds.end();
                                });
  if (!updates || !pods || !judges_added_containers(policy)) return;
  const std::string resource = "pods/" + std::string(kube::kEphemeralContainers);
  add_name(out[""][resource][Operation::update], policy.name);
}

}  // namespace

Demand demand_of(const policies::PolicySet& policies, const Plurals& plurals) {
  Demand out;
  for (const policies::Policy& policy : policies.policies()) {
    if (!policy.in_profile(policies.config().profile)) continue;
    std::vector<Operation> operations = policy.match.operations;
    if (operations.empty()) operations = {Operation::create, Operation::update};
    for (const policies::ObjectMatch& match : policy.match.objects) {
      if (match.group == policies::kRepositoryGroup) continue;
      for (const std::string& kind : match.kinds) {
        const auto named = plurals.find(kind);
        auto& wanted = out[match.group][named != plurals.end() ? named->second : kube::resource_of(kind)];
        for (const Operation operation : operations) add_name(wanted[operation], policy.name);
      }
    }
    demand_added_containers(policy, operations, out);
  }
  return out;
}

std::vector<MatchCondition> match_conditions(std::string_view own_namespace) {
  // What the gate and the control plane themselves are made of, where they live: were a policy to
  // judge these, a gate that is down could not come back. Everything else in these namespaces is
  // judged, because the author of an object chooses its namespace.
  std::string namespaces = "[\"kube-node-lease\", \"kube-system\"";
  if (!own_namespace.empty()) namespaces += ", " + quoted(own_namespace);
  namespaces += "]";
  constexpr std::string_view kBuiltIn =
      R"(["", "apps", "autoscaling", "batch", "cert-manager.io", "coordination.k8s.io", )"
      R"("discovery.k8s.io", "events.k8s.io", "networking.k8s.io", "policy", )"
      R"("rbac.authorization.k8s.io"])";
  return {{"not-what-the-gate-runs-on",
           "!(has(request.namespace) && request.namespace in " + namespaces +
               " && has(request.resource) && has(request.resource.group) && "
               "request.resource.group in " +
               std::string(kBuiltIn) + ")"},
          {"not-a-question-of-the-api-server",
           R"(!(has(request.resource) && has(request.resource.group) && request.resource.group in )"
           R"(["authentication.k8s.io", "authorization.k8s.io"]))"}};
}

std::string webhook_configuration(const policies::PolicySet& policies,
                                  const WebhookConfigOptions& options) {
  std::string out =
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
      "metadata:\n  name: " + quoted(options.name) + "\nwebhooks:\n  - name: " +
      std::string(kWebhookName) + "\n    rules:\n";
  append_rules(out, demand_of(policies, options.plurals));
  append_client(out, options);
  if (options.unsafe_ignore) {
    out += "    # UNSAFE: while the gate cannot be reached, everything is let in unjudged.\n";
  }
  out += "    failurePolicy: " + std::string(options.unsafe_ignore ? "Ignore" : "Fail") + "\n" +
         "    matchPolicy: Equivalent\n"
         "    sideEffects: None\n"
         "    admissionReviewVersions: [v1]\n"
         "    timeoutSeconds: " + std::to_string(options.timeout_seconds) + "\n" +
         "    matchConditions:\n";
  for (const MatchCondition& condition : match_conditions(options.service_namespace)) {
    out += "      - name: " + condition.name + "\n        expression: >-\n          " +
           condition.expression + "\n";
  }
  return out;
}

}  // namespace portreeve::webhook
