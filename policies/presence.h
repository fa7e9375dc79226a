#pragma once

#include <cstddef>
#include <vector>

#include "policies/places.h"

namespace portreeve::policies {

struct Rule;

/// Which rules have nothing to say because the value that they are about is not there: "only if
/// `spec.topology` is present". Half of a catalog is about members that a given object has not, and
/// these rules are passed over without a look at them. Never for a rule that reads evidence.
class Presence {
 public:
  Presence() = default;
  explicit Presence(const std::vector<Rule>& rules);

  bool has_nothing_to_say(std::size_t rule, const Places& places) const noexcept {
    return needed_[rule] != PathIndex::kNowhere && !places.at(needed_[rule]).present();
  }

 private:
  std::vector<PathIndex::Number> needed_;  ///< By rule: what it passes without; or kNowhere.
};

}  // namespace portreeve::policies
