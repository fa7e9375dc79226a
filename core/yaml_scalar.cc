#include "core/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/number.h"
#include "core/utf8.h"
#include "core/yaml_feed.h"

// The API server reads YAML by sigs.k8s.io/yaml: go-yaml v2's resolve() makes a Go value, which
// encoding/json writes. This file follows both step by step, oddities included (1e400 is a string,
// 0b-11 is -3, 08 is 8), because a gate that reads another number than the cluster gates something
// else. tests/fixtures/yaml11 holds what the Go code answered.

namespace portreeve::yaml {
namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) noexcept {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// The shortest decimal digits that read back as the same float: digits × 10^(point - count).
struct Shortest {
  bool negative = false;
  std::string digits;  // No point, no trailing zeros; "0" for zero.
  int point = 0;
};

template <class Float>
Shortest shortest(Float value) {
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  Shortest out;
  if (text.front() == '-') {
    out.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (digit(c)) out.digits += c;
  }
  int exponent = 0;
  const char* from = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(from, text.data() + text.size(), exponent);
  out.point = exponent + 1;
  return out;
}

std::string fixed_form(const Shortest& s) {
  const auto count = static_cast<int>(s.digits.size());
  std::string out = s.negative ? "-" : "";
  if (s.point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-s.point), '0').append(s.digits);
  } else if (s.point >= count) {
    out.append(s.digits).append(static_cast<std::size_t>(s.point - count), '0');
  } else {
    const auto whole = static_cast<std::size_t>(s.point);
    out.append(s.digits, 0, whole).append(1, '.').append(s.digits, whole);
  }
  return out;
}

std::string exponent_form(const Shortest& s, bool two_digits) {
  std::string out = s.negative ? "-" : "";
  out += s.digits.front();
  if (s.digits.size() > 1) out.append(1, '.').append(s.digits, 1);
  const int exponent = s.point - 1;
  out += exponent < 0 ? "e-" : "e+";
  if (two_digits && std::abs(exponent) < 10) out += '0';
  out += std::to_string(std::abs(exponent));
  return out;
}

// encoding/json: the ES6 form. Exponents of one digit keep it single when negative; the positive
// ones start at 21.
std::string json_form(double value) {
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const double size = std::fabs(value);
  const Shortest s = shortest(value);
  return size < 1e-6 || size >= 1e21 ? exponent_form(s, false) : fixed_form(s);
}

// sigs.k8s.io/yaml writes a float key by strconv.FormatFloat(key, 'g', -1, 32).
std::string key_form(double value) {
  if (std::isnan(value)) return ".nan";
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow)) return narrow < 0 ? "-.inf" : ".inf";
  if (narrow == 0) return std::signbit(narrow) ? "-0" : "0";
  const Shortest s = shortest(narrow);
  constexpr int kShortestPrecision = 6;  // What 'g' uses for its choice when precision is -1.
  const int exponent = s.point - 1;
  return exponent < -4 || exponent >= kShortestPrecision ? exponent_form(s, true) : fixed_form(s);
}

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

std::optional<std::uint64_t> read_magnitude(std::string_view digits, int base) noexcept {
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// strconv.ParseInt or, without a sign, ParseUint. Base 0 takes the base from the prefix.
std::optional<Integer> read_integer(std::string_view text, int base) noexcept {
  Integer out;
  const bool sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  if (sign) {
    out.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (base == 0) {
    base = 10;
    const char mark = text.size() > 1 && text[0] == '0' ? text[1] : '1';
    if (mark == 'x' || mark == 'X') base = 16;
    if (mark == 'o' || mark == 'O') base = 8;
    if (mark == 'b' || mark == 'B') base = 2;
    if (base != 10) {
      text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
      base = 8;
    }
  }
  const std::optional<std::uint64_t> magnitude = read_magnitude(text, base);
  if (!magnitude) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (sign && *magnitude > kMax + (out.negative ? 1U : 0U)) return std::nullopt;
  out.magnitude = *magnitude;
  return out;
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool float_shape(std::string_view text) noexcept {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && digit(text[i])) ++i;
    return i > from;
  };
  const bool whole = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits() && !whole) return false;
  } else if (!whole) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

// strconv.ParseFloat of a text of that shape: too large is an error, too small is zero.
std::optional<double> read_float(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return value;
  const bool negative = text.front() == '-';
  std::string size = "0";  // ".5" is no JSON number, "0.5" is; "01" compares well all the same.
  size += text.substr(negative ? 1 : 0);
  if (compare_numbers(size, "1") > 0) return std::nullopt;
  return negative ? -0.0 : 0.0;
}

Scalar integer(const Integer& value) {
  Scalar out;
  out.type = ValueType::number;
  out.integer = true;
  if (value.negative && value.magnitude != 0) out.number = "-";
  out.number += std::to_string(value.magnitude);
  const bool fits = value.negative || value.magnitude <= std::numeric_limits<std::int64_t>::max();
  if (fits) out.key = out.number;
  return out;
}

Scalar floating(double value) {
  Scalar out;
  out.type = ValueType::number;
  if (std::isfinite(value)) out.number = json_form(value);
  out.key = key_form(value);
  return out;
}

Scalar boolean(bool truth) {
  Scalar out;
  out.type = ValueType::boolean;
  out.truth = truth;
  out.key = truth ? "true" : "false";
  return out;
}

std::optional<Scalar> resolve_word(std::string_view text) {
  if (!text.empty() && std::string_view("~nNyYtTfFoO.+-").find(text[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  if (text.empty() || one_of(text, {"~", "null", "Null", "NULL"})) {
    Scalar out;
    out.type = ValueType::null;
    return out;
  }
  if (text.size() > 5) return std::nullopt;
  if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) {
    return boolean(true);
  }
  if (one_of(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    return boolean(false);
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (one_of(text, {".nan", ".NaN", ".NAN"})) return floating(std::nan(""));
  if (one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) return floating(kInfinity);
  if (one_of(text, {"-.inf", "-.Inf", "-.INF"})) return floating(-kInfinity);
  return std::nullopt;
}

// Go lets an underscore stand between two digits.
bool underscores_between_digits(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || !digit(text[i - 1]) || !digit(text[i + 1])) return false;
  }
  return true;
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  out.erase(std::remove(out.begin(), out.end(), '_'), out.end());
  return out;
}

Scalar resolve_number(std::string_view text) {
  const std::string plain = without_underscores(text);
  if (const auto value = read_integer(plain, 0)) return integer(*value);
  if (float_shape(plain)) {
    if (const auto value = read_float(plain)) return floating(*value);
  }
  // go-yaml's own binary reader, which takes a sign behind the prefix.
  const std::string_view rest = plain;
  if (rest.substr(0, 2) == "0b") {
    if (const auto value = read_integer(rest.substr(2), 2)) return integer(*value);
  } else if (rest.substr(0, 3) == "-0b") {
    std::string digits = "-";
    digits += rest.substr(3);
    if (const auto value = read_integer(digits, 2)) return integer(*value);
  }
  return Scalar{};
}

}  // namespace

Scalar resolve_plain(std::string_view text) {
  if (const auto word = resolve_word(text)) return *word;
  const char first = text.front();
  if (digit(first) || first == '+' || first == '-') return resolve_number(text);
  if (first == '.' && underscores_between_digits(text)) {
    const std::string plain = without_underscores(text);
    if (float_shape(plain)) {
      if (const auto value = read_float(plain)) return floating(*value);
    }
  }
  return Scalar{};
}

namespace {
constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";
}  // namespace

void refuse_tag(std::string_view tag, std::size_t offset) {
  const bool ours = tag.substr(0, kTagPrefix.size()) == kTagPrefix;
  refuse(Errc::malformed, offset,
         "tag " +
             (ours ? "!!" + utf8::printable(tag.substr(kTagPrefix.size()), 64)
                   : utf8::printable(tag, 64)) +
             " is not supported here");
}

Scalar resolve_tagged(std::string_view tag, std::string_view text, std::size_t offset) {
  if (tag == "?") return resolve_plain(text);
  if (tag == "!") return Scalar{};  // Quoted, or tagged as "not plain".
  const bool ours = tag.substr(0, kTagPrefix.size()) == kTagPrefix;
  const std::string_view name = ours ? tag.substr(kTagPrefix.size()) : std::string_view();
  if (name == "str") return Scalar{};
  Scalar scalar = resolve_plain(text);
  const bool number = scalar.type == ValueType::number;
  const bool uint64 = scalar.integer && scalar.key.empty();  // Go does not turn one into a float.
  if (name == "null" && scalar.type == ValueType::null) return scalar;
  if (name == "bool" && scalar.type == ValueType::boolean) return scalar;
  if (name == "int" && scalar.integer) return scalar;
  if (name == "float" && number && !uint64) return scalar;
  if (name == "null" || name == "bool" || name == "int" || name == "float") {
    refuse(Errc::malformed, offset,
           "\"" + utf8::printable(text, 64) + "\" is not what its tag !!" + std::string(name) +
               " says");
  }
  refuse_tag(tag, offset);
}

ValueType resolve_plain_12(std::string_view text) noexcept {
  if (text.empty() || one_of(text, {"~", "null", "Null", "NULL"})) return ValueType::null;
  if (one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return ValueType::boolean;
  const auto all = [](std::string_view digits, std::string_view allowed) {
    return !digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (text.substr(0, 2) == "0o" && all(text.substr(2), "01234567")) return ValueType::number;
  if (text.substr(0, 2) == "0x" && all(text.substr(2), "0123456789abcdefABCDEF")) {
    return ValueType::number;
  }
  if (float_shape(text)) return ValueType::number;
  std::string_view unsigned_text = text;
  if (text.front() == '-' || text.front() == '+') unsigned_text.remove_prefix(1);
  if (one_of(unsigned_text, {".inf", ".Inf", ".INF"})) return ValueType::number;
  return one_of(text, {".nan", ".NaN", ".NAN"}) ? ValueType::number : ValueType::string;
}

}  // namespace portreeve::yaml
