#pragma once

#include <atomic>
#include <cstddef>

#include "core/result.h"

namespace portreeve {

/// Counts decoded bytes that are alive in the whole process against one limit, so that a few large
/// inputs cannot take the gate's memory. Thread-safe. Outlives every Reservation on it.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  std::size_t limit() const noexcept { return limit_; }

  /// A share of the budget; gives back what it took when destroyed. Movable, not thread-safe.
  class Reservation {
   public:
    Reservation() = default;
    /// `budget` may be null: then nothing is counted (tests, and text that we ship ourselves).
    explicit Reservation(MemoryBudget* budget) noexcept : budget_(budget) {}
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation() { release(); }

    /// Takes `bytes` more. Errors: limit, and nothing was taken.
    Outcome grow(std::size_t bytes);
    std::size_t bytes() const noexcept { return bytes_; }
    void release() noexcept;

   private:
    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

 private:
  bool take(std::size_t bytes) noexcept;

  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace portreeve
