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
    std::uint8_t number = kAny;
    const Path* path = needed_by(rule);
    Member member;
    if (path != nullptr && path->begins_with(member.outer, member.inner)) {
      std::size_t i = 0;
      while (i < members_.size() &&
             (members_[i].outer != member.outer || members_[i].inner != member.inner)) {
        ++i;
      }
      if (i == members_.size() && i < kMostMembers) members_.push_back(std::move(member));
      if (i < members_.size()) number = static_cast<std::uint8_t>(i);
    }
    member_of_rule_.push_back(number);
  }
}

std::uint64_t Presence::of(const Value& object) const noexcept {
  std::uint64_t present = 0;
  const Value spec = members_.empty() ? Value() : object["spec"];  // Where nearly all of them are.
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Value outer = members_[i].outer == "spec" ? spec : object[members_[i].outer];
    const bool there = outer[members_[i].inner].present();
    present |= std::uint64_t{there ? 1U : 0U} << i;
  }
  return present;
}

}  // namespace portreeve::policies
