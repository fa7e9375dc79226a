#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/pattern.h"
#include "core/result.h"
#include "sbom/licence_expression.h"

namespace portreeve::sbom {

/// A set of licences that a rule allows or denies, compared as sets of versions: "GPL-2.0+" is
/// GPL-2.0 and GPL-3.0, and so is the leaf "GPL-2.0-or-later".
class LicenceSet {
 public:
  /// Entries: an id ("GPL-2.0-only", "Apache-1.1+"), "ID WITH EXCEPTION", a LicenseRef-, a glob
  /// over ids ("AGPL-*"), or a group: "osi-approved", "fsf-libre", "deprecated". Errors:
  /// misconfigured: an entry that is none of these, or a glob that meets no listed id.
  static Result<LicenceSet> compile(const std::vector<std::string>& entries);

  /// Whether some version that the leaf leaves the choice of is in the set, the exception aside.
  std::optional<bool> any_version(const LicenceLeaf& leaf) const;
  /// Whether every known version is.
  std::optional<bool> every_version(const LicenceLeaf& leaf) const;
  /// Whether the set holds this licence together with its exception.
  bool holds_pair(const LicenceLeaf& leaf) const;
  bool empty() const noexcept { return ids_.empty() && pairs_.empty() && globs_.empty(); }

 private:
  bool holds(std::string_view id) const;
  std::set<std::string, std::less<>> ids_;
  std::set<std::string, std::less<>> pairs_;  ///< "ID WITH EXCEPTION"
  std::vector<Glob> globs_;                   ///< For LicenseRef- and unlisted ids.
};

/// Which exceptions an entry without WITH covers.
struct LicenceExceptions {
  bool any = false;
  std::set<std::string, std::less<>> ids;
  bool covers(const LicenceLeaf& leaf) const;
};

/// True: allowed. Nothing: nobody knows what the licence is.
std::optional<bool> licence_allowed(const LicenceLeaf& leaf, const LicenceSet& allow,
                                    const LicenceExceptions& exceptions);
/// True: not denied (unavoidably, when `strict` is not set).
std::optional<bool> licence_not_denied(const LicenceLeaf& leaf, const LicenceSet& deny,
                                       const LicenceExceptions& exceptions, bool strict);

}  // namespace portreeve::sbom
