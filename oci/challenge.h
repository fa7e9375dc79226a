#pragma once

// WWW-Authenticate fields (RFC 9110 §11.6.1, RFC 6750 §3): attacker-chosen text that names where
// credentials should go. Pure.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace portreeve::oci {

/// One challenge: "Bearer realm=…, service=…".
struct Challenge {
  std::string scheme;  ///< Lower case: "bearer", "basic", …
  std::vector<std::pair<std::string, std::string>> parameters;  ///< Names in lower case.

  /// The value; empty when it is not there.
  std::string_view operator[](std::string_view name) const noexcept;
};

/// All challenges of one field value, in order; several may stand in one field, separated by the
/// same commas as their parameters. At most 8 KiB, 16 challenges, 16 parameters each.
///
/// Errors: malformed (also a parameter that stands twice: two readers could take different ones),
/// limit.
Result<std::vector<Challenge>> parse_challenges(std::string_view field);

}  // namespace portreeve::oci
