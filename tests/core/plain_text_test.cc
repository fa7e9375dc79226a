// Eight bytes at a time must say what one byte at a time says, wherever the byte stands.

#include "core/plain_text.h"

#include <gtest/gtest.h>

#include <string>

namespace portreeve {
namespace {

std::size_t naive_end(std::string_view text, std::size_t at) {
  while (at < text.size() && plain_in_json(text[at])) ++at;
  return at;
}

TEST(PlainText, EveryByteAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t size = 0; size <= 19; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'x');
        text[place] = static_cast<char>(byte);
        std::string copy(size, '?');
        ASSERT_EQ(plain_end(text, 0), naive_end(text, 0)) << byte << " at " << place << " of " << size;
        const bool plain = copy_plain(copy.data(), text);
        ASSERT_EQ(plain, naive_end(text, 0) == size) << byte << " at " << place << " of " << size;
        if (plain) { ASSERT_EQ(copy, text); }
      }
    }
  }
}

TEST(PlainText, PairsDoNotHideEachOther) {
  const char bytes[] = {'"', '\\', '\x1f', ' ', '!', '#', '[', ']', '\x7f', '\x80', '\xff', '\0'};
  for (const char first : bytes) {
    for (const char second : bytes) {
      std::string text(8, 'x');
      text[3] = first;
      text[4] = second;
      EXPECT_EQ(plain_end(text, 0), naive_end(text, 0)) << int(first) << " " << int(second);
    }
  }
}

TEST(PlainText, Empty) {
  EXPECT_EQ(plain_end("", 0), 0U);
  EXPECT_EQ(plain_end("abc", 3), 3U);
  EXPECT_TRUE(copy_plain(nullptr, ""));
}

}  // namespace
}  // namespace portreeve
