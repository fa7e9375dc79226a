#include "core/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace portreeve {
namespace {

TEST(Utf8, EveryCodePointRoundTrips) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    utf8::append(text, c);
    const std::size_t length = utf8::sequence_length(text, 0);
    ASSERT_EQ(length, text.size()) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(utf8::decode(text, 0, length), c);
  }
}

// All sequences of up to two bytes, and three and four with every lead and second byte, against
// table 3-7 of the Unicode standard.
TEST(Utf8, WellFormedExactlyAsTheStandardSays) {
  const auto in = [](unsigned byte, unsigned low, unsigned high) {
    return byte >= low && byte <= high;
  };
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b), '\x80', '\x80'};
      std::size_t want = 0;
      if (a < 0x80) want = 1;
      if (in(a, 0xC2, 0xDF) && in(b, 0x80, 0xBF)) want = 2;
      const unsigned low3 = a == 0xE0 ? 0xA0 : 0x80;
      const unsigned high3 = a == 0xED ? 0x9F : 0xBF;
      if (in(a, 0xE0, 0xEF) && in(b, low3, high3)) want = 3;
      const unsigned low4 = a == 0xF0 ? 0x90 : 0x80;
      const unsigned high4 = a == 0xF4 ? 0x8F : 0xBF;
      if (in(a, 0xF0, 0xF4) && in(b, low4, high4)) want = 4;
      ASSERT_EQ(utf8::sequence_length(text, 0), want) << a << " " << b;
      for (std::size_t cut = 1; cut < want; ++cut) {
        ASSERT_EQ(utf8::sequence_length(std::string_view(text).substr(0, cut), 0), 0U);
      }
    }
  }
}

TEST(Utf8, FirstInvalid) {
  struct Case {
    std::string_view text;
    std::size_t want;
  };
  const std::vector<Case> cases = {
      {"", utf8::kValid},
      {"abc", utf8::kValid},
      {"é€😀", utf8::kValid},
      {"\xFF", 0},
      {"ab\x80", 2},
      {"é\xC3", 2},
      {"\xE2\x82", 0},
      {"a\xED\xA0\x80", 1},
      {"\xF0\x9F\x98\x80\x80", 4},
      {"\xF4\x90\x80\x80", 0},
      {"x\xC0\x80", 1},
  };
  for (const Case& c : cases) EXPECT_EQ(utf8::first_invalid(c.text), c.want) << c.text;
}

TEST(Utf8, Printable) {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view text;
    std::string_view want;
  };
  const std::vector<Case> cases = {
      {"plain é 😀", "plain é 😀"},
      {"a\nb\tc\r", "a\\u{000A}b\\u{0009}c\\u{000D}"},
      {"\x1B[31mred", "\\u{001B}[31mred"},
      {"\0x"sv, "\\u{0000}x"},
      {"\x7F", "\\u{007F}"},
      {"\xC2\x9B"
       "1m",
       "\\u{009B}1m"},
      {"a\xE2\x80\xAE"
       "b",
       "a\\u{202E}b"},
      {"a\xE2\x80\x8B"
       "b",
       "a\\u{200B}b"},
      {"a\xE2\x81\xA6"
       "b",
       "a\\u{2066}b"},
      {"a\xE2\x80\xA8"
       "b",
       "a\\u{2028}b"},
      {"soft\xC2\xADhyphen", "soft\\u{00AD}hyphen"},
      {"\xEF\xBB\xBF", "\\u{FEFF}"},
      {"\xF3\xA0\x81\x81", "\\u{E0041}"},
      {"bad\xFF\xC3", "bad\\u{FFFD}\\u{FFFD}"},
  };
  for (const Case& c : cases) EXPECT_EQ(utf8::printable(c.text, 256), c.want);
}

TEST(Utf8, PrintableCutsBetweenCharacters) {
  EXPECT_EQ(utf8::printable("abcdef", 6), "abcdef");
  EXPECT_EQ(utf8::printable("abcdefg", 6), "abc…");
  EXPECT_EQ(utf8::printable("ééééé", 8), "éé…");
  EXPECT_EQ(utf8::printable("a\nbcdef", 9), "a…");
  EXPECT_EQ(utf8::printable("abcdef", 2), "");
  const std::string text = "x\n😀é\xFFz\xE2\x80\xAEyyyyyyy";
  for (std::size_t most = 0; most < 60; ++most) {
    const std::string cut = utf8::printable(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_EQ(utf8::first_invalid(cut), utf8::kValid);
  }
}

TEST(Utf8, Length) {
  EXPECT_EQ(utf8::length(""), 0U);
  EXPECT_EQ(utf8::length("aé€😀"), 4U);
}

}  // namespace
}  // namespace portreeve
