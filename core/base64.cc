#include "core/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace portreeve {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kForeign = 0xFF;
constexpr std::uint8_t kSkip = 0xFE;
constexpr std::uint8_t kPadding = 0xFD;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::uint8_t& entry : table) entry = kForeign;
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    table[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  table['-'] = 62;
  table['_'] = 63;
  table['\r'] = kSkip;
  table['\n'] = kSkip;
  table['='] = kPadding;
  return table;
}();

Error bad(std::size_t at, std::string_view what) {
  return {Errc::malformed, "base64, byte " + std::to_string(at) + ": " + std::string(what)};
}

// Reads digits, then padding; what may follow what is decided here and nowhere else.
class Decoder {
 public:
  explicit Decoder(std::size_t size) { out_.reserve(size / 4 * 3 + 3); }

  Outcome take(std::size_t at, char c, Base64 form) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kSkip) return Done{};
    if (value == kForeign) return bad(at, "not a base64 digit");
    if (value == kPadding) {
      ++padding_;
      return Done{};
    }
    if (padding_ > 0) return bad(at, "a digit after the padding");
    if (value >= 62) {
      const bool url = c == '-' || c == '_';
      if (url && form == Base64::standard) return bad(at, "a digit of the URL-safe alphabet");
      if (special_ && url != url_safe_) return bad(at, "digits of both alphabets");
      special_ = true;
      url_safe_ = url;
    }
    group_ = (group_ << 6U) | value;
    bits_ += 6;
    ++digits_;
    if (bits_ >= 8) {
      bits_ -= 8;
      out_ += static_cast<char>((group_ >> bits_) & 0xFFU);
    }
    return Done{};
  }

  /// The same for four digits of §4 where a group begins, which is nearly all of nearly every text.
  /// False: they are something else, and nothing was taken.
  bool take_four(const char* text) {
    const auto value = [&](std::size_t i) {
      return std::uint32_t{kValues[static_cast<unsigned char>(text[i])]};
    };
    const std::uint32_t a = value(0), b = value(1), c = value(2), d = value(3);
    if (bits_ != 0 || padding_ != 0 || (a | b | c | d) > 63) return false;
    if (std::max({a, b, c, d}) >= 62) {
      if (std::any_of(text, text + 4, [](char x) { return x == '-' || x == '_'; })) return false;
      if (special_ && url_safe_) return false;
      special_ = true;
    }
    const std::uint32_t group = a << 18U | b << 12U | c << 6U | d;
    const char bytes[] = {static_cast<char>(group >> 16U), static_cast<char>(group >> 8U & 0xFFU),
                          static_cast<char>(group & 0xFFU)};
    out_.append(bytes, sizeof bytes);
    digits_ += 4;
    return true;
  }

  Result<std::string> finish(std::size_t size, Base64 form) && {
    const std::size_t rest = digits_ % 4;
    if (rest == 1) return bad(size, "ends within a byte");
    const std::size_t wanted = rest == 0 ? 0 : 4 - rest;
    const bool bare = padding_ == 0 && form == Base64::either;
    if (padding_ != wanted && !bare) return bad(size, "wrong padding");
    if ((group_ & ((1U << bits_) - 1U)) != 0) return bad(size, "bits that no byte uses are set");
    return std::move(out_);
  }

 private:
  std::string out_;
  std::uint32_t group_ = 0;
  unsigned bits_ = 0;
  std::size_t digits_ = 0;
  std::size_t padding_ = 0;
  bool special_ = false;
  bool url_safe_ = false;
};

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group <<= 8U;
      if (at + i < bytes.size()) group |= static_cast<unsigned char>(bytes[at + i]);
    }
    const std::size_t digits = bytes.size() - at >= 3 ? 4 : bytes.size() - at + 1;
    for (std::size_t i = 0; i < 4; ++i) {
      out += i < digits ? kDigits[(group >> (18U - 6U * i)) & 0x3FU] : '=';
    }
  }
  return out;
}

Result<std::string> from_base64(std::string_view text, Base64 form) {
  Decoder decoder(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    while (text.size() - at >= 4 && decoder.take_four(text.data() + at)) at += 4;
    if (at == text.size()) break;
    PORTREEVE_CHECK(decoder.take(at, text[at], form));
  }
  return std::move(decoder).finish(text.size(), form);
}

}  // namespace portreeve
