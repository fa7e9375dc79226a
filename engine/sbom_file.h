#pragma once

// SBOMs from bytes: those of a registry, and files that somebody names.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/memory_budget.h"
#include "policies/sbom_facts.h"

namespace portreeve::engine {

/// Unwraps and reads; `found` and `type` are the caller's. What cannot be read stays, with its
/// reason. `digest` becomes that of the bare document; of what cannot even be unwrapped it stays the
/// caller's, which is that of the bytes as they came (bytes_digest()).
void read_sbom(policies::SbomFact& fact, std::shared_ptr<const std::string> bytes,
               std::size_t most, MemoryBudget& memory);

Digest bytes_digest(std::string_view bytes);

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
