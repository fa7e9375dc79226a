#include "core/number.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve {
namespace {

TEST(Number, Compare) {
  const std::string nines(400, '9');
  const std::string one_and_zeros = "1" + std::string(400, '0');
  struct Case {
    std::string a;
    std::string b;
    int want;
  };
  const std::vector<Case> cases = {
      {"0", "0", 0},
      {"0", "-0", 0},
      {"0", "-0.000e5", 0},
      {"1", "1.0", 0},
      {"1", "10e-1", 0},
      {"100", "1e2", 0},
      {"0.01", "1E-2", 0},
      {"1.5", "15e-1", 0},
      {"12.340", "1.234e+1", 0},
      {"1", "2", -1},
      {"2", "10", -1},
      {"-1", "1", -1},
      {"-2", "-1", -1},
      {"-10", "-9", -1},
      {"-1", "0", -1},
      {"0", "1e-400", -1},
      {"-1e-400", "0", -1},
      {"0.1", "0.11", -1},
      {"0.09", "0.1", -1},
      {"1.05", "1.5", -1},
      {"9007199254740992", "9007199254740993", -1},
      {"0.1", "0.1000000000000000000000000001", -1},
      {"1e308", "1e400", -1},
      {"1e400", "1e401", -1},
      {"-1e401", "-1e400", -1},
      {"1e999999999999999", "10e999999999999998", 0},
      {"1e999999999999998", "1e999999999999999", -1},
      {"5e-324", "1e-323", -1},
      {nines, one_and_zeros, -1},
      {nines + ".5", one_and_zeros, -1},
      {one_and_zeros, "1e400", 0},
      {nines, nines + ".0", 0},
      {"-" + nines, nines, -1},
      {"0." + std::string(400, '0') + "1", "1e-401", 0},
      {"18446744073709551615", "18446744073709551616", -1},
  };
  for (const Case& c : cases) {
    const auto sign = [](int value) { return value < 0 ? -1 : value > 0 ? 1 : 0; };
    EXPECT_EQ(sign(compare_numbers(c.a, c.b)), c.want) << c.a << " " << c.b;
    EXPECT_EQ(sign(compare_numbers(c.b, c.a)), -c.want) << c.b << " " << c.a;
  }
}

TEST(Number, IsInteger) {
  for (const char* text : {"0", "-0", "0.0", "1", "-1", "1.0", "12e3", "100e-2", "1.50e1", "1e400",
                           "123456789012345678901234567890", "120e-1", "0e-5", "0.000"}) {
    EXPECT_TRUE(is_integer(text)) << text;
  }
  for (const char* text : {"0.5", "1.5", "1e-1", "12e-1", "1.05e1", "-0.1", "1e-400", "10.01",
                           "123456789012345678901234567890.5"}) {
    EXPECT_FALSE(is_integer(text)) << text;
  }
}

TEST(Number, Normalize) {
  struct Case {
    const char* text;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"0.000e7", "0"},
      {"1", "1"},
      {"-1", "-1"},
      {"1.0", "1"},
      {"100", "100"},
      {"1e2", "100"},
      {"0.50", "0.5"},
      {"5e-1", "0.5"},
      {"-12.3400", "-12.34"},
      {"1234e-2", "12.34"},
      {"0.00012", "0.00012"},
      {"1e32", "100000000000000000000000000000000"},
      {"1e33", "1e33"},
      {"1e400", "1e400"},
      {"10e399", "1e400"},
      {"12e400", "12e400"},
      {"1e-31", "0.0000000000000000000000000000001"},
      {"1e-400", "1e-400"},
      {"1.5e-400", "15e-401"},
      {"9007199254740993", "9007199254740993"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(normalize_number(c.text), c.want) << c.text;
    EXPECT_EQ(compare_numbers(normalize_number(c.text), c.text), 0) << c.text;
    EXPECT_EQ(normalize_number(normalize_number(c.text)), c.want) << c.text;
  }
}

// Every spelling of a value has one normal form, and different values have different ones.
TEST(Number, NormalFormIsUnique) {
  std::vector<std::string> spellings;
  for (int mantissa = 0; mantissa <= 120; ++mantissa) {
    for (int exponent = -3; exponent <= 3; ++exponent) {
      const std::string base = std::to_string(mantissa);
      const std::string suffix = "e" + std::to_string(exponent);
      spellings.push_back(base + suffix);
      spellings.push_back("-" + base + ".0" + suffix);
    }
  }
  for (const std::string& a : spellings) {
    for (const std::string& b : spellings) {
      ASSERT_EQ(compare_numbers(a, b) == 0, normalize_number(a) == normalize_number(b))
          << a << " " << b;
    }
  }
}

TEST(Number, ExponentInRange) {
  for (const char* text : {"0", "1e400", "0e99999999999999999999", "1e999999999999999",
                           "0.1e1000000000000000", "1e-999999999999999", "10e-1000000000000000"}) {
    EXPECT_TRUE(exponent_in_range(text)) << text;
  }
  for (const char* text : {"1e1000000000000000", "10e999999999999999", "-1e99999999999999999999",
                           "1e-1000000000000002", "0.01e-1000000000000000"}) {
    EXPECT_FALSE(exponent_in_range(text)) << text;
  }
}

}  // namespace
}  // namespace portreeve
