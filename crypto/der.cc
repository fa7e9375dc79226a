#include "crypto/der.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>

namespace portreeve::crypto::der {
namespace {

constexpr std::size_t kLengthBytes = 4;  // Longer ones do not fit into anything that we read.
constexpr std::size_t kOidBytes = 64;

Error malformed(std::string_view what) { return {Errc::malformed, "DER: " + std::string(what)}; }

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// ".5Z" → 500; the last digit must not be 0 (X.690 §11.7.3).
Result<Milliseconds> fraction_of(std::string_view text) {
  if (text.empty()) return Milliseconds(0);
  const std::string_view digits = text.substr(1);
  if (text.front() != '.' || !all_digits(digits) || digits.size() > 9 || digits.back() == '0') {
    return malformed("fraction of a second is not in the DER form");
  }
  int value = 0;
  for (std::size_t i = 0; i < 3; ++i)
    value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return Milliseconds(value);
}

}  // namespace

Error Reader::bad(std::string_view what) const {
  return malformed("byte " + std::to_string(size_ - rest_.size()) + ": " + std::string(what));
}

Result<Element> Reader::next() {
  if (rest_.size() < 2) return bad("cut short");
  Element element;
  element.tag = static_cast<std::uint8_t>(rest_[0]);
  if ((element.tag & 0x1F) == 0x1F || element.tag == 0) return bad("tag of an unexpected form");
  std::size_t length = static_cast<std::uint8_t>(rest_[1]);
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7F;
    if (count == 0) return bad("indefinite length (BER, not DER)");
    if (count > kLengthBytes || rest_.size() < 2 + count)
      return bad("length cut short or too long");
    length = 0;
    for (std::size_t i = 0; i < count; ++i) {
      length = length << 8 | static_cast<std::uint8_t>(rest_[2 + i]);
    }
    if (length < 0x80 || static_cast<std::uint8_t>(rest_[2]) == 0) {
      return bad("length not minimal (BER, not DER)");
    }
    header += count;
  }
  if (rest_.size() - header < length) return bad("cut short");
  element.content = rest_.substr(header, length);
  element.whole = rest_.substr(0, header + length);
  rest_.remove_prefix(header + length);
  return element;
}

Result<Element> Reader::expect(std::uint8_t tag) {
  if (peek() != tag)
    return bad("tag " + std::to_string(peek()) + ", expected " + std::to_string(tag));
  return next();
}

Outcome Reader::finish() const {
  if (rest_.empty()) return Done{};
  return bad(std::to_string(rest_.size()) + " bytes left over");
}

Result<Element> only(std::string_view bytes, std::uint8_t tag) {
  Reader reader(bytes);
  PORTREEVE_TRY(const Element element, reader.expect(tag));
  PORTREEVE_CHECK(reader.finish());
  return element;
}

Result<std::string> oid_text(std::string_view content) {
  if (content.empty() || content.size() > kOidBytes) return malformed("object identifier's length");
  std::string text;
  std::uint64_t arc = 0;
  bool fresh = true;
  for (const char c : content) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (fresh && byte == 0x80) return malformed("object identifier not minimal");
    if (arc > (UINT64_MAX >> 7)) return malformed("object identifier's arc too large");
    arc = arc << 7 | (byte & 0x7F);
    fresh = (byte & 0x80) == 0;
    if (!fresh) continue;
    if (text.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      text = std::to_string(first) + "." + std::to_string(arc - 40 * first);
    } else {
      text += "." + std::to_string(arc);
    }
    arc = 0;
  }
  if (!fresh) return malformed("object identifier cut short");
  return text;
}

Result<std::string_view> unsigned_integer(std::string_view content) {
  if (content.empty()) return malformed("integer without bytes");
  const auto first = static_cast<std::uint8_t>(content[0]);
  if ((first & 0x80) != 0) return malformed("negative integer");
  if (first != 0) return content;
  if (content.size() > 1 && (static_cast<std::uint8_t>(content[1]) & 0x80) == 0) {
    return malformed("integer not minimal");
  }
  return content.substr(1);
}

Result<std::string_view> whole_bits(std::string_view content) {
  if (content.empty() || content.front() != 0) return malformed("bit string with unused bits");
  return content.substr(1);
}

Result<TimePoint> time(const Element& element, bool fraction_allowed) {
  namespace chrono = std::chrono;
  std::string_view text = element.content;
  const bool utc_time = element.tag == kUtcTime;
  if (!utc_time && element.tag != kGeneralizedTime)
    return malformed("neither UTCTime nor GeneralizedTime");
  const std::size_t year_digits = utc_time ? 2 : 4;
  const std::size_t digits = year_digits + 10;
  if (text.size() < digits + 1 || text.back() != 'Z' || !all_digits(text.substr(0, digits))) {
    return malformed("time is not in UTC with seconds");
  }
  text.remove_suffix(1);
  if (text.size() > digits && (utc_time || !fraction_allowed))
    return malformed("time with a fraction");
  PORTREEVE_TRY(const Milliseconds fraction, fraction_of(text.substr(digits)));
  int year = number(text.substr(0, year_digits));
  if (utc_time) year += year < 50 ? 2000 : 1900;  // RFC 5280 §4.1.2.5.1.
  std::array<int, 5> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = number(text.substr(year_digits + 2 * i, 2));
  }
  const chrono::year_month_day date(chrono::year(year),
                                    chrono::month(static_cast<unsigned>(parts[0])),
                                    chrono::day(static_cast<unsigned>(parts[1])));
  if (!date.ok() || parts[2] > 23 || parts[3] > 59 || parts[4] > 59)
    return malformed("no such time");
  return TimePoint(chrono::sys_days(date).time_since_epoch()) + chrono::hours(parts[2]) +
         chrono::minutes(parts[3]) + chrono::seconds(parts[4]) + fraction;
}

void append(std::string& out, std::uint8_t tag, std::string_view content) {
  out.push_back(static_cast<char>(tag));
  if (content.size() < 0x80) {
    out.push_back(static_cast<char>(content.size()));
  } else {
    int bytes = 1;
    while (bytes < 8 && (content.size() >> (8 * bytes)) != 0) ++bytes;
    out.push_back(static_cast<char>(0x80 | bytes));
    for (int i = bytes - 1; i >= 0; --i)
      out.push_back(static_cast<char>(content.size() >> (8 * i) & 0xFF));
  }
  out += content;
}

}  // namespace portreeve::crypto::der
