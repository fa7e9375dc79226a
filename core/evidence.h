#pragma once

// What rules may know besides the object: facts with provenance, or a typed absence. Lack of proof
// is a value too.

#include <any>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"

namespace portreeve {

/// Names one piece of evidence. Equal keys mean the same piece: one fetch serves all who ask.
struct Key {
  std::string section;   ///< "signatures", "blueprint", … : chooses the provider.
  std::string artifact;  ///< What it is about: "host/repository@sha256:…", "bp-cilium".
  std::string scope;     ///< Whose eyes: registry and credential identity; part of the identity.

  bool operator<(const Key& other) const {
    return std::tie(section, artifact, scope) < std::tie(other.section, other.artifact, other.scope);
  }
  bool operator==(const Key& other) const {
    return std::tie(section, artifact, scope) ==
           std::tie(other.section, other.artifact, other.scope);
  }
  std::string text() const {
    return section + ":" + artifact + (scope.empty() ? "" : " (" + scope + ")");
  }
};

/// Verified or parsed content with where it came from. `value` has the section's own type.
struct Fact {
  std::shared_ptr<const std::any> value;
  Digest digest;           ///< Of the bytes it was computed from.
  std::string provenance;  ///< "registry.example/repo, referrers API"
  TimePoint obtained{};
  /// For how long new decisions may use it (a tag may move any time); nothing: as long as what it
  /// rests on. Zero: for the decisions that wait for it alone.
  std::optional<Milliseconds> keep{};
  /// A proof: it holds however its bytes were found, so it is not bounded by what it rests on.
  bool lasting = false;
  std::size_t weight = 0;  ///< Bytes that it holds, roughly: what a cache counts.
};

/// Evidence that is missing, and why.
struct Absent {
  Error reason;
};

using Evidence = std::variant<Fact, Absent>;
/// Everything gathered for one decision.
using EvidenceMap = std::map<Key, Evidence>;

}  // namespace portreeve
