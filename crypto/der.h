#pragma once

// Strict DER (X.690 §10): definite, minimal lengths, one-byte tags. What OpenSSL's parsers let pass
// (BER, bytes left over) ends here.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace portreeve::crypto::der {

inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kNull = 0x05;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kUtf8String = 0x0C;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kSet = 0x31;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
/// [n], primitive or constructed.
constexpr std::uint8_t context(unsigned number, bool constructed) {
  return static_cast<std::uint8_t>(0x80U | (constructed ? 0x20U : 0U) | number);
}

/// One tag-length-value, borrowed from the input.
struct Element {
  std::uint8_t tag = 0;
  std::string_view content;
  std::string_view whole;  ///< With tag and length.
};

/// Reads elements one after the other. Errors: malformed; the message says which byte.
class Reader {
 public:
  explicit Reader(std::string_view bytes) noexcept : rest_(bytes), size_(bytes.size()) {}
  bool at_end() const noexcept { return rest_.empty(); }
  /// Tag of the next element; 0 at the end (no DER element has it).
  std::uint8_t peek() const noexcept {
    return rest_.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(rest_.front());
  }
  Result<Element> next();
  Result<Element> expect(std::uint8_t tag);
  /// Fails unless everything was read.
  Outcome finish() const;

 private:
  Error bad(std::string_view what) const;
  std::string_view rest_;
  std::size_t size_;
};

/// The one element that all of `bytes` is.
Result<Element> only(std::string_view bytes, std::uint8_t tag);

/// "1.2.840.113549" of an OBJECT IDENTIFIER's content.
Result<std::string> oid_text(std::string_view content);
/// A minimal INTEGER that is not negative, without its leading zero byte.
Result<std::string_view> unsigned_integer(std::string_view content);
/// The bytes of a BIT STRING without unused bits.
Result<std::string_view> whole_bits(std::string_view content);
/// UTCTime "YYMMDDhhmmssZ" or GeneralizedTime "YYYYMMDDhhmmss[.f…]Z"; up to three digits of the
/// fraction count.
Result<TimePoint> time(const Element& element, bool fraction_allowed);

/// Appends tag, length and content.
void append(std::string& out, std::uint8_t tag, std::string_view content);

}  // namespace portreeve::crypto::der
