#pragma once

// What the evidence store remembers besides bytes, as small JSON texts with a schema of their own.

#include <string>
#include <vector>

#include "core/reference.h"
#include "core/result.h"
#include "core/time.h"
#include "oci/discovery.h"
#include "oci/evidence_store.h"

namespace portreeve::oci {

/// What a tag meant when it was last asked for.
struct TagRecord {
  Digest digest;
  TimePoint at{};
};
/// Errors: as EvidenceStore::remember.
Outcome remember_tag(EvidenceStore& store, const Reference& reference, const TagRecord& record);
/// Errors: not_found, malformed, unavailable.
Result<TagRecord> recall_tag(const EvidenceStore& store, const Reference& reference);

/// A manifest that was found to refer to an artifact.
struct CandidateRecord {
  Digest digest;
  Shape shape = Shape::referrers_api;
  std::string place;
};
struct CandidateRecords {
  TimePoint at{};  ///< When they were found.
  std::vector<CandidateRecord> candidates;
};
Outcome remember_candidates(EvidenceStore& store, const Reference& name, const Digest& digest,
                            const std::vector<Candidate>& candidates, TimePoint at);
Result<CandidateRecords> recall_candidates(const EvidenceStore& store, const Reference& name,
                                           const Digest& digest);

}  // namespace portreeve::oci
