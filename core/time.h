#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve {

using Milliseconds = std::chrono::milliseconds;
/// Wall-clock time, UTC, milliseconds. Validity is judged by it; it comes in as an argument.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Milliseconds>;
/// Deadlines are kept on the steady clock, which nobody can set.
using SteadyTime = std::chrono::steady_clock::time_point;

/// The two clocks; only shells hold one. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  SteadyTime steady() const override;
};

/// RFC 3339 §5.6 date-time with offset ("2027-03-01T12:00:00.5Z", "…+02:00"), or a full-date, which
/// means its first instant UTC. Leap seconds are refused. Errors: malformed.
Result<TimePoint> parse_time(std::string_view text);
/// A full-date ("2027-03-01"): its first instant, UTC. Errors: malformed.
Result<TimePoint> parse_date(std::string_view text);
/// "2027-03-01T12:00:00.500Z"
std::string format_time(TimePoint time);
/// "2027-03-01"
std::string format_date(TimePoint time);

}  // namespace portreeve
