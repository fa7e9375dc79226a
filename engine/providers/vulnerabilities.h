#pragma once

#include "engine/provider.h"

namespace portreeve::engine {

/// Section "vulnerabilities": a reference and an ask of attestations to
/// policies::ArtifactVulnerabilities, by "artifact" and "claims". Only what is verified is read.
class VulnerabilitiesProvider final : public EvidenceProvider {
 public:
  std::string_view section() const noexcept override { return "vulnerabilities"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;
};

}  // namespace portreeve::engine
