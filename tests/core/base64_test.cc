#include "core/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace portreeve {
namespace {

struct Case {
  std::string_view text;
  Base64 form;
  const char* bytes;  ///< Null: refused.
  std::string_view why = "";
};

constexpr Case kCases[] = {
    {"", Base64::standard, ""},
    {"Zg==", Base64::standard, "f"},
    {"Zm8=", Base64::standard, "fo"},
    {"Zm9v", Base64::standard, "foo"},
    {"Zm\r\n9v\n", Base64::standard, "foo"},
    {"Zg", Base64::either, "f"},
    {"Zm8", Base64::either, "fo"},
    {"Pz8_", Base64::either, "???"},
    {"Pz8/", Base64::either, "???"},
    {"Zg", Base64::standard, nullptr, "base64, byte 2: wrong padding"},
    {"Zg=", Base64::either, nullptr, "base64, byte 3: wrong padding"},
    {"Zm9v====", Base64::standard, nullptr, "base64, byte 8: wrong padding"},
    {"Zm9v=", Base64::either, nullptr, "base64, byte 5: wrong padding"},
    {"Zg==Zg==", Base64::standard, nullptr, "base64, byte 4: a digit after the padding"},
    {"Z", Base64::either, nullptr, "base64, byte 1: ends within a byte"},
    {"Zh==", Base64::standard, nullptr, "base64, byte 4: bits that no byte uses are set"},
    {"Pz8_", Base64::standard, nullptr, "base64, byte 3: a digit of the URL-safe alphabet"},
    {"Pz8_Pz8/", Base64::either, nullptr, "base64, byte 7: digits of both alphabets"},
    {"Zm 9v", Base64::standard, nullptr, "base64, byte 2: not a base64 digit"},
    {"====", Base64::standard, nullptr, "base64, byte 4: wrong padding"},
};

TEST(Base64, Table) {
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.text);
    const Result<std::string> got = from_base64(row.text, row.form);
    EXPECT_EQ(got.ok(), row.bytes != nullptr);
    if (got.ok() && row.bytes != nullptr) {
      EXPECT_EQ(got.value(), row.bytes);
    } else if (!got.ok()) {
      EXPECT_EQ(got.error().code, Errc::malformed);
      EXPECT_EQ(got.error().message, row.why);
    }
  }
}

TEST(Base64, ReadsWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    bytes += static_cast<char>(i * 7);
    const auto back = from_base64(to_base64(bytes), Base64::standard);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back.value(), bytes);
  }
}

}  // namespace
}  // namespace portreeve
