#include "kube/images.h"

#include <algorithm>
#include <array>

namespace portreeve::kube {
namespace {

// k8s.io/api: core/v1, apps/v1, batch/v1, as of Kubernetes 1.37.
constexpr std::array<PodKind, 9> kPodKinds = {{
    {"", "Pod", "spec"},
    {"", "PodTemplate", "template.spec"},
    {"", "ReplicationController", "spec.template.spec"},
    {"apps", "Deployment", "spec.template.spec"},
    {"apps", "DaemonSet", "spec.template.spec"},
    {"apps", "ReplicaSet", "spec.template.spec"},
    {"apps", "StatefulSet", "spec.template.spec"},
    {"batch", "CronJob", "spec.jobTemplate.spec.template.spec"},
    {"batch", "Job", "spec.template.spec"},
}};

const PodKind* find_kind(std::string_view group, std::string_view kind) noexcept {
  const auto at = std::find_if(kPodKinds.begin(), kPodKinds.end(), [&](const PodKind& one) {
    return one.group == group && one.kind == kind;
  });
  return at == kPodKinds.end() ? nullptr : &*at;
}

Value follow(Value value, std::string_view path) {
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    value = value[path.substr(0, dot)];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return value;
}

void add(const Value& image, std::vector<Value>& out) {
  if (!image.present() || image.is_null()) return;
  if (image.is_string() && image.text().empty()) return;
  out.push_back(image);
}

}  // namespace

std::span<const PodKind> pod_kinds() noexcept { return kPodKinds; }

bool carries_pods(std::string_view group, std::string_view kind) noexcept {
  return find_kind(group, kind) != nullptr;
}

std::vector<Value> images(std::string_view group, std::string_view kind, const Value& object,
                          std::string_view subresource) {
  std::vector<Value> out;
  const PodKind* const where = find_kind(group, kind);
  if (where == nullptr) return out;
  const Value spec = follow(object, where->path);
  if (subresource == kEphemeralContainers) {
    for (const Value container : spec["ephemeralContainers"]) add(container["image"], out);
    return out;
  }
  for (const std::string_view list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Value container : spec[list]) add(container["image"], out);
  }
  for (const Value volume : spec["volumes"]) add(volume["image"]["reference"], out);
  return out;
}

}  // namespace portreeve::kube
