#pragma once

#include <optional>

#include "core/time.h"

namespace portreeve::cli {

/// The wall clock, or the time that `--now` gives instead. Deadlines keep running.
class GivenClock final : public Clock {
 public:
  explicit GivenClock(std::optional<TimePoint> now) noexcept : now_(now) {}
  TimePoint now() const override { return now_.has_value() ? *now_ : system_.now(); }
  SteadyTime steady() const override { return system_.steady(); }

 private:
  std::optional<TimePoint> now_;
  SystemClock system_;
};

}  // namespace portreeve::cli
