#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/gather.h"
#include "tests/support/fake_provider.h"
#include "tests/support/fixed_clock.h"

namespace portreeve::testing {

inline constexpr Milliseconds kSecond{1000};

/// Clock, threads, flights and gatherer around providers; time moves only by hand.
class Rig {
 public:
  using Providers = std::vector<std::shared_ptr<const engine::EvidenceProvider>>;

  explicit Rig(Providers providers, std::shared_ptr<engine::EvidenceCache> cache = nullptr,
               engine::Threads::Options options = {.compute = 4})
      : threads_(std::make_shared<engine::Threads>(clock_, options)),
        flights_(engine::Flights::create({.threads = threads_,
                                          .clock = &clock_,
                                          .memory = &memory_,
                                          .providers = std::move(providers),
                                          .cache = std::move(cache)})),
        gatherer_(flights_) {
    clock_.on_advance([this] { threads_->wake(); });
  }
  ~Rig() { threads_->shutdown(); }

  /// The evidence, when it comes. A second call of `done` would throw and is counted.
  std::future<EvidenceMap> gather(const std::vector<Key>& keys, Milliseconds span = kSecond) {
    auto promise = std::make_shared<std::promise<EvidenceMap>>();
    auto future = promise->get_future();
    auto calls = std::make_shared<std::atomic<int>>(0);
    gatherer_.gather(keys, engine::Deadline::in(span, clock_),
                     [this, promise, calls](EvidenceMap evidence) {
                       if (++*calls > 1) {
                         ++repeated_;
                       } else {
                         promise->set_value(std::move(evidence));
                       }
                     });
    return future;
  }

  std::string describe_gather(const std::vector<Key>& keys) { return describe(gather(keys).get()); }

  FixedClock& clock() { return clock_; }
  engine::Threads& threads() { return *threads_; }
  engine::Flights& flights() { return *flights_; }
  int repeated() const { return repeated_; }

 private:
  FixedClock clock_;
  MemoryBudget memory_{1 << 20};
  std::atomic<int> repeated_{0};
  std::shared_ptr<engine::Threads> threads_;
  std::shared_ptr<engine::Flights> flights_;
  engine::Gatherer gatherer_;
};

}  // namespace portreeve::testing
