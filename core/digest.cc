#include "core/digest.h"

namespace portreeve {

Result<Digest> Digest::parse(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (text.substr(0, kPrefix.size()) != kPrefix) {
    const bool known_shape = text.find(':') != std::string_view::npos;
    return Error{known_shape ? Errc::unsupported : Errc::malformed,
                 "digest \"" + std::string(text.substr(0, 80)) + "\": expected sha256:…"};
  }
  const std::string_view hex = text.substr(kPrefix.size());
  Bytes bytes{};
  if (hex.size() != bytes.size() * 2) {
    return Error{Errc::malformed, "digest has " + std::to_string(hex.size()) +
                                      " hexadecimal digits, expected 64"};
  }
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const char c = hex[i];
    const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (value < 0) return Error{Errc::malformed, "digest holds a character outside 0-9a-f"};
    bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] * 16 + value);
  }
  return Digest(bytes);
}

std::string Digest::hex() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(bytes_.size() * 2, '0');
  char* at = out.data();
  for (const std::uint8_t byte : bytes_) {
    *at++ = kHex[byte >> 4U];
    *at++ = kHex[byte & 0xFU];
  }
  return out;
}

std::string Digest::text() const { return "sha256:" + hex(); }

std::string base32_prefix(const Digest& digest, std::size_t digits) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : digest.bytes()) {
    buffer = (buffer << 8U) | byte;
    bits += 8;
    while (bits >= 5 && out.size() < digits) {
      bits -= 5;
      out += kAlphabet[(buffer >> bits) & 0x1FU];
    }
  }
  return out;
}

}  // namespace portreeve
