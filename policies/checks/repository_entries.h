#pragma once

// What the checks over lists of a repository's facts share: entries, and members of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/checks/repository.h"

namespace portreeve::policies {

/// A member of an entry, by the keys on the way to it ("object.metadata.name").
class EntryPath {
 public:
  EntryPath() = default;
  /// Errors: misconfigured.
  static Result<EntryPath> read(Fields& with, std::string_view key, bool required);
  Value of(const Value& entry) const noexcept;
  bool given() const noexcept { return !keys_.empty(); }

 private:
  std::vector<std::string> keys_;
};

/// The name without the prefix that some write and others leave out.
std::string_view without_prefix(std::string_view name, std::string_view prefix) noexcept;

/// A path parameter without wildcards. Errors: misconfigured.
Result<std::optional<Path>> maybe_one_path(Fields& with, std::string_view key);

}  // namespace portreeve::policies
