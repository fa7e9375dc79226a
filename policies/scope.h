#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/subject.h"
#include "core/time.h"
#include "core/value.h"

namespace portreeve::policies {

class Descents;

/// What `each` bound: `$name`, and `$name.key`.
struct Binding {
  std::string_view name;  ///< Borrowed from the rule.
  Value value;
  static constexpr std::uint32_t kByPlace = 0xFFFFFFFFU;
  std::uint32_t index = kByPlace;  ///< In its list; kByPlace: see where it stands.
};

struct NamedArtifact;

/// Everything a rule may read while it is judged. Borrowed for one call.
struct Scope {
  const Subject* subject = nullptr;
  const EvidenceMap* evidence = nullptr;  ///< Null while nothing was gathered.
  TimePoint now{};
  const NamedArtifact* artifact = nullptr;  ///< What a policy about artifacts judges; else null.
  std::vector<Binding> bindings;
  Descents* descents = nullptr;  ///< Null: nothing is remembered.

  const Binding* find(std::string_view name) const noexcept {
    for (const Binding& binding : bindings) {
      if (binding.name == name) return &binding;
    }
    return nullptr;
  }
};

}  // namespace portreeve::policies
