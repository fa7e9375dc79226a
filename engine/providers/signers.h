#pragma once

#include <memory>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "signers": "host/repository@digest" to policies::SignerFacts, by "candidates". Whoever
/// is named here has signed; whether they may is what `signatures` answers. Not kept.
class SignersProvider final : public EvidenceProvider {
 public:
  explicit SignersProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "signers"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

}  // namespace portreeve::engine
