#pragma once

// The images that an object makes a node pull, wherever its kind keeps the pod.

#include <span>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::kube {

/// A kind that carries the spec of a pod.
struct PodKind {
  std::string_view group;
  std::string_view kind;
  std::string_view path;  ///< Where the pod's spec stands, keys separated by '.'.
};

/// All built-in kinds that do. Custom resources are named by an ArtifactRule.
std::span<const PodKind> pod_kinds() noexcept;
bool carries_pods(std::string_view group, std::string_view kind) noexcept;

/// The value of each image field of a pod-bearing object: containers, initContainers,
/// ephemeralContainers, volumes of type image; in this order, absent and "" left out (nothing is
/// pulled). What is no text is among them: it is for the caller to refuse. Empty for other kinds.
/// With kEphemeralContainers as `subresource` only the ephemeral ones: a request can add no others.
std::vector<Value> images(std::string_view group, std::string_view kind, const Value& object,
                          std::string_view subresource = {});

/// The subresource of pods through which `kubectl debug` adds containers; its object is the whole Pod.
inline constexpr std::string_view kEphemeralContainers = "ephemeralcontainers";

}  // namespace portreeve::kube
