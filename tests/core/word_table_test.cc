// The table must stop wherever a listed word ends or a closer look is needed, and nowhere else.

#include "core/word_table.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <set>
#include <string>

namespace portreeve {
namespace {

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

struct Stopped {
  std::size_t at;
  bool word_at_end;
};

// Byte by byte, as word_table.h describes it.
Stopped naive(const std::set<std::string>& words, const std::string& text) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_word(c)) {
      if (words.count(word) > 0) return {i, false};
      word.clear();
      continue;
    }
    const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
    const bool capital = letter && std::isupper(static_cast<unsigned char>(c)) != 0;
    if (!letter || (capital && !word.empty())) return {i, false};
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return {text.size(), words.count(word) > 0};
}

Stopped stop(const WordTable& table, const std::string& text) {
  Stopped out{0, false};
  out.at = table.stop(text, 0, out.word_at_end);
  return out;
}

TEST(WordTable, SaysWhatItsDescriptionSays) {
  const std::set<std::string> words = {"a", "ab", "abc", "tenant", "tenants", "b", "zz"};
  WordTable table;
  for (const std::string& word : words) table.add(word);
  std::mt19937 random(20261123);
  const std::string alphabet = "abctenszZA .-_/0\xC3";
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::size_t n = random() % 14; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const Stopped want = naive(words, text);
    const Stopped got = stop(table, text);
    ASSERT_EQ(got.at, want.at) << text;
    ASSERT_EQ(got.word_at_end, want.word_at_end) << text;
  }
}

TEST(WordTable, WithoutWordsStopsAtWhatIsUnclear) {
  const WordTable table;
  EXPECT_EQ(stop(table, "nothing here to see.").at, 20U);
  EXPECT_EQ(stop(table, "version 2").at, 8U);
  EXPECT_EQ(stop(table, "camelCase").at, 5U);
  EXPECT_EQ(stop(table, "na\xC3\xAFve").at, 2U);
}

// More words than a table holds are looked at more closely; none is overlooked.
TEST(WordTable, IsNeverTooSmall) {
  WordTable table;
  std::set<std::string> words;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) {
      for (char c = 'a'; c <= 'z'; ++c) {
        const std::string word = std::string{a, b, c} + "abcd";
        words.insert(word);
        table.add(word);
      }
    }
  }
  for (const std::string& word : words) {
    bool word_at_end = false;
    const std::size_t at = table.stop(word, 0, word_at_end);
    ASSERT_TRUE(word_at_end || at < word.size()) << word;
  }
}

}  // namespace
}  // namespace portreeve
