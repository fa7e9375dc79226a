#include "oci/host_state.h"

#include <algorithm>
#include <chrono>

namespace portreeve::oci {
namespace {

Milliseconds until(SteadyTime when, SteadyTime now) {
  return std::chrono::duration_cast<Milliseconds>(when - now);
}

}  // namespace

void HostState::refill(SteadyTime now) {
  const double burst = 2.0 * options_.per_second;
  if (tokens_ < 0) {
    tokens_ = burst;
  } else {
    const std::chrono::duration<double> passed = now - refilled_;
    tokens_ = std::min(burst, tokens_ + passed.count() * options_.per_second);
  }
  refilled_ = now;
}

std::optional<Error> HostState::refusal(SteadyTime now, SteadyTime deadline) {
  const bool open = failures_ >= options_.failures_to_open;
  if (open && (now < open_until_ || probing_)) {
    const auto left = std::max<std::int64_t>(0, until(open_until_, now).count());
    return Error{Errc::unavailable, host_ + ": not asked: its last " + std::to_string(failures_) +
                                        " requests failed; next try in " + std::to_string(left) +
                                        " ms"};
  }
  if (hold_until_ > deadline) {
    return Error{Errc::unavailable, host_ + ": asked us to wait (429 or 503 with Retry-After) " +
                                        std::to_string(until(hold_until_, now).count()) +
                                        " ms more, which is beyond the deadline"};
  }
  if (now >= deadline) {
    return Error{Errc::unavailable, host_ + ": no turn before the deadline (limits: " +
                                        std::to_string(options_.parallel) + " requests at once, " +
                                        std::to_string(options_.per_second) + " a second)"};
  }
  return std::nullopt;
}

Outcome HostState::enter(SteadyTime deadline) {
  const MutexLock lock(mutex_);
  while (true) {
    const SteadyTime now = std::chrono::steady_clock::now();
    refill(now);
    if (auto refused = refusal(now, deadline)) return *std::move(refused);
    SteadyTime next = deadline;
    if (hold_until_ > now) {
      next = std::min(next, hold_until_);
    } else if (tokens_ < 1) {
      const double seconds = (1 - tokens_) / options_.per_second;
      next = std::min(next, now + std::chrono::milliseconds(static_cast<long>(seconds * 1000) + 1));
    } else if (running_ < options_.parallel) {
      break;
    }
    changed_.wait_for(mutex_, next - now);
  }
  take();
  return Done{};
}

void HostState::take() {
  tokens_ -= 1;
  ++running_;
  probing_ = probing_ || failures_ >= options_.failures_to_open;
}

bool HostState::try_enter() {
  const MutexLock lock(mutex_);
  const SteadyTime now = std::chrono::steady_clock::now();
  refill(now);
  const bool open = failures_ >= options_.failures_to_open;
  if (open || hold_until_ > now || tokens_ < 1 || running_ >= options_.parallel) return false;
  take();
  return true;
}

void HostState::leave(How how, SteadyTime when) {
  const MutexLock lock(mutex_);
  --running_;
  probing_ = false;
  switch (how) {
    case How::answered:
      failures_ = 0;
      break;
    case How::failed:
      ++failures_;
      open_until_ = std::chrono::steady_clock::now() + options_.pause;
      break;
    case How::told_to_wait:
      failures_ = 0;
      hold_until_ = std::max(hold_until_, when);
      break;
  }
  changed_.notify_all();
}

}  // namespace portreeve::oci
