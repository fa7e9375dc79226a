#pragma once

#include <string>
#include <string_view>

namespace portreeve {

/// Compares two JSON numbers (RFC 8259 §6) by exact decimal value, whatever their length: <0, 0, >0.
/// No floating point, so 9007199254740993 differs from 9007199254740992.
/// REQUIRES: both are well-formed JSON numbers.
int compare_numbers(std::string_view a, std::string_view b) noexcept;

/// Whether the number has no fractional part ("1", "1.0", "12e3", "100e-2").
bool is_integer(std::string_view number) noexcept;

/// Whether the number is zero or its magnitude lies within 10^±10^15. Beyond that the other
/// functions here are not exact; readers refuse such numbers.
bool exponent_in_range(std::string_view number) noexcept;

/// One spelling per value: digits without leading or trailing zeros and, when needed, a fraction or
/// an exponent. "1.0" → "1", "100" → "100", "-0" → "0", "1e400" → "1e400", "0.50" → "0.5".
std::string normalize_number(std::string_view number);

}  // namespace portreeve
