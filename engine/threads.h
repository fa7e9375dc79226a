#pragma once

// Every thread of the engine: made, bounded and joined here, and nowhere else.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/limits.h"
#include "core/result.h"
#include "core/time.h"
#include "engine/work_queue.h"

namespace portreeve::engine {

/// A compute pool, a registry pool and a timer. Threads start when there is work for them. No
/// method calls a task on the caller's stack except shutdown(), so all of them may be called from
/// tasks. Thread-safe. A task that throws is counted, not fatal.
class Threads {
 public:
  struct Options {
    std::size_t compute = 0;  ///< Threads; 0: one per core.
    std::size_t registry = limits::kRegistryThreads;
    std::size_t per_registry = limits::kPerRegistryCalls;  ///< Running at once for one registry.
    std::size_t compute_queue = limits::kComputeQueue;     ///< Works waiting.
    std::size_t registry_queue = limits::kRegistryQueue;
    std::size_t per_registry_queue = limits::kPerRegistryQueue;
  };
  struct Load {
    std::size_t compute_threads = 0, compute_waiting = 0;
    std::size_t registry_threads = 0, registry_waiting = 0;
    std::size_t timers = 0;
    std::uint64_t escaped_exceptions = 0;
  };
  /// Names one call of at().
  using TimerId = std::pair<SteadyTime, std::uint64_t>;

  /// `clock` outlives this.
  Threads(const Clock& clock, Options options);
  explicit Threads(const Clock& clock) : Threads(clock, Options{}) {}
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Runs `work` when its turn comes. Errors: limit (queue full), unavailable (shutting down); then
  /// the task is dropped, not called.
  Outcome compute(Work work);
  /// The same, with at most Options::per_registry at once for `registry`.
  Outcome registry(const std::string& registry, Work work);

  /// Calls `task` on the timer thread, not before `when`: keep it short. Errors: unavailable.
  Result<TimerId> at(SteadyTime when, Task task);
  /// Takes the timer back if it has not fired; its task is destroyed uncalled.
  void cancel(const TimerId& timer);
  /// To be called by a clock that was set by hand: the timer looks at it again.
  void wake();

  /// Refuses what comes from now on, calls everything that waits with unavailable "shutting down",
  /// lets running tasks end and joins all threads: no task runs after it returned. Later calls do
  /// nothing, concurrent ones wait. REQUIRES: not called by a task.
  void shutdown();

  Load load() const;

 private:
  class Pool;
  class Timer;

  std::once_flag shut_down_;
  std::unique_ptr<Timer> timer_;
  std::unique_ptr<Pool> compute_;
  std::unique_ptr<Pool> registry_;
};

}  // namespace portreeve::engine
