#pragma once

// What can be audited, and how it is named. Adding a kind of target is a row of target_kinds().

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/job.h"
#include "audit/session.h"
#include "core/result.h"

namespace portreeve::audit {

struct TargetKind {
  std::string_view prefix;   ///< "oci://"
  std::string_view shape;    ///< What stands behind it: "HOST/REPOSITORY:TAG[@DIGEST]".
  std::string_view meaning;  ///< One line of `--help`.
  /// Looks at the text alone, before anything is read; may name a host that will be contacted.
  /// Errors: misconfigured.
  Outcome (*check)(const std::string& rest, std::vector<Reference>& named);
  /// Reads as much as says what there is to judge. Errors: those of a target that cannot be read.
  Result<std::vector<JobPtr>> (*open)(const std::string& text, const std::string& rest,
                                      const Session& session);
};

/// All kinds but `list:`, which names others.
std::span<const TargetKind> target_kinds() noexcept;

struct Target {
  std::string text;  ///< As given.
  std::string rest;  ///< Behind the prefix.
  const TargetKind* kind = nullptr;
};

/// A list that cannot be read is a target that cannot be read: it stands here, without a kind.
struct TargetList {
  std::vector<Target> targets;
  std::vector<Reference> named;  ///< Whose hosts may be contacted.
  std::vector<std::pair<std::string, Error>> unreadable;
};

/// Reads `texts`, and the lists that they name: one target a line; empty lines and what follows a
/// '#' at the beginning of a line are left out. Errors: misconfigured, naming list and line.
Result<TargetList> read_targets(const std::vector<std::string>& texts);

/// Whether every target is an `sbom:` file.
bool only_sbom_files(const TargetList& list) noexcept;

// The kinds. One file each.
Outcome check_registry_target(const std::string& rest, std::vector<Reference>& named);
Result<std::vector<JobPtr>> open_registry_target(const std::string& text, const std::string& rest,
                                                 const Session& session);
Outcome check_layout_target(const std::string& rest, std::vector<Reference>& named);
Result<std::vector<JobPtr>> open_layout_target(const std::string& text, const std::string& rest,
                                               const Session& session);
Result<std::vector<JobPtr>> open_archive_target(const std::string& text, const std::string& rest,
                                                const Session& session);
Outcome check_chart_target(const std::string& rest, std::vector<Reference>& named);
Result<std::vector<JobPtr>> open_chart_target(const std::string& text, const std::string& rest,
                                              const Session& session);
Outcome check_sbom_target(const std::string& rest, std::vector<Reference>& named);
Result<std::vector<JobPtr>> open_sbom_target(const std::string& text, const std::string& rest,
                                             const Session& session);

}  // namespace portreeve::audit
