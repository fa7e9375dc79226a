#include "engine/evidence_service.h"

#include "core/limits.h"
#include "engine/fact_cache.h"
#include "engine/providers/artifact.h"
#include "engine/providers/blueprint.h"
#include "engine/providers/candidates.h"
#include "engine/providers/chart.h"
#include "engine/providers/render.h"
#include "engine/providers/sboms.h"
#include "engine/providers/signatures.h"
#include "engine/providers/signers.h"
#include "engine/providers/vulnerabilities.h"

namespace portreeve::engine {
namespace {

constexpr std::size_t kFactBytes = 32 * limits::kMiB;
constexpr Milliseconds kExhaustiveBudget{120'000};  ///< For 1,024 candidates of a slow registry.

}  // namespace

Outcome EvidenceService::open_store(const policies::Config& config) {
  if (config.evidence_directory.empty() || parts_.layout != nullptr) return Done{};
  Result<std::unique_ptr<oci::EvidenceStore>> store =
      oci::EvidenceStore::open(config.evidence_directory, config.evidence_size);
  if (!store.ok()) return with_context(store.error(), "evidence.directory");
  store_ = std::move(store).value();
  return Done{};
}

Result<WorldPtr> EvidenceService::world_of(
    std::shared_ptr<const policies::PolicySet> policies) const {
  oci::Registries::Parts parts;
  parts.configs = policies->trust().registries();
  for (const RegistryConfig& config : parts.configs) {
    if (!config.credential_helpers || parts_.programs) continue;
    return Error{Errc::misconfigured, config.where + ": credentials: helpers: the gate runs no "
                                                     "programs; name a file with dockerConfig"};
  }
  parts.configs.insert(parts.configs.end(), parts_.registries.begin(), parts_.registries.end());
  parts.clock = parts_.clock;
  parts.evidence = store_;
  parts.layout = parts_.layout;
  auto world = std::make_shared<World>();
  PORTREEVE_TRY(world->registries, oci::Registries::open(std::move(parts)));
  world->policies = std::move(policies);
  if (parts_.exhaustive) {
    world->candidates = limits::kReferrers;
    world->rows = limits::kReferrers;
  }
  return WorldPtr(std::move(world));
}

Result<std::unique_ptr<EvidenceService>> EvidenceService::open(Parts parts) {
  if (parts.renderer != nullptr && !parts.programs) {
    return Error{Errc::misconfigured, "a door that runs no programs was given a helm"};
  }
  std::unique_ptr<EvidenceService> out(new EvidenceService(std::move(parts)));
  const Parts& own = out->parts_;
  PORTREEVE_CHECK(out->open_store(own.policies->config()));
  PORTREEVE_TRY(WorldPtr world, out->world_of(own.policies));
  out->worlds_ = std::make_shared<Worlds>(std::move(world));
  Flights::Parts flights;
  flights.threads = own.threads;
  flights.clock = own.clock;
  flights.memory = own.memory;
  flights.cache = std::make_shared<FactCache>(*own.clock, kFactBytes);
  if (own.exhaustive) flights.budget = kExhaustiveBudget;
  flights.providers = {std::make_shared<BlueprintProvider>(out->worlds_),
                       std::make_shared<ArtifactProvider>(out->worlds_),
                       std::make_shared<ManifestProvider>(out->worlds_),
                       std::make_shared<CandidatesProvider>(out->worlds_),
                       std::make_shared<ClaimsProvider>(out->worlds_),
                       std::make_shared<RenderProvider>(out->worlds_, *own.clock, own.renderer),
                       std::make_shared<ChartLayerProvider>(out->worlds_),
                       std::make_shared<ChartPackageProvider>(),
                       std::make_shared<ChartProvider>(),
                       std::make_shared<SignersProvider>(out->worlds_),
                       std::make_shared<SignaturesProvider>("signatures"),
                       std::make_shared<SignaturesProvider>("attestations"),
                       std::make_shared<SbomPlacesProvider>(out->worlds_),
                       std::make_shared<SbomsProvider>(),
                       std::make_shared<VulnerabilitiesProvider>()};
  out->flights_ = Flights::create(std::move(flights));
  out->gatherer_ = std::make_unique<Gatherer>(out->flights_);
  return out;
}

std::string EvidenceService::asked_at(const Reference& reference) const {
  const WorldPtr world = worlds_->current();
  return world->registries->place_of(reference);
}

Outcome EvidenceService::replace(std::shared_ptr<const policies::PolicySet> policies) {
  PORTREEVE_TRY(WorldPtr world, world_of(std::move(policies)));
  worlds_->replace(std::move(world));
  return Done{};
}

}  // namespace portreeve::engine
