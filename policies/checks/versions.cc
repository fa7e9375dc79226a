#include "policies/checks/versions.h"

#include <optional>

#include "core/semver.h"
#include "policies/check.h"

namespace portreeve::policies {

bool same_version(const Value& before, const Value& now) {
  if (equal(before, now)) return true;
  const std::optional<Version> old_version = lowest_reading(before.text());
  const std::optional<Version> new_version = lowest_reading(now.text());
  return old_version.has_value() && new_version.has_value() &&
         compare(*old_version, *new_version) == 0;
}

}  // namespace portreeve::policies
