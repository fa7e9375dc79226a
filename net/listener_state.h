#pragma once

// What all threads and connections of one listener share. Lives until the last of them, and the
// last Respond that a handler kept, is gone.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/limits.h"
#include "core/memory_budget.h"
#include "core/thread_annotations.h"
#include "core/time.h"
#include "net/https_listener.h"

namespace portreeve::net {

/// Only counts; nothing is decided by it, so every access is relaxed.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void subtract(std::uint64_t n = 1) noexcept { value_.fetch_sub(n, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter accepted, open, idle, silent_cut, handshakes_failed, handshakes_refused, shed_idle,
      shed_unfinished, connections_refused, requests, refused_requests, request_timeouts,
      dropped_responses, repeated_responses;
};

struct Deadlines {
  Milliseconds handshake, header, body, idle, write;
};

/// Requests between their last header byte and their last answered byte; stop() waits for none.
class InProgress {
 public:
  void enter() noexcept { count_.fetch_add(1); }
  void leave() {
    if (count_.fetch_sub(1) != 1) return;
    // Under the lock, so that it cannot fall between a waiter's look at the count and its wait.
    const MutexLock lock(mutex_);
    none_.notify_all();
  }
  void wait_for_none(Milliseconds patience) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + patience;
    const MutexLock lock(mutex_);
    while (count_.load() != 0) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left.count() <= 0) return;
      none_.wait_for(mutex_, left);
    }
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  Mutex mutex_;  ///< Guards nothing but the wait.
  Condition none_;
};

/// Clients whose certificate was refused: how many, and why the last one was.
class ClientRefusals {
 public:
  void add(std::string why) {
    const MutexLock lock(mutex_);
    ++count_;
    last_ = std::move(why);
  }
  void read(std::uint64_t& count, std::string& last) const {
    const MutexLock lock(mutex_);
    count = count_;
    last = last_;
  }

 private:
  mutable Mutex mutex_;
  std::uint64_t count_ GUARDED_BY(mutex_) = 0;
  std::string last_ GUARDED_BY(mutex_);
};

struct ListenerState {
  bool tls = true;
  std::shared_ptr<TlsFiles> certificates;  ///< Null without TLS.
  Deadlines deadlines{};
  std::size_t connections_per_thread = 0;
  std::uint32_t handshakes_per_address = 0;  ///< On one thread.
  Gate gate;                                 ///< Cleared once the threads are joined.
  Handler handler;                           ///< The same.

  Counters counters;
  MemoryBudget bodies{limits::kInFlightBodyBytes};
  ClientRefusals refusals;
  InProgress in_progress;
  std::atomic<bool> draining{false};
};

}  // namespace portreeve::net
