#pragma once

// Everything that obtains evidence, put together: registries, store, providers, cache, flights.

#include <memory>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "engine/flights.h"
#include "engine/gather.h"
#include "engine/providers/world.h"
#include "engine/threads.h"
#include "policies/policy_set.h"

namespace portreeve::engine {

class Renderer;

/// Thread-safe. Its owner shuts `threads` down before letting go of it.
class EvidenceService {
 public:
  struct Parts {
    std::shared_ptr<Threads> threads;
    const Clock* clock = nullptr;    ///< Outlives this.
    MemoryBudget* memory = nullptr;  ///< Outlives this.
    std::shared_ptr<const policies::PolicySet> policies;
    bool programs = false;  ///< May run credential helpers and helm; never in `serve`.
    /// Renders charts that nobody attested; REQUIRES `programs`. Null: attestations only.
    std::shared_ptr<const Renderer> renderer = nullptr;
    std::vector<RegistryConfig> registries = {};  ///< Besides those of the set.
    /// The one place that is asked, for whatever name, instead of all registries.
    std::shared_ptr<const oci::ImageLayout> layout = nullptr;
    bool exhaustive = false;  ///< `audit`: more candidates, the whole table, more time for it.
  };
  /// Opens the evidence store and the registries of the set; no network.
  /// Errors: misconfigured, unavailable (the disk).
  static Result<std::unique_ptr<EvidenceService>> open(Parts parts);

  Gatherer& gatherer() noexcept { return *gatherer_; }
  const Gatherer& gatherer() const noexcept { return *gatherer_; }
  /// "host/repository" that is asked first for a reference; empty: nobody serves it.
  std::string asked_at(const Reference& reference) const;
  /// To be called before the engine gets the set. On an error everything stays as it is.
  /// Errors: misconfigured.
  Outcome replace(std::shared_ptr<const policies::PolicySet> policies);
  Flights::Counters counters() const { return flights_->counters(); }

 private:
  explicit EvidenceService(Parts parts) : parts_(std::move(parts)) {}
  Outcome open_store(const policies::Config& config);
  Result<WorldPtr> world_of(std::shared_ptr<const policies::PolicySet> policies) const;

  const Parts parts_;
  std::shared_ptr<oci::EvidenceStore> store_;
  std::shared_ptr<Worlds> worlds_;
  std::shared_ptr<Flights> flights_;
  std::unique_ptr<Gatherer> gatherer_;
};

}  // namespace portreeve::engine
