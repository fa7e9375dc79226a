#pragma once

// A rule that cannot go red is a defect: each part of a policy is taken away in turn, and some
// example must notice.

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"
#include "policies/examples.h"
#include "policies/policy_set.h"

namespace portreeve::policies {

/// A change that no example noticed.
struct Survivor {
  std::string where;  ///< "file:line:column" of what was taken away.
  std::string what;   ///< "policy image-shape, rule tag: key "matches" of with removed"

  std::string text() const { return where + ": " + what + ", and no example changes"; }
};

struct MutantReport {
  std::size_t made = 0;
  std::vector<Survivor> survivors;  ///< In the order of the documents.
};

/// At most this many entries of one Data document are taken away, evenly spread.
inline constexpr std::size_t kSampledEntries = 64;

/// Makes every mutant of the set's policies and data (docs/policy-language.md), one at a time. A
/// mutant that does not load, or for which the findings of some example differ, is noticed.
/// Errors: misconfigured, where an example cannot be run at all.
Result<MutantReport> run_mutants(const PolicySet& set, Whose whose = Whose::all);

}  // namespace portreeve::policies
