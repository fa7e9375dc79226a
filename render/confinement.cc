#include "render/confinement.h"

#include <utility>

namespace portreeve::render {

std::string Confinement::text() const {
  std::string held;
  std::string missing;
  const std::pair<bool, const char*> parts[] = {{network_namespace, "network namespace"},
                                                {user_namespace, "user namespace"},
                                                {process_namespace, "process namespace"},
                                                {files, "Landlock"},
                                                {calls, "seccomp"}};
  for (const auto& [holds, name] : parts) {
    std::string& list = holds ? held : missing;
    list += (list.empty() ? "" : ", ") + std::string(name);
  }
  if (held.empty()) held = "limits only";
  return missing.empty() ? held : held + " (not held: " + missing + ")";
}

}  // namespace portreeve::render
