#include "core/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

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

// A line break behind each character changes where something stands, nothing else; it also keeps four
// digits from being read at once.
TEST(Base64, FourAtOnceAreReadLikeOneAfterTheOther) {
  constexpr std::string_view kDrawn = "ABCDEFGHabcdefgh0123456789+/-_== .";
  std::mt19937 random(20261124);
  std::size_t read = 0, refused = 0;
  for (int round = 0; round < 40'000; ++round) {
    const std::size_t kinds = round % 3 == 0 ? kDrawn.size() : round % 3 == 1 ? 28U : 26U;
    std::string text, broken;
    for (std::size_t size = random() % 20; size > 0; --size) text += kDrawn[random() % kinds];
    if (round % 2 == 0) text += std::string((4 - text.size() % 4) % 4, '=');
    for (const char c : text) (broken += c) += '\n';
    for (const Base64 form : {Base64::standard, Base64::either}) {
      const Result<std::string> got = from_base64(text, form), slow = from_base64(broken, form);
      ASSERT_EQ(got.ok(), slow.ok()) << text;
      ++(got.ok() ? read : refused);
      if (got.ok()) {
        EXPECT_EQ(got.value(), slow.value()) << text;
        continue;
      }
      const std::string& message = got.error().message;
      const std::size_t at = message.find("byte ") + 5, end = message.find(':');
      const std::string place = std::to_string(2 * std::stoul(message.substr(at, end - at)));
      EXPECT_EQ(message.substr(0, at) + place + message.substr(end), slow.error().message) << text;
    }
  }
  EXPECT_GT(read, 15'000U);
  EXPECT_GT(refused, 20'000U);
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
