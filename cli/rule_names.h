#pragma once

#include <string>

#include "policies/policy_set.h"

namespace portreeve::cli {

/// 'there is no rule "blueprint-nam/pattern"; did you mean "blueprint-name/pattern"?'
std::string no_such_rule(const policies::PolicySet& set, const std::string& name);

}  // namespace portreeve::cli
