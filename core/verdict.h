#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"

namespace portreeve {

enum class Decision { allow, deny, undecided };
std::string_view to_string(Decision decision) noexcept;

/// What the engine says about one subject. Rules that passed without a note are only counted.
struct Verdict {
  Decision decision = Decision::undecided;
  std::vector<Finding> findings;  ///< Sorted: effect, status, severity, rule, path.
  std::uint32_t rules_passed = 0;
  std::uint32_t rules_inactive = 0;
  std::uint32_t rules_skipped = 0;
  bool gated = true;  ///< false: no policy names this kind ("scope=not-gated").
  bool other_operation = false;  ///< Not gated because it is neither CREATE nor UPDATE.
  std::string scope;  ///< Why less than everything was judged: "not-gated", "status", "unchanged"; "".
};

/// The decision that the findings' effects amount to (design §5.2): deny if a fail denies, else
/// undecided if an undecided denies, else allow.
Decision decide(const std::vector<Finding>& findings) noexcept;

/// Sorts findings into the one order of every report.
void sort_findings(std::vector<Finding>& findings);

}  // namespace portreeve
