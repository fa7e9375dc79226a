#pragma once

// What we owe a host: not more requests at once or in a second than its operator said, none while
// it asked us to wait (Retry-After), and rest when it fails again and again (circuit breaker).

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/thread_annotations.h"
#include "core/time.h"

namespace portreeve::oci {

/// One host. Thread-safe. Blocks in enter() only.
class HostState {
 public:
  struct Options {
    std::uint32_t parallel = 8;
    std::uint32_t per_second = 20;
    std::uint32_t failures_to_open = 5;  ///< In a row.
    Milliseconds pause{10'000};          ///< Of the open breaker; then one request tries.
  };
  HostState(std::string host, const Options& options) : host_(std::move(host)), options_(options) {}

  /// Waits for a turn for one request, which leave() ends. Errors: unavailable, at once, when the
  /// turn cannot come before the deadline or the breaker is open; says what the host said.
  Outcome enter(SteadyTime deadline);

  /// A turn if there is one now; for the further requests of somebody who has one: whoever waited
  /// with a turn in hand could wait for somebody who does the same.
  bool try_enter();

  enum class How {
    answered,  ///< Any answer that is not one of the others.
    failed,    ///< No answer, or 5xx.
    told_to_wait,
  };
  /// `until`: with told_to_wait, when it may be asked again.
  void leave(How how, SteadyTime until = {});

 private:
  void refill(SteadyTime now) REQUIRES(mutex_);
  void take() REQUIRES(mutex_);
  std::optional<Error> refusal(SteadyTime now, SteadyTime deadline) REQUIRES(mutex_);

  const std::string host_;
  const Options options_;
  Mutex mutex_;
  Condition changed_;
  std::uint32_t running_ GUARDED_BY(mutex_) = 0;
  double tokens_ GUARDED_BY(mutex_) = -1;  ///< -1: not started.
  SteadyTime refilled_ GUARDED_BY(mutex_){};
  SteadyTime hold_until_ GUARDED_BY(mutex_){};
  std::uint32_t failures_ GUARDED_BY(mutex_) = 0;
  SteadyTime open_until_ GUARDED_BY(mutex_){};
  bool probing_ GUARDED_BY(mutex_) = false;
};

}  // namespace portreeve::oci
