#pragma once

#include "core/result.h"
#include "policies/policy.h"

namespace portreeve::policies {

/// Refuses a `$name` that no `each` of the rule binds: such a path selects nothing, so that a `when`
/// would never hold and the rule never speak. Errors: misconfigured.
Outcome check_bindings(const Source& source, const Rule& rule);

}  // namespace portreeve::policies
