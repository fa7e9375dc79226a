#include "core/time.h"

#include <cstdio>

namespace portreeve {

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}
SteadyTime SystemClock::steady() const { return std::chrono::steady_clock::now(); }

namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  // Exactly `count` digits.
  bool digits(int count, int& out) {
    out = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') return false;
      out = out * 10 + (text_[at_] - '0');
    }
    return true;
  }
  bool literal(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // ".5" → 500; digits beyond milliseconds are cut.
  bool fraction(int& ms) {
    ms = 0;
    if (!literal('.')) return true;
    int scale = 100;
    const std::size_t from = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, scale /= 10) {
      ms += (text_[at_] - '0') * scale;
    }
    return at_ > from;
  }
  bool done() const { return at_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Error bad_time(std::string_view text, std::string_view expected) {
  return Error{Errc::malformed, "\"" + std::string(text.substr(0, 40)) + "\" is not " +
                                    std::string(expected)};
}

bool read_date(Scanner& scan, std::chrono::sys_days& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!scan.digits(4, year) || !scan.literal('-') || !scan.digits(2, month) || !scan.literal('-') ||
      !scan.digits(2, day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  out = std::chrono::sys_days(date);
  return true;
}

bool read_offset(Scanner& scan, std::chrono::minutes& out) {
  if (scan.literal('Z') || scan.literal('z')) return true;
  const bool west = scan.literal('-');
  if (!west && !scan.literal('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!scan.digits(2, hours) || !scan.literal(':') || !scan.digits(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  out = std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes));
  return true;
}

}  // namespace

Result<TimePoint> parse_date(std::string_view text) {
  Scanner scan(text);
  std::chrono::sys_days days;
  if (!read_date(scan, days) || !scan.done()) return bad_time(text, "a date like 2027-03-01");
  return TimePoint(days);
}

Result<TimePoint> parse_time(std::string_view text) {
  Scanner scan(text);
  std::chrono::sys_days days;
  constexpr std::string_view kExpected = "an RFC 3339 time like 2027-03-01T12:00:00Z";
  if (!read_date(scan, days)) return bad_time(text, kExpected);
  if (scan.done()) return TimePoint(days);
  int hour = 0;
  int minute = 0;
  int second = 0;
  int ms = 0;
  std::chrono::minutes offset{0};
  if (!(scan.literal('T') || scan.literal('t')) || !scan.digits(2, hour) || !scan.literal(':') ||
      !scan.digits(2, minute) || !scan.literal(':') || !scan.digits(2, second) ||
      !scan.fraction(ms) || !read_offset(scan, offset) || !scan.done() || hour > 23 ||
      minute > 59 || second > 59) {
    return bad_time(text, kExpected);
  }
  return TimePoint(days) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + Milliseconds(ms) - offset;
}

std::string format_date(TimePoint time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  char out[32];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return out;
}

std::string format_time(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto ms = (time - day).count();
  char out[48];
  std::snprintf(out, sizeof out, "T%02d:%02d:%02d.%03dZ", static_cast<int>(ms / 3'600'000),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60),
                static_cast<int>(ms % 1000));
  return format_date(time) + out;
}

}  // namespace portreeve
