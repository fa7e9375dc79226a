#pragma once

#include <memory>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "artifact": a reference to policies::ResolvedArtifact. What a tag means is believed for
/// limits::kAbsenceKept; with "last-known-good" in the scope a registry that cannot be reached is
/// answered for by the evidence store.
class ArtifactProvider final : public EvidenceProvider {
 public:
  explicit ArtifactProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "artifact"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

/// Section "manifest": "host/repository@digest" to oci::ContentPtr, the bytes that have that digest. Asked
/// for by signatures that are not over a SHA-256.
class ManifestProvider final : public EvidenceProvider {
 public:
  explicit ManifestProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "manifest"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

}  // namespace portreeve::engine
