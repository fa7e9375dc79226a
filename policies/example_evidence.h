#pragma once

// What an example says is found: a chart written out as files, what Helm prints, SBOMs, scan reports
// and VEX documents, or an absence.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/evidence.h"
#include "policies/chart_facts.h"
#include "policies/evidence.h"
#include "policies/example_sboms.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// Answers for a key of evidence.
using EvidenceOf = std::function<Evidence(const Key&)>;

struct ExampleEvidence {
  std::optional<Error> all;  ///< What is found of everything else.
  std::shared_ptr<const ChartFacts> chart;
  std::string chart_file;  ///< Of the subject, where the chart is what is judged.
  std::shared_ptr<const RenderFacts> render;
  std::optional<Error> no_render;
  std::shared_ptr<const BlueprintFact> blueprint;  ///< Whatever name and version are asked for.
  ExampleSboms sboms;
  ExampleVulnerabilities vulnerabilities;

  bool any() const noexcept {
    return all.has_value() || chart != nullptr || blueprint != nullptr || sboms != nullptr ||
           vulnerabilities != nullptr;
  }
  /// An empty function where the example says nothing: then evidence rules are not run.
  EvidenceOf answers() const;
};

/// Reads `evidence`, `chart`, `render`, `blueprint`, `sboms` and `vulnerabilities` of an example; a
/// Blueprint is borrowed from it. Errors: misconfigured.
Result<ExampleEvidence> read_example_evidence(Fields& fields);

}  // namespace portreeve::policies
