#include "policies/presence.h"

#include "policies/policy.h"

namespace portreeve::policies {
namespace {

// A path without which the rule passes: nothing is bound by its first `each`, or its `when` is false.
const Path* needed_by(const Rule& rule) noexcept {
  if (rule.needs_evidence) return nullptr;
  if (!rule.each.empty()) return &rule.each[0].in;
  return rule.when.has_value() ? rule.when->false_without() : nullptr;
}

}  // namespace

Presence::Presence(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    const Path* path = needed_by(rule);
    needed_.push_back(path == nullptr ? PathIndex::kNowhere : path->leads_through());
  }
}

}  // namespace portreeve::policies
