#pragma once

// What a policy, or an ArtifactRule, is about.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pattern.h"
#include "core/result.h"
#include "core/subject.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// Objects of one group that a policy is about.
struct ObjectMatch {
  std::string group;
  std::vector<std::string> kinds;
  std::vector<std::string> versions;  ///< Empty: any.

  /// Group and kind.
  bool is_about(const Subject& subject) const noexcept;
  bool lists_version(std::string_view version) const noexcept;
};

struct Match {
  std::vector<ObjectMatch> objects;
  std::vector<Glob> namespaces;          ///< Empty: any.
  std::vector<Glob> exclude_namespaces;
  std::vector<Operation> operations;     ///< Empty: CREATE and UPDATE.
  std::vector<std::pair<std::string, std::string>> labels;
  /// Logical repositories; not empty: the rules are about the artifacts that the objects name.
  std::vector<Glob> artifacts;
  /// Files of a repository, from its top ("platform/*/chart/Chart.yaml"). Each key restricts its own
  /// kind of subject: with `artifacts` and `paths` the policy is about the artifacts that objects
  /// name and about such files; with `objects` and `paths`, about objects, those read from a file
  /// only where it fits.
  std::vector<Glob> paths;

  /// Whether the subject's group, version and kind are named (nothing else is looked at).
  bool names(const Subject& subject) const noexcept;
  /// Whether the policy is about this subject, or about artifacts that it names.
  bool covers(const Subject& subject) const;
  /// Whether an artifact's "host/repository" is among `artifacts`.
  bool covers_artifact(std::string_view name) const;
};

/// Reads `match`. With `artifacts` or `paths`, `objects` may be left out. Errors: misconfigured.
Result<Match> read_match(const Source& source, const Value& value);

}  // namespace portreeve::policies
