#pragma once

// What `helm template` printed, as documents. Helm writes each as "---\n# Source: FILE\nTEXT\n",
// hooks after the others, files below crds/ not at all (pkg/action/action.go, renderResources).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/value.h"

namespace portreeve::render {

struct RenderedDocument {
  std::string
      source;  ///< "bp-wiki/charts/common/templates/a.yaml", as Helm names it; fit for printing.
  std::uint32_t line = 1;  ///< Of its first line in the output, behind "# Source:".
  DocumentPtr content;     ///< Null when there is none, or it was not read.
  /// Helm takes it, but our strict reader does not: nobody can say whether it holds something.
  std::string unread;
  bool empty = false;                               ///< Nothing but comments, null, {} or [].
  std::string api_version, kind, name, name_space;  ///< Empty where it has none.
  std::vector<std::string> hooks;                   ///< "pre-install", "test" …
  bool custom_resource = false;                     ///< A CustomResourceDefinition.
};

struct RenderedOutput {
  std::vector<RenderedDocument> documents;  ///< In the order of the output.
  std::size_t lines = 0;                    ///< As `wc -l` counts them.
  /// Documents that hold something; those that were not read are not among them.
  std::size_t filled = 0;
  std::size_t unread = 0;
  MemoryBudget::Reservation memory;
};

/// `memory` may be null. Errors: limit; malformed, when it does not look like Helm's.
Result<RenderedOutput> read_output(std::string_view output, MemoryBudget* memory);

}  // namespace portreeve::render
