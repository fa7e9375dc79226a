#pragma once

// SBOMs, scan reports and VEX documents that an example of a policy writes out.

#include <memory>
#include <vector>

#include "core/evidence.h"
#include "policies/reader.h"
#include "policies/sbom_facts.h"
#include "policies/vulnerability_facts.h"

namespace portreeve::policies {

using ExampleSboms = std::shared_ptr<const std::vector<SbomFact>>;
using ExampleVulnerabilities = std::shared_ptr<const std::vector<VulnerabilityFact>>;

/// Reads `sboms`: a list of {by, document} or {by, text}. `by` names the Authority that vouches for
/// it; without it, it is unsigned. A document that is no SBOM is one that could not be read. Null
/// when the example has none. Errors: misconfigured.
Result<ExampleSboms> read_example_sboms(Fields& fields);

/// Section "sbom" for a key: the artifact's digest, where the reference names none, is 64 times
/// 'a', its config's 64 times 'c', its content layer's 64 times 'b'.
Evidence example_sboms_of(const std::vector<SbomFact>& facts, const Key& key);

/// Reads `vulnerabilities`: a list of {by, report} or {by, vex}, each attested by the Authority
/// `by`. Null when the example has none. Errors: misconfigured.
Result<ExampleVulnerabilities> read_example_vulnerabilities(Fields& fields);

/// Section "vulnerabilities" for a key: what its authority attested of its kind.
Evidence example_vulnerabilities_of(const std::vector<VulnerabilityFact>& facts, const Key& key);

}  // namespace portreeve::policies
