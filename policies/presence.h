#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

struct Rule;

/// Which rules have nothing to say because the member that they are about is not there: "only if
/// `spec.topology` is present". Half of a catalog is about members that a given object has not, and
/// these rules are passed over without a look at them. Never for a rule that reads evidence.
class Presence {
 public:
  Presence() = default;
  explicit Presence(const std::vector<Rule>& rules);

  /// One bit for each member that is there; for has_nothing_to_say().
  std::uint64_t of(const Value& object) const noexcept;
  bool has_nothing_to_say(std::size_t rule, std::uint64_t present) const noexcept {
    return member_of_rule_[rule] != kAny && (present >> member_of_rule_[rule] & 1U) == 0;
  }

 private:
  static constexpr std::uint8_t kAny = 0xFF;
  static constexpr std::size_t kMostMembers = 64;
  struct Member {
    std::string outer, inner;
  };
  std::vector<Member> members_;
  std::vector<std::uint8_t> member_of_rule_;
};

}  // namespace portreeve::policies
