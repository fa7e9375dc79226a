#pragma once

// SBOMs from bytes: those of a registry, and files that somebody names.

#include <memory>
#include <string>
#include <vector>

#include "core/memory_budget.h"
#include "policies/sbom_facts.h"

namespace portreeve::engine {

/// Unwraps and reads; `found` and `type` are the caller's. What cannot be read stays, with its
/// reason; `digest` is then that of the bytes as they came, if it was none yet.
void read_sbom(policies::SbomFact& fact, std::shared_ptr<const std::string> bytes,
               std::size_t most, MemoryBudget& memory);

/// A file, with what stood around the document. Nobody vouches for it.
struct SbomFile {
  policies::SbomFact fact;
  std::vector<std::string> wrappings;  ///< "sigstore bundle", outermost first.
  std::vector<std::string> subjects;   ///< Of a statement around it: "NAME sha256:…".
  bool signed_envelope = false;        ///< There is a signature, which nobody verified.
};
SbomFile read_sbom_file(std::string name, std::shared_ptr<const std::string> bytes,
                        MemoryBudget& memory);

}  // namespace portreeve::engine
