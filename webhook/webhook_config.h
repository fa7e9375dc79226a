#pragma once

// How the API server is told to ask the gate, and whether it was told enough.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/value.h"
#include "policies/policy_set.h"

namespace portreeve::webhook {

/// Of every webhook that we register; audit annotations and denials carry it.
inline constexpr std::string_view kWebhookName = "gate.portreeve.openova.io";

/// Resource of a kind, where it is not the plain English plural.
using Plurals = std::map<std::string, std::string, std::less<>>;

struct WebhookConfigOptions {
  std::string url;                ///< "https://host:port/validate"; empty: the service form.
  std::string service_namespace;
  std::string service_name;
  std::uint16_t service_port = 443;
  std::string ca_pem;             ///< Certificates only.
  std::string name = "portreeve"; ///< metadata.name
  unsigned timeout_seconds = 5;   ///< 1–30
  bool unsafe_ignore = false;     ///< failurePolicy Ignore: an outage lets everything in.
  Plurals plurals;
};

/// The ValidatingWebhookConfiguration (YAML) that sends every object of which a policy of the active
/// profile speaks. REQUIRES: options that check_options() accepts.
std::string webhook_configuration(const policies::PolicySet& policies,
                                  const WebhookConfigOptions& options);

/// Errors: misconfigured: form, URL, names, timeout, a CA that is no list of certificates.
Outcome check_options(const WebhookConfigOptions& options);

/// What a registered configuration leaves out, one line each, naming the policies that suffer;
/// empty when it sends all. `configuration`: a ValidatingWebhookConfiguration, or a List that holds
/// one. With `unsafe_ignore`, failurePolicy Ignore was meant. Errors: malformed when it is neither.
Result<std::vector<std::string>> check_configuration(const policies::PolicySet& policies,
                                                     const Value& configuration,
                                                     const Plurals& plurals,
                                                     bool unsafe_ignore = false);

/// One of the matchConditions that we ship: CEL that is false for what must not be asked about.
struct MatchCondition {
  std::string name;
  std::string expression;
};
/// `own_namespace` is empty in the URL form.
std::vector<MatchCondition> match_conditions(std::string_view own_namespace);

/// What has to be sent: API group → resource → operation → names of the policies that judge it.
using Demand =
    std::map<std::string, std::map<std::string, std::map<Operation, std::vector<std::string>>>>;
Demand demand_of(const policies::PolicySet& policies, const Plurals& plurals);

}  // namespace portreeve::webhook
