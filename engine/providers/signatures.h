#pragma once

#include <memory>
#include <string>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "claims": "host/repository@digest" and one ask to policies::SignatureFacts. The only place
/// where candidates meet the Verifier. A proof is kept as long as memory allows (its times are judged
/// by each decision), "none so far" for limits::kAbsenceKept, "could not look" not at all.
class ClaimsProvider final : public EvidenceProvider {
 public:
  explicit ClaimsProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "claims"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

/// Sections "signatures" and "attestations": a reference, an ask and `platforms` to
/// policies::ArtifactSignatures, by "artifact" and "claims".
class SignaturesProvider final : public EvidenceProvider {
 public:
  explicit SignaturesProvider(std::string section) : section_(std::move(section)) {}

  std::string_view section() const noexcept override { return section_; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::string section_;
};

}  // namespace portreeve::engine
