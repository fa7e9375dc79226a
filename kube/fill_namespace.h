#pragma once

#include <string_view>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/value.h"

namespace portreeve::kube {

/// The review once more, with metadata.namespace of object and oldObject written where there is none:
/// an API server writes it there before it asks. Keeps the places of everything. Errors: limit.
Result<DocumentPtr> fill_namespace(const Document& review, std::string_view name_space,
                                   MemoryBudget* budget);

}  // namespace portreeve::kube
