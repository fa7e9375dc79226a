#pragma once

#include <memory>
#include <string>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "sbom-places": "host/repository@digest" to what an SBOM of it may be and may name: the
/// referrers and the legacy tag that carry one, unsigned, and the digests of config and content
/// layers. Bytes only, nothing parsed but manifests.
class SbomPlacesProvider final : public EvidenceProvider {
 public:
  explicit SbomPlacesProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "sbom-places"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

/// Section "sbom": a reference, an ask of attestations and `platforms` to policies::ArtifactSboms,
/// by "artifact", "claims" and "sbom-places". Verified attestations first, then what nobody signed;
/// each document is read once and named by the digest of its own bytes.
class SbomsProvider final : public EvidenceProvider {
 public:
  std::string_view section() const noexcept override { return "sbom"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;
};

}  // namespace portreeve::engine
