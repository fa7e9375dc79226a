#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/evidence.h"
#include "engine/deadline.h"
#include "engine/flights.h"

namespace portreeve::engine {

/// Obtains evidence for decisions. Waits with callbacks, never with a thread. Thread-safe.
class Gatherer {
 public:
  using Done = std::function<void(EvidenceMap)>;

  explicit Gatherer(std::shared_ptr<Flights> flights) : flights_(std::move(flights)) {}

  /// Calls `done` exactly once, at the latest when `deadline` has passed or the threads shut down,
  /// with a Fact or an Absent for each of `keys`, and for every key that their providers asked for
  /// and that counts for the answer. Should memory run out on the way the map may be empty: a key
  /// that is not in it is Absent{limit}.
  ///
  /// `done` is called under no lock: on the caller's stack, before this returns, when nothing has
  /// to be waited for (all facts in memory, or the deadline has passed); else on the thread that
  /// brought the last answer, or on the timer thread at the deadline. So it has to be short, or to
  /// hand over to Threads::compute.
  void gather(const std::vector<Key>& keys, Deadline deadline, Done done) const;

 private:
  std::shared_ptr<Flights> flights_;
};

}  // namespace portreeve::engine
