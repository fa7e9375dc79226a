#pragma once

// Work in progress, shared: whoever asks for a key that is already being obtained joins that
// flight. Facts that are known need no flight: the cache has them.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/limits.h"
#include "core/memory_budget.h"
#include "core/thread_annotations.h"
#include "engine/provider.h"
#include "engine/threads.h"

namespace portreeve::engine {

/// Evidence that no longer changes, and how far it may be shared. Two of them are the same answer
/// if they point to the same Evidence.
struct Settled {
  std::shared_ptr<const Evidence> evidence;
  /// Not to be used for a new decision from here on; it is never later than that of the evidence
  /// it rests on. SteadyTime::min(): not to be kept at all.
  SteadyTime keep_until = SteadyTime::min();
};
using Given = std::map<Key, Settled>;
using FlightAnswer = std::variant<Settled, Need>;

/// Where settled evidence is kept between decisions. Thread-safe; does not throw.
class EvidenceCache {
 public:
  virtual ~EvidenceCache() = default;
  /// As stored, the same Evidence; what is no longer valid by its own times is not returned.
  virtual std::optional<Settled> lookup(const Key& key) = 0;
  /// Called for facts, and for absences that may be kept; both end at `settled.keep_until`.
  virtual void store(const Key& key, const Settled& settled) = 0;
};

/// All flights of the process. A flight is the work on one key: the provider's first step, and the
/// steps after the evidence it needed. Callers whose evidence is the same share every step, so the
/// provider is called once for all of them; a caller with other evidence for a needed key gets a
/// step of its own, so that no decision mixes two answers for one key. Each step has its own
/// budget and goes on when its callers have left. Thread-safe.
class Flights : public std::enable_shared_from_this<Flights> {
 public:
  struct Parts {
    std::shared_ptr<Threads> threads;  ///< Its owner calls shutdown() before letting go of it.
    const Clock* clock = nullptr;      ///< Outlives the flights.
    MemoryBudget* memory = nullptr;    ///< Outlives the flights.
    /// Sections differ; of two with the same the first one is used. They die on any thread.
    std::vector<std::shared_ptr<const EvidenceProvider>> providers;
    std::shared_ptr<EvidenceCache> cache = nullptr;
    Milliseconds budget = limits::kFlightBudget;  ///< Of one step.
  };
  struct Counters {
    std::uint64_t steps = 0;            ///< Provider calls begun.
    std::uint64_t joined = 0;           ///< Steps that found another's in progress or done.
    std::uint64_t cached = 0;           ///< Answered by the cache.
    std::uint64_t ignored_answers = 0;  ///< Second and late answers of providers.
  };
  class Flight;
  using Waiter = std::function<void(const FlightAnswer&)>;
  struct Call {
    Key key;
    Given given;                     ///< Everything the provider asked for so far.
    SteadyTime wanted_by;            ///< Until when the caller waits: orders the queues.
    std::shared_ptr<Flight> flight;  ///< What the previous step for this key returned, or null.
  };
  struct Started {
    std::shared_ptr<Flight> flight;      ///< Hold it while more steps for this key may come.
    std::optional<FlightAnswer> answer;  ///< If it is there already; else the waiter gets it.
    bool began = false;                  ///< This call made the flight: it sees it through.
  };

  static std::shared_ptr<Flights> create(Parts parts);

  /// Begins or joins the next step for a key. `waiter` is called exactly once unless `answer` is
  /// returned: from any thread, never under a lock, perhaps before this returned.
  Started step(Call call, Waiter waiter);

  const Clock& clock() const noexcept { return *parts_.clock; }
  Threads& threads() const noexcept { return *parts_.threads; }
  Milliseconds budget() const noexcept { return parts_.budget; }
  Counters counters() const;

 private:
  struct Step;
  using FlightPtr = std::shared_ptr<Flight>;
  using StepPtr = std::shared_ptr<Step>;

  using ProviderPtr = std::shared_ptr<const EvidenceProvider>;

  explicit Flights(Parts parts);
  FlightPtr board(const Key& key, bool& began) REQUIRES(mutex_);
  void launch(const FlightPtr& flight, const StepPtr& step, const Call& call);
  void submit(ProviderPtr provider, const Call& call, Deadline deadline, const Reply& reply);
  void settle(const FlightPtr& flight, const StepPtr& step, StepAnswer answer);
  FlightAnswer seal(const Step& step, StepAnswer answer);
  void forget(const Flight& flight) REQUIRES(mutex_);

  const Parts parts_;
  std::map<std::string, ProviderPtr, std::less<>> providers_;
  const Reply::Counter ignored_;
  std::atomic<std::uint64_t> begun_{0}, joined_{0}, cached_{0};
  Mutex mutex_;  ///< Guards the table and the content of all flights and steps.
  std::map<Key, std::weak_ptr<Flight>> table_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::engine
