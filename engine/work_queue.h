#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace portreeve::engine {

/// Called exactly once: with success to do the work, or with the Error why it will not be done.
using Task = std::function<void(const Outcome&)>;

struct Work {
  SteadyTime wanted_by;  ///< Orders the queue: until when the caller waits.
  SteadyTime expires;    ///< From here on it is answered instead of run. Not before wanted_by.
  Task task;
};

/// What waits for a pool: lanes (one per registry) ordered by time, each with a cap on how many of
/// its works run at once. Data only: no threads, no lock, no clock; the pool brings all three.
class WorkQueue {
 public:
  struct Bounds {
    std::size_t works;           ///< Waiting, in all lanes together.
    std::size_t works_per_lane;  ///< Waiting in one lane, so that a dead registry leaves room.
    std::size_t running_per_lane;
  };
  struct Item {
    std::string lane;
    Task task;
  };

  explicit WorkQueue(Bounds bounds) : bounds_(bounds) {}

  /// Takes `work` over. Errors: limit, and `work` is left as it was: dropping a task may call
  /// anything, so that is for the caller, after its lock. When the queue is full, expired works are
  /// moved to `expired` to make room; the caller owes them an answer.
  Outcome add(const std::string& lane, Work& work, SteadyTime now, std::vector<Task>& expired);
  /// The most urgent work whose lane has room, which then counts as running until finished().
  std::optional<Item> take(SteadyTime now, std::vector<Task>& expired);
  void finished(const std::string& lane);
  /// Everything that waits; the caller owes it an answer.
  std::vector<Task> clear();

  bool runnable() const noexcept { return !heads_.empty(); }
  std::size_t size() const noexcept { return size_; }

 private:
  using Order = std::pair<SteadyTime, std::uint64_t>;  // Time, then order of arrival.
  struct Lane {
    std::map<Order, Work> waiting;
    std::size_t running = 0;
  };
  using Lanes = std::map<std::string, Lane>;

  void hide(Lanes::iterator lane);
  void show(Lanes::iterator lane);
  bool sort_out(Lane& lane, SteadyTime now, std::vector<Task>& expired);

  const Bounds bounds_;
  Lanes lanes_;
  std::map<Order, Lanes::iterator> heads_;  // First work of each lane that may run one more.
  std::size_t size_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace portreeve::engine
