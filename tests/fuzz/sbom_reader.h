#pragma once

// What every reader of SBOMs promises about the model it returns.

#include <memory>
#include <string>
#include <string_view>

#include "core/memory_budget.h"
#include "sbom/model.h"
#include "sbom/readers.h"
#include "tests/fuzz/fuzz.h"

namespace portreeve::fuzz {

template <class Row>
void check_range(const std::vector<Row>& table, sbom::Range range) {
  check(range.empty() || (range.first <= table.size() && range.count <= table.size() - range.first),
        "a range lies in its table", "");
}

inline void check_index(const sbom::Document& d, std::uint32_t index) {
  check(index == sbom::kNowhere || index < d.components.size(), "an index is that of a component",
        "");
}

inline void check_model(const sbom::Document& d) {
  for (const sbom::Component& c : d.components) {
    check_range(d.identifiers, c.identifiers);
    check_range(d.hashes, c.hashes);
    check_range(d.licences, c.licences);
    check_range(d.links, c.links);
    check_range(d.properties, c.properties);
    check_range(d.agents, c.suppliers);
    check_range(d.agents, c.producers);
    check_index(d, c.parent);
    check(c.at <= d.bytes().size(), "a component stands in its source", "");
  }
  check_range(d.agents, d.authors);
  check_range(d.agents, d.suppliers);
  for (const sbom::Edge& edge : d.edges) {
    check(edge.from < d.components.size() && edge.to < d.components.size(),
          "an edge is between components", "");
  }
  for (const sbom::LooseEnd& end : d.loose_ends) check_index(d, end.component);
  for (const sbom::Annotation& one : d.annotations) check_index(d, one.component);
  for (const sbom::Affected& one : d.affected) check_index(d, one.component);
  for (const std::uint32_t index : d.primary)
    check(index < d.components.size(), "what is primary is there", "");
  for (const sbom::Defect& defect : d.defects) {
    check_index(d, defect.component);
    check(!defect.message.empty(), "a defect says what is wrong", "");
  }
}

using Reader = Result<sbom::DocumentPtr> (*)(sbom::SourceBytes, MemoryBudget*);

/// Reads `text` under a small budget, which must be whole again afterwards.
inline void read_with(Reader reader, std::string_view text) {
  if (text.empty()) return;
  MemoryBudget budget(64 * 1024 * 1024);
  {
    const auto document = reader(std::make_shared<const std::string>(text), &budget);
    if (document.ok()) {
      check_model(*document.value());
    } else {
      check(!document.error().message.empty(), "a refusal says why", text);
      check(document.error().code != Errc::internal, "no input is our defect",
            document.error().message);
    }
  }
  check(budget.used() == 0, "memory is given back", text);
}

}  // namespace portreeve::fuzz
