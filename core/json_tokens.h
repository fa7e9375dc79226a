#pragma once

// The tokens of RFC 8259 that need more than a look at one byte; both readers of JSON text use
// these.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/number.h"
#include "core/plain_text.h"
#include "core/result.h"
#include "core/utf8.h"

namespace portreeve::json {

/// Why a token is refused, and where.
struct TokenError {
  std::size_t at = 0;
  const char* message = nullptr;  ///< Null: it was not refused.
  Errc code = Errc::malformed;
};

inline bool fail_token(TokenError& error, std::size_t at, const char* message,
                       Errc code = Errc::malformed) noexcept {
  error = {at, message, code};
  return false;
}

/// The number at `at` (§6); `end` becomes the byte behind it.
inline bool scan_number(std::string_view text, std::size_t at, std::size_t& end,
                        TokenError& error) {
  std::size_t i = at;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i > from;
  };
  if (text[i] == '-') ++i;
  const std::size_t integer = i;
  if (!digits()) return fail_token(error, at, "expected a JSON value");
  if (text[integer] == '0' && i - integer > 1)
    return fail_token(error, at, "number with a leading zero");
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return fail_token(error, i, "expected a digit after '.'");
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    const std::size_t exponent = i;
    if (!digits()) return fail_token(error, i, "expected a digit in the exponent");
    constexpr std::size_t kAlwaysInRange = 9;  // Digits.
    if (i - exponent > kAlwaysInRange && !exponent_in_range(text.substr(at, i - at))) {
      return fail_token(error, at, "exponent is out of range", Errc::limit);
    }
  }
  end = i;
  return true;
}

/// Moves `at` over text that stands in a string as it is: to '"', '\\', a control character or the
/// end.
inline bool plain_run(std::string_view text, std::size_t& at, TokenError& error) {
  while (true) {
    at = plain_end(text, at);
    if (at >= text.size() || static_cast<unsigned char>(text[at]) < 0x80) return true;
    const std::size_t length = utf8::sequence_length(text, at);
    if (length == 0) return fail_token(error, at, "invalid UTF-8");
    at += length;
  }
}

/// The rest of a string with escapes (§7): `start` is its opening quote, `at` the first byte that
/// is not plain. `at` becomes the byte behind the closing quote, `decoded` the whole text.
bool decode_string(std::string_view text, std::size_t start, std::size_t& at, std::string& decoded,
                   TokenError& error);

}  // namespace portreeve::json
