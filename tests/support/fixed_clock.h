#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/thread_annotations.h"
#include "core/time.h"

namespace portreeve::testing {

/// A clock that stands still until a test moves it. Thread-safe.
class FixedClock final : public Clock {
 public:
  FixedClock() = default;
  explicit FixedClock(TimePoint now) : now_(now) {}

  TimePoint now() const override {
    MutexLock lock(mutex_);
    return now_;
  }
  SteadyTime steady() const override {
    MutexLock lock(mutex_);
    return steady_;
  }

  /// Sets the wall clock only, as an administrator would.
  void set(TimePoint now) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    now_ = now;
  }

  /// Moves both clocks on, then tells those who wait for one of them.
  void advance(Milliseconds time) EXCLUDES(mutex_) {
    std::vector<std::function<void()>> listeners;
    {
      MutexLock lock(mutex_);
      now_ += time;
      steady_ += time;
      listeners = listeners_;
    }
    for (const auto& listener : listeners) listener();
  }

  /// `listener` is called after each advance(): [&] { threads.wake(); }. It outlives the last one.
  void on_advance(std::function<void()> listener) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    listeners_.push_back(std::move(listener));
  }

 private:
  mutable Mutex mutex_;
  TimePoint now_ GUARDED_BY(mutex_){std::chrono::hours(24 * 365 * 56)};
  SteadyTime steady_ GUARDED_BY(mutex_){std::chrono::hours(1)};
  std::vector<std::function<void()>> listeners_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::testing
