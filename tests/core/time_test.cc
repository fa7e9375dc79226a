#include "core/time.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve {
namespace {

std::string read(std::string_view text) {
  const auto time = parse_time(text);
  return time.ok() ? format_time(time.value()) : time.error().message;
}

TEST(Time, ReadsRfc3339) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"2027-03-01T12:00:00Z", "2027-03-01T12:00:00.000Z"},
      {"2027-03-01t12:00:00z", "2027-03-01T12:00:00.000Z"},
      {"2027-03-01T12:00:00.5Z", "2027-03-01T12:00:00.500Z"},
      {"2027-03-01T12:00:00.123456789Z", "2027-03-01T12:00:00.123Z"},
      {"2027-03-01T12:00:00+02:00", "2027-03-01T10:00:00.000Z"},
      {"2027-03-01T00:30:00+02:00", "2027-02-28T22:30:00.000Z"},
      {"2027-12-31T23:59:59-00:30", "2028-01-01T00:29:59.000Z"},
      {"2027-03-01T12:00:00-23:59", "2027-03-02T11:59:00.000Z"},
      {"2027-03-01", "2027-03-01T00:00:00.000Z"},
      {"2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"},
      {"2000-02-29", "2000-02-29T00:00:00.000Z"},
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Time, RefusesAllElse) {
  for (const char* text : {"",
                           "2027",
                           "2027-03",
                           "2027-3-1",
                           "27-03-01",
                           "2027-02-29",
                           "2100-02-29",
                           "2027-13-01",
                           "2027-00-01",
                           "2027-01-00",
                           "2027-04-31",
                           "2027-03-01T",
                           "2027-03-01T12",
                           "2027-03-01T12:00",
                           "2027-03-01T12:00:00",
                           "2027-03-01 12:00:00Z",
                           "2027-03-01T24:00:00Z",
                           "2027-03-01T12:60:00Z",
                           "2027-06-30T23:59:60Z",
                           "2027-03-01T12:00:00.Z",
                           "2027-03-01T12:00:00,5Z",
                           "2027-03-01T12:00:00+0200",
                           "2027-03-01T12:00:00+24:00",
                           "2027-03-01T12:00:00+02:60",
                           "2027-03-01T12:00:00ZZ",
                           "2027-03-01T12:00:00Z ",
                           " 2027-03-01T12:00:00Z",
                           "+2027-03-01T12:00:00Z",
                           "-001-01-01T00:00:00Z",
                           "2027-03-01T-1:00:00Z",
                           "12027-03-01T12:00:00Z",
                           "2027-03-01Z"}) {
    EXPECT_EQ(read(text), "\"" + std::string(text).substr(0, 40) +
                              "\" is not an RFC 3339 time like 2027-03-01T12:00:00Z");
  }
}

TEST(Time, Dates) {
  EXPECT_EQ(format_date(parse_date("2027-03-01").value()), "2027-03-01");
  EXPECT_EQ(format_date(parse_time("2027-03-01T23:59:59.999Z").value()), "2027-03-01");
  EXPECT_EQ(format_date(parse_time("1969-12-31T23:59:59.999Z").value()), "1969-12-31");
  EXPECT_EQ(parse_date("2027-03-01T00:00:00Z").error().message,
            "\"2027-03-01T00:00:00Z\" is not a date like 2027-03-01");
  EXPECT_EQ(parse_date("2027-02-30").error().code, Errc::malformed);
}

TEST(Time, EveryDayOfFourCenturiesRoundTrips) {
  auto day = std::chrono::sys_days(std::chrono::year(1900) / 1 / 1);
  const auto end = std::chrono::sys_days(std::chrono::year(2300) / 1 / 1);
  for (; day < end; day += std::chrono::days(1)) {
    const TimePoint time = TimePoint(day) + Milliseconds(86'399'999);
    ASSERT_EQ(parse_time(format_time(time)).value(), time);
    ASSERT_EQ(parse_date(format_date(time)).value(), TimePoint(day));
  }
}

}  // namespace
}  // namespace portreeve
