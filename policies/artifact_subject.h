#pragma once

// An artifact that is judged by itself, with no object that names it: the subject of `audit`. It
// has the shape of an object, so that rules read it like any other:
//
//   {apiVersion: portreeve.openova.io/v1alpha1, kind: Artifact, reference: host/repository:tag}
//
// Every policy with `match.artifacts` that covers the reference's name is about it; the objects,
// namespaces, labels and operations that such a policy also names are not asked for, as nothing
// says which object will name the artifact.

#include <string_view>

#include "core/subject.h"

namespace portreeve::policies {

inline constexpr std::string_view kArtifactGroup = "portreeve.openova.io";
inline constexpr std::string_view kArtifactKind = "Artifact";

/// In the door `audit` alone: an object of that kind in a cluster is an object.
inline bool is_artifact(const Subject& subject) noexcept {
  return subject.door == Door::audit && subject.group == kArtifactGroup &&
         subject.kind == kArtifactKind;
}

/// The "host" of artifacts that have no name: layouts and archives do not have to give one. Only
/// authorities that were given by hand cover it (PolicySources::by_hand).
inline constexpr std::string_view kUnnamed = "unnamed.invalid";

}  // namespace portreeve::policies
