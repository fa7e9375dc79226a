#pragma once

// Bytes → model. Format and version are decided by content, never by a file name.

#include <memory>
#include <string>

#include "core/memory_budget.h"
#include "core/result.h"
#include "sbom/model.h"

namespace portreeve::sbom {

/// Reads one bare SBOM: SPDX 2.2 and 2.3 (JSON, tag-value), SPDX 3.0 and 3.1 (JSON-LD),
/// CycloneDX 1.2 to 1.7 (JSON) and 1.0 to 1.7 (XML), Syft JSON. Containers are sbom/container.h's.
///
/// The document must be exactly one of these and valid as its specification demands; then it has a
/// model, and what is questionable in it stands in Document::defects. At most `most` bytes.
/// Errors: malformed ("line L column C: what, expected, found"), unsupported (a version or kind
/// that we do not read), limit. No I/O; safe from many threads.
Result<DocumentPtr> read(std::shared_ptr<const std::string> bytes, std::size_t most,
                         MemoryBudget* budget);
Result<DocumentPtr> read(std::string bytes, std::size_t most, MemoryBudget* budget);

}  // namespace portreeve::sbom
