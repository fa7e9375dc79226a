#pragma once

#include <memory>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "blueprint": "name@version" to policies::BlueprintFact, from the files that the Config
/// of the decision's own set names. No I/O: they were read with it.
class BlueprintProvider final : public EvidenceProvider {
 public:
  explicit BlueprintProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "blueprint"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

}  // namespace portreeve::engine
