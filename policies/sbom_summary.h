#pragma once

// What a report shows of an SBOM in a few lines, beside what rules say about it.

#include <string>
#include <utility>
#include <vector>

#include "policies/sbom_facts.h"

namespace portreeve::policies {

struct SbomSummary {
  std::string title;               ///< "SPDX 2.3, 214 packages, 12 files"; "not readable".
  std::string state;               ///< "signed by X, found at Y", "unsigned, found at Y".
  std::vector<std::string> notes;  ///< Binding, quality, why it cannot be read.
  /// purl and "sha256:…" of what it lists, at most kSummaryDigests.
  std::vector<std::pair<std::string, std::string>> digests;
};

inline constexpr std::size_t kSummaryDigests = 256;

/// `artifact`: the digests of what it should be about; null: nothing to compare with. Texts are
/// escaped and cut. n log n in the number of components.
SbomSummary summarize_sbom(const SbomFact& fact, const sbom::ArtifactDigests* artifact);

/// "ntia-2021 86 %, cisa-2026 71 %, …": the mean of the fields' coverage over all components.
std::string quality_line(const sbom::Inventory& inventory, bool verified);

}  // namespace portreeve::policies
