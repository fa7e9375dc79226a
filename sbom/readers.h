#pragma once

// One reader per format; sbom/read.h decides which. All take bytes that were recognised already.

#include <memory>
#include <string>

#include "core/document_builder.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "sbom/model.h"

namespace portreeve::sbom {

using SourceBytes = std::shared_ptr<const std::string>;

/// Depth limits::kEvidenceDepth, limits::kSbomValues values.
ReadLimits sbom_limits() noexcept;

// Errors of all: those of sbom::read().
Result<DocumentPtr> read_spdx2_json(SourceBytes bytes, MemoryBudget* budget);
Result<DocumentPtr> read_spdx2_tag_value(SourceBytes bytes, MemoryBudget* budget);
Result<DocumentPtr> read_spdx3(SourceBytes bytes, MemoryBudget* budget);
Result<DocumentPtr> read_cyclonedx_json(SourceBytes bytes, MemoryBudget* budget);
Result<DocumentPtr> read_cyclonedx_xml(SourceBytes bytes, MemoryBudget* budget);
Result<DocumentPtr> read_syft(SourceBytes bytes, MemoryBudget* budget);

}  // namespace portreeve::sbom
