#pragma once

#include <string>

#include "policies/policy_set.h"

namespace portreeve::cli {

/// "deny", or "deny at admission, warn at guard and audit": what a violation of the rule does.
std::string effect_text(const policies::Policy& policy, const policies::Rule& rule);
/// "warn at admission, warn at audit until 2027-03-01"; "" for a rule that waits for no cutover.
std::string waiting_text(const policies::Config& config, const policies::Rule& rule);
/// "Blueprint, Application": the kinds a policy is about, with their groups where `groups`.
std::string kinds_text(const policies::Policy& policy, bool groups);

/// One line a rule, in the order of the files; the last line says how many.
std::string policy_list_text(const policies::PolicySet& set);
/// {"schema": "portreeve.openova.io/rules/v1", "rules": [...]} and a line feed.
std::string policy_list_json(const policies::PolicySet& set);

}  // namespace portreeve::cli
