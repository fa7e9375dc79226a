#include "core/memory_budget.h"

#include <string>
#include <utility>

namespace portreeve {

bool MemoryBudget::take(std::size_t bytes) noexcept {
  std::size_t used = used_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_ - used) return false;  // used <= limit_ always, so this cannot wrap.
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  return true;
}

MemoryBudget::Reservation::Reservation(Reservation&& other) noexcept
    : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Reservation& MemoryBudget::Reservation::operator=(Reservation&& other) noexcept {
  if (this != &other) {
    release();
    budget_ = other.budget_;
    bytes_ = std::exchange(other.bytes_, 0);
  }
  return *this;
}

Outcome MemoryBudget::Reservation::grow(std::size_t bytes) {
  if (budget_ != nullptr && !budget_->take(bytes)) {
    Error error{Errc::limit, "memory budget of " + std::to_string(budget_->limit_) +
                                 " bytes is used up (" + std::to_string(budget_->used()) +
                                 " in use, " + std::to_string(bytes) + " more asked)"};
    error.transient = true;
    return error;
  }
  bytes_ += bytes;
  return Done{};
}

void MemoryBudget::Reservation::release() noexcept {
  if (budget_ != nullptr) budget_->used_.fetch_sub(bytes_, std::memory_order_relaxed);
  bytes_ = 0;
}

}  // namespace portreeve
