#include "crypto/der.h"

#include <gtest/gtest.h>

#include "tests/support/refusal.h"

namespace portreeve::crypto::der {
namespace {

using portreeve::testing::expect_error;

std::string_view bytes(const char* text, std::size_t size) { return {text, size}; }

TEST(Der, ReadsWhatItWrites) {
  for (const std::size_t size : {0UL, 1UL, 127UL, 128UL, 255UL, 256UL, 65535UL, 65536UL}) {
    std::string out;
    append(out, kOctetString, std::string(size, 'x'));
    const auto element = only(out, kOctetString);
    ASSERT_TRUE(element.ok()) << size;
    EXPECT_EQ(element.value().content.size(), size);
    EXPECT_EQ(element.value().whole, out);
  }
}

TEST(Der, RefusesBerLengths) {
  expect_error(only(bytes("\x04\x80\x00\x00", 4), kOctetString), Errc::malformed, "indefinite");
  expect_error(only(bytes("\x04\x81\x01x", 4), kOctetString), Errc::malformed, "not minimal");
  expect_error(only(bytes("\x04\x82\x00\x80", 4), kOctetString), Errc::malformed, "not minimal");
  expect_error(only(bytes("\x04\x85\x01\x01\x01\x01\x01", 7), kOctetString), Errc::malformed,
               "length");
}

TEST(Der, RefusesWhatIsCutShortOrLeftOver) {
  expect_error(only("", kOctetString), Errc::malformed, "expected 4");
  expect_error(only("\x04", kOctetString), Errc::malformed, "cut short");
  expect_error(only(bytes("\x04\x02x", 3), kOctetString), Errc::malformed, "cut short");
  expect_error(only(bytes("\x04\x01xy", 4), kOctetString), Errc::malformed, "1 bytes left over");
  expect_error(only(bytes("\x1F\x81\x01\x01x", 5), 0x1F), Errc::malformed, "tag");
}

TEST(Der, ObjectIdentifiers) {
  EXPECT_EQ(oid_text(bytes("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9)).value(),
            "1.2.840.113549.1.1.1");
  EXPECT_EQ(oid_text(bytes("\x88\x37\x03", 3)).value(), "2.999.3");
  EXPECT_EQ(oid_text(bytes("\x55\x1d\x11", 3)).value(), "2.5.29.17");
  expect_error(oid_text(""), Errc::malformed, "length");
  expect_error(oid_text(bytes("\x2a\x80\x01", 3)), Errc::malformed, "not minimal");
  expect_error(oid_text(bytes("\x2a\x86", 2)), Errc::malformed, "cut short");
  expect_error(oid_text("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), Errc::malformed,
               "too large");
}

TEST(Der, Integers) {
  EXPECT_EQ(unsigned_integer(bytes("\x00\x80", 2)).value(), "\x80");
  EXPECT_EQ(unsigned_integer("\x7f").value(), "\x7f");
  EXPECT_EQ(unsigned_integer(bytes("\x00", 1)).value(), "");
  expect_error(unsigned_integer(""), Errc::malformed, "without bytes");
  expect_error(unsigned_integer("\x80"), Errc::malformed, "negative");
  expect_error(unsigned_integer(bytes("\x00\x7f", 2)), Errc::malformed, "not minimal");
}

TEST(Der, Times) {
  const auto read = [](std::uint8_t tag, std::string_view text, bool fraction) {
    return time(Element{tag, text, text}, fraction);
  };
  EXPECT_EQ(format_time(read(kUtcTime, "491231235959Z", false).value()),
            "2049-12-31T23:59:59.000Z");
  EXPECT_EQ(format_time(read(kUtcTime, "500101000000Z", false).value()),
            "1950-01-01T00:00:00.000Z");
  EXPECT_EQ(format_time(read(kGeneralizedTime, "20260301120501.25Z", true).value()),
            "2026-03-01T12:05:01.250Z");
  EXPECT_EQ(format_time(read(kGeneralizedTime, "20260301120501.9999Z", true).value()),
            "2026-03-01T12:05:01.999Z");
  for (const char* bad :
       {"20260301120501", "20260301120501+0100", "202603011205Z", "20260230120501Z",
        "20260301240501Z", "20260301120560Z", "20260301120501.Z", "20260301120501.50Z",
        "20260301120501,5Z", "2026030112050xZ", ""}) {
    EXPECT_FALSE(read(kGeneralizedTime, bad, true).ok()) << bad;
  }
  expect_error(read(kGeneralizedTime, "20260301120501.5Z", false), Errc::malformed, "fraction");
  expect_error(read(kUtcTime, "260301120501.5Z", true), Errc::malformed, "fraction");
  expect_error(read(kOctetString, "260301120501Z", true), Errc::malformed, "neither");
}

}  // namespace
}  // namespace portreeve::crypto::der
