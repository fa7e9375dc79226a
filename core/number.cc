#include "core/number.h"

#include <algorithm>
#include <cstdint>

namespace portreeve {
namespace {

// A number as sign × 0.d1d2d3… × 10^point, d1 ≠ 0, last digit ≠ 0; zero has no digits.
// Digits stay in the text (the decimal point is stepped over), so nothing is allocated.
struct Decimal {
  bool negative = false;
  std::string_view digits;   // From the first to the last significant digit, maybe with one '.'.
  std::int64_t point = 0;
};

constexpr std::int64_t kExponentCap = 4'000'000'000'000'000;  // Far beyond any text we can hold.

std::int64_t read_exponent(std::string_view text) noexcept {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (const char c : text) value = std::min(value * 10 + (c - '0'), kExponentCap);
  return negative ? -value : value;
}

Decimal decompose(std::string_view text) noexcept {
  Decimal out;
  if (!text.empty() && text[0] == '-') {
    out.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  std::int64_t exponent = e == std::string_view::npos ? 0 : read_exponent(text.substr(e + 1));
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return Decimal{};  // Zero, whatever its sign.
  const std::size_t last = mantissa.find_last_of("123456789");
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  const auto distance = static_cast<std::int64_t>(dot) - static_cast<std::int64_t>(first);
  out.digits = mantissa.substr(first, last - first + 1);
  out.point = exponent + (distance > 0 ? distance : distance + 1);
  return out;
}

int compare_digits(std::string_view a, std::string_view b) noexcept {
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    if (i < a.size() && a[i] == '.') ++i;
    if (j < b.size() && b[j] == '.') ++j;
    const char left = i < a.size() ? a[i] : '0';
    const char right = j < b.size() ? b[j] : '0';
    if (i >= a.size() && j >= b.size()) return 0;
    if (left != right) return left < right ? -1 : 1;
    ++i;
    ++j;
  }
}

}  // namespace

int compare_numbers(std::string_view a, std::string_view b) noexcept {
  if (a == b) return 0;
  const Decimal left = decompose(a);
  const Decimal right = decompose(b);
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : (d.negative ? -1 : 1); };
  if (sign(left) != sign(right)) return sign(left) < sign(right) ? -1 : 1;
  if (sign(left) == 0) return 0;
  int magnitude = 0;
  if (left.point != right.point) {
    magnitude = left.point < right.point ? -1 : 1;
  } else {
    magnitude = compare_digits(left.digits, right.digits);
  }
  return left.negative ? -magnitude : magnitude;
}

namespace {
std::size_t count_digits(std::string_view digits) noexcept {
  return digits.size() - (digits.find('.') != std::string_view::npos ? 1 : 0);
}
}  // namespace

bool is_integer(std::string_view number) noexcept {
  const Decimal d = decompose(number);
  return d.digits.empty() || d.point >= static_cast<std::int64_t>(count_digits(d.digits));
}

bool exponent_in_range(std::string_view number) noexcept {
  constexpr std::int64_t kFurthest = 1'000'000'000'000'000;
  const Decimal d = decompose(number);
  return d.point <= kFurthest && d.point >= -kFurthest;
}

std::string normalize_number(std::string_view number) {
  const Decimal d = decompose(number);
  if (d.digits.empty()) return "0";
  std::string digits(d.digits);
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  std::string out = d.negative ? "-" : "";
  const auto length = static_cast<std::int64_t>(digits.size());
  constexpr std::int64_t kPlain = 32;  // Longer runs of zeros are written with an exponent.
  if (d.point >= length && d.point - length <= kPlain) {
    return out + digits + std::string(static_cast<std::size_t>(d.point - length), '0');
  }
  if (d.point > 0 && d.point < length) {
    return out + digits.substr(0, static_cast<std::size_t>(d.point)) + "." +
           digits.substr(static_cast<std::size_t>(d.point));
  }
  if (d.point <= 0 && d.point > -kPlain) {
    return out + "0." + std::string(static_cast<std::size_t>(-d.point), '0') + digits;
  }
  return out + digits + "e" + std::to_string(d.point - length);
}

}  // namespace portreeve
