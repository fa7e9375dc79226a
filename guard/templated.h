#pragma once

// Blueprints that a chart's templates hold, as far as they can be read without a render.

#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "guard/inventory.h"

namespace portreeve::guard {

/// Reads the documents of a template that speaks of Blueprints: TreeFile::documents, with the offsets
/// of the file, and `unread_parts`. Actions alone in their line are left out; others stand there as
/// is_written_by_action() knows them.
void read_templated(TreeFile& file, MemoryBudget& budget);

/// Whether an action wrote some of a text.
bool is_written_by_action(std::string_view text) noexcept;

/// The objects of those documents.
std::vector<ObjectEntry> templated_objects(const TreeFile& file);

}  // namespace portreeve::guard
