#pragma once

// Which field of an object names an OCI artifact (kind ArtifactRule). Rules judge artifacts only
// because some field names them; a field that cannot be read names one all the same.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/reference.h"
#include "core/result.h"
#include "policies/condition.h"
#include "policies/expression.h"
#include "policies/policy_match.h"
#include "policies/reader.h"

namespace portreeve::policies {

class BlueprintSet;

/// An artifact that an object names, or why it cannot be known which.
struct NamedArtifact {
  std::string text;                    ///< As named; may be empty.
  std::optional<Reference> reference;  ///< Absent exactly when there is a fault.
  std::optional<Error> fault;          ///< malformed: it is wrong; anything else: undecided.
  Value anchor;                        ///< The field.
  std::string tail;                    ///< Below the anchor, if that is not there.
  bool chart = true;  ///< Whether the object takes it for a Helm chart (ArtifactRule::charts).
  /// Evidence to be gathered before anybody can know which it is; then `fault` says so.
  std::optional<Key> pending{};
  std::string via{};                   ///< "Blueprint bp-wiki 1.2.3 (file:1:1)", if one named it.
};

/// The object's own reference to a Blueprint: that names the artifact by its own rules.
struct BlueprintPointer {
  Expression name;
  Expression version;
};

struct ArtifactRow {
  std::optional<Condition> when;
  std::optional<BlueprintPointer> blueprint;  ///< Asked first, where Blueprints are given.
  std::optional<Expression> reference;  ///< One reference; with `blueprint`: if none of that name is.
  std::optional<Path> images;           ///< Or every text there, as container runtimes read it.
};

struct ArtifactRule {
  std::string name;
  Match match;
  std::vector<ArtifactRow> rows;  ///< The first that fits.
  /// Where it does not hold, an artifact that is no Helm chart is what the object asked for.
  std::optional<Condition> charts;
  bool shipped = false;
  Source source;
  Value root;
  std::shared_ptr<const BlueprintSet> blueprints = nullptr;  ///< Null, or what may be pointed to.
};

/// What the subject names by these rules, in their order; nothing if no row fits. Where a Blueprint
/// is pointed to, that is read from the evidence of `scope` and named by the same rules.
std::vector<NamedArtifact> named_by_rules(const std::vector<ArtifactRule>& rules, const Scope& scope);

/// Reads a document of kind ArtifactRule. Errors: misconfigured, "file:line:column: …".
Result<ArtifactRule> read_artifact_rule(const Source& source, const Value& root,
                                        const DataSet& data);

/// Everything that the subject of `scope` names: by these rules, then the images of its pods. The
/// same reference named twice is there once, by its first field.
std::vector<NamedArtifact> named_artifacts(const std::vector<ArtifactRule>& rules,
                                           const Scope& scope);

/// A text as a reference to an artifact with a tag or digest. '+' of a version is '_' in a tag, as
/// Helm writes it. Errors: malformed, unsupported (algorithm).
Result<Reference> artifact_reference(std::string_view text, ShortNames short_names);

}  // namespace portreeve::policies
