#pragma once

// From the digest behind a reference to its chart, in two sections, so that what was read of one
// digest serves every tag and every decision.

#include <memory>

#include "engine/provider.h"
#include "engine/providers/world.h"

namespace portreeve::engine {

/// Section "chart-layer": "host/repository@digest" to the bytes of its chart layer. Asks the
/// registry. The manifest has exactly one config and one chart layer: with two, Helm takes either.
class ChartLayerProvider final : public EvidenceProvider {
 public:
  explicit ChartLayerProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "chart-layer"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

/// Section "chart-package": the same key to policies::ChartFacts, by "chart-layer". Kept by digest
/// as long as memory allows.
class ChartPackageProvider final : public EvidenceProvider {
 public:
  std::string_view section() const noexcept override { return "chart-package"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;
};

/// Section "chart": a reference to policies::ChartFacts with the tag it was named by, by "artifact"
/// and "chart-package".
class ChartProvider final : public EvidenceProvider {
 public:
  std::string_view section() const noexcept override { return "chart"; }
  Place place(const Key&, const EvidenceMap&) const override { return {}; }
  void step(StepRequest request, Reply reply) const override;
};

}  // namespace portreeve::engine
