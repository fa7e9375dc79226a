#pragma once

#include <vector>

#include "core/finding.h"
#include "policies/policy.h"
#include "policies/policy_set.h"

namespace portreeve::policies {

/// What one rule said about one subject.
struct RuleResult {
  std::vector<Finding> findings;
  bool passed = true;  ///< No violation and nothing undecided.
};

/// Judges a subject by one rule, three-valued, and turns what its check says into findings with the
/// effect that policy, door, level and stage give them. Anything thrown becomes *undecided*.
RuleResult evaluate_rule(const Rule& rule, const Policy& policy, const Config& config,
                         const Scope& scope);

/// Judges by one policy alone, whatever its profile and without waivers: for its own examples.
/// `found`: what is found of the evidence that its rules ask for; empty: none is gathered, and rules
/// that need some are not run.
Verdict judge_by(const Policy& policy, const Config& config, const Subject& subject, TimePoint now,
                 const EvidenceOf& found = {});

/// The keys of evidence that a rule will read.
std::vector<Key> evidence_needed(const Rule& rule, const Scope& scope);

}  // namespace portreeve::policies
