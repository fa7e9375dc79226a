// Whether a registered configuration sends what the policies judge.

#include <algorithm>
#include <set>

#include "core/utf8.h"
#include "webhook/webhook_config.h"

namespace portreeve::webhook {
namespace {

std::string shown(const Value& value) {
  return value.is_string() || value.is_number() ? utf8::printable(value.text(), 64)
                                                : std::string(to_string(value.type()));
}

bool lists(const Value& list, std::string_view wanted) {
  for (const Value entry : list) {
    if (entry.text() == wanted || entry.text() == "*") return true;
  }
  return false;
}

// "*" is every resource and no subresource, "*/*" both, "pods/*" only pods' subresources, "*/scale"
// that of every resource (admission v1 API).
bool lists_resource(const Value& list, std::string_view wanted) {
  const std::size_t slash = wanted.find('/');
  for (const Value entry : list) {
    if (entry.text() == "*/*" || entry.text() == wanted) return true;
    if (slash == std::string_view::npos) {
      if (entry.text() == "*") return true;
      continue;
    }
    if (entry.text() == std::string(wanted.substr(0, slash)) + "/*" ||
        entry.text() == "*" + std::string(wanted.substr(slash))) {
      return true;
    }
  }
  return false;
}

std::string joined(const std::set<std::string>& names) {
  std::string out = names.size() == 1 ? "policy " : "policies ";
  bool first = true;
  for (const std::string& name : names) {
    out += (first ? "" : ", ") + name;
    first = false;
  }
  return out;
}

// The webhooks that are ours: those of our name, or the only one there is.
std::vector<Value> own_webhooks(const Value& root) {
  std::vector<Value> all;
  const auto collect = [&](const Value& configuration) {
    if (configuration["kind"].text() != "ValidatingWebhookConfiguration") return;
    for (const Value webhook : configuration["webhooks"]) all.push_back(webhook);
  };
  collect(root);
  for (const Value item : root["items"]) collect(item);
  std::vector<Value> own;
  for (const Value& webhook : all) {
    if (webhook["name"].text() == kWebhookName) own.push_back(webhook);
  }
  return own.empty() && all.size() == 1 ? all : own;
}

bool selects_less(const Value& selector) {
  return selector["matchLabels"].size() > 0 || selector["matchExpressions"].size() > 0;
}

class Check {
 public:
  Check(const policies::PolicySet& policies, const Plurals& plurals, bool unsafe_ignore)
      : demand_(demand_of(policies, plurals)), ignore_(unsafe_ignore) {
    for (const auto& group : demand_) {
      for (const auto& resource : group.second) {
        for (const auto& operation : resource.second) {
          all_.insert(operation.second.begin(), operation.second.end());
        }
      }
    }
  }

  std::vector<std::string> run(const std::vector<Value>& webhooks) {
    if (webhooks.empty()) {
      add(all_, "no webhook named " + std::string(kWebhookName) + " is registered: nothing is sent");
      return std::move(problems_);
    }
    for (const Value& webhook : webhooks) check_webhook(webhook);
    for (const auto& [group, resources] : demand_) {
      for (const auto& [resource, operations] : resources) {
        check_resource(webhooks, group, resource, operations);
      }
    }
    return std::move(problems_);
  }

 private:
  struct Wanted {
    const std::string& group;
    const std::string& resource;
    Operation operation;
  };

  void add(const std::set<std::string>& names, const std::string& problem) {
    problems_.push_back(joined(names) + ": " + problem);
  }

  // A member whose default is what we want.
  void expect(const Value& webhook, std::string_view key, std::string_view wanted,
              std::string_view consequence) {
    const Value value = webhook[key];
    if (!value.present() || value.is_null() || value.text() == wanted) return;
    add(all_, std::string(key) + " is " + shown(value) + ", expected " + std::string(wanted) + ": " +
                  std::string(consequence));
  }

  void check_webhook(const Value& webhook) {
    if (!ignore_ || webhook["failurePolicy"].text() != "Ignore") {
      expect(webhook, "failurePolicy", "Fail",
             "while the gate is out of reach, everything is let in; for a trial, say --unsafe-ignore with "
             "--check too");
    }
    expect(webhook, "matchPolicy", "Equivalent", "objects written in another version are not sent");
    if (webhook["sideEffects"].text() != "None" && webhook["sideEffects"].text() != "NoneOnDryRun") {
      add(all_, "sideEffects is " + shown(webhook["sideEffects"]) +
                    ", expected None: dry runs are not sent, they fail");
    }
    if (webhook["admissionReviewVersions"].at(0).text() != "v1") {
      add(all_, "admissionReviewVersions does not begin with v1: reviews are sent in a form that the "
                "gate refuses");
    }
    if (selects_less(webhook["objectSelector"])) {
      add(all_, "objectSelector is not empty: whoever labels an object decides whether it is sent");
    }
    if (selects_less(webhook["namespaceSelector"])) {
      add(all_, "namespaceSelector is not empty: objects of the namespaces that it leaves out are "
                "not sent");
    }
    check_timeout(webhook["timeoutSeconds"]);
    check_conditions(webhook);
    check_path(webhook["clientConfig"]);
  }

  void check_timeout(const Value& timeout) {
    if (!timeout.present() || timeout.is_null()) return;
    const std::string_view text = timeout.text();
    const bool digits = timeout.is_number() && !text.empty() && text.size() <= 2 &&
                        text.find_first_not_of("0123456789") == std::string_view::npos;
    const int seconds = digits ? std::stoi(std::string(text)) : 0;
    if (seconds < 2 || seconds > 30) {
      add(all_, "timeoutSeconds is " + shown(timeout) +
                    ", expected 2 to 30: the gate would not be waited for, or the API server refuses it");
    }
  }

  void check_conditions(const Value& webhook) {
    const std::string own(webhook["clientConfig"]["service"]["namespace"].text());
    const std::vector<MatchCondition> known = match_conditions(own);
    for (const Value condition : webhook["matchConditions"]) {
      const std::string_view expression = condition["expression"].text();
      const bool ours = std::any_of(known.begin(), known.end(), [&](const MatchCondition& entry) {
        return entry.expression == expression;
      });
      if (!ours) {
        add(all_, "matchConditions: \"" + utf8::printable(condition["name"].text(), 64) +
                      "\" is not one that webhook-config prints: objects for which it is false are "
                      "not sent");
      }
    }
  }

  void check_path(const Value& client) {
    const Value service = client["service"];
    const std::string_view target = service.is_object() ? service["path"].text() : client["url"].text();
    constexpr std::string_view kPath = "/validate";
    const bool ends = target.size() >= kPath.size() &&
                      target.substr(target.size() - kPath.size()) == kPath;
    if (!ends) {
      add(all_, "clientConfig does not lead to " + std::string(kPath) +
                    ": the gate answers nowhere else");
    }
  }

  static bool sends(const Value& rule, const Wanted& wanted) {
    return lists(rule["apiGroups"], wanted.group) &&
           lists_resource(rule["resources"], wanted.resource) &&
           lists(rule["operations"], to_string(wanted.operation));
  }

  // What is wrong with how the wanted objects are sent; empty when they are.
  static std::string not_sent(const std::vector<Value>& webhooks, const Wanted& wanted) {
    std::string problem = "is not sent";
    for (const Value& webhook : webhooks) {
      for (const Value rule : webhook["rules"]) {
        if (!sends(rule, wanted)) continue;
        const Value scope = rule["scope"];
        const bool all_scopes = !scope.present() || scope.is_null() || scope.text() == "*";
        if (all_scopes && lists(rule["apiVersions"], "*")) return "";
        problem = all_scopes ? "is sent only in the versions that are listed, expected \"*\","
                             : "is sent only with scope " + shown(scope) + ", expected \"*\",";
      }
    }
    return problem;
  }

  // Operations with the same fault and the same policies stand on one line.
  void check_resource(const std::vector<Value>& webhooks, const std::string& group,
                      const std::string& resource,
                      const std::map<Operation, std::vector<std::string>>& operations) {
    std::map<std::pair<std::set<std::string>, std::string>, std::string> found;
    for (const auto& [operation, names] : operations) {
      const std::string problem = not_sent(webhooks, {group, resource, operation});
      if (problem.empty()) continue;
      std::string& words = found[{std::set<std::string>(names.begin(), names.end()), problem}];
      words += (words.empty() ? "" : ", ") + std::string(to_string(operation));
    }
    for (const auto& [key, words] : found) {
      add(key.first, resource + (group.empty() ? "" : "." + group) + " " + key.second + " on " + words);
    }
  }

  const Demand demand_;
  const bool ignore_;
  std::set<std::string> all_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<std::vector<std::string>> check_configuration(const policies::PolicySet& policies,
                                                     const Value& configuration,
                                                     const Plurals& plurals, bool unsafe_ignore) {
  const bool list = configuration["items"].is_array();
  if (configuration["kind"].text() != "ValidatingWebhookConfiguration" && !list) {
    return Error{Errc::malformed,
                 "expected a ValidatingWebhookConfiguration, as `kubectl get -o yaml` prints it; "
                 "found kind \"" + utf8::printable(configuration["kind"].text(), 64) + "\""};
  }
  return Check(policies, plurals, unsafe_ignore).run(own_webhooks(configuration));
}

}  // namespace portreeve::webhook
