// The filter may stop where nothing is, but never passes over a word that is listed or unclear.

#include "core/word_filter.h"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace portreeve {
namespace {

bool in_run(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Whether the run has to be stopped at: it is listed, or cannot be told from its letters.
bool needs_a_look(const std::set<std::string>& words, const std::string& run) {
  std::string lower;
  for (std::size_t i = 0; i < run.size(); ++i) {
    const auto c = static_cast<unsigned char>(run[i]);
    if (c >= 0x80 || std::isdigit(c) != 0 || (i > 0 && std::isupper(c) != 0)) return true;
    lower += static_cast<char>(std::tolower(c));
  }
  return words.count(lower) > 0;
}

struct Run {
  std::size_t begin;
  bool needed;
};

std::vector<Run> runs_of(const std::set<std::string>& words, const std::string& text) {
  std::vector<Run> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!in_run(text[at])) continue;
    const std::size_t begin = at;
    while (at < text.size() && in_run(text[at])) ++at;
    out.push_back({begin, needs_a_look(words, text.substr(begin, at - begin))});
  }
  return out;
}

// Every stop is the beginning of a run, and none that is needed is left out.
void check(const WordFilter& filter, const std::set<std::string>& words, const std::string& text) {
  std::size_t at = 0;
  for (const Run& run : runs_of(words, text)) {
    if (run.begin < at) continue;
    const std::size_t stop = filter.next(text, at);
    if (stop > run.begin) {
      ASSERT_FALSE(run.needed) << "passed over offset " << run.begin << " of: " << text;
      continue;
    }
    ASSERT_EQ(stop, run.begin) << text;
    at = run.begin;
    while (at < text.size() && in_run(text[at])) ++at;
  }
  EXPECT_EQ(filter.next(text, text.size()), text.size());
}

const std::set<std::string>& listed() {
  static const std::set<std::string> kWords = {
      "a", "ab", "tenant", "tenants", "zz", "organizationally",
      std::string(31, 'q'), std::string(40, 'q'), std::string(63, 'k'), std::string(64, 'k')};
  return kWords;
}

WordFilter filter_of(const std::set<std::string>& words) {
  WordFilter filter;
  for (const std::string& word : words) filter.add(word);
  return filter;
}

TEST(WordFilter, NeverPassesOverAListedWord) {
  const WordFilter filter = filter_of(listed());
  std::mt19937 random(20261123);
  const std::string alphabet = "abctenszZA .-_/0\xC3\n";
  std::vector<std::string> parts(listed().begin(), listed().end());
  for (int i = 0; i < 15'000; ++i) {
    std::string text;
    while (text.size() < 20 + random() % 150) {
      if (random() % 3 == 0) {
        text += parts[random() % parts.size()];
      } else {
        for (std::size_t n = random() % 12; n > 0; --n) text += alphabet[random() % alphabet.size()];
      }
      if (random() % 4 != 0) text += ' ';
    }
    check(filter, listed(), text);
    if (HasFatalFailure()) return;
  }
}

// A word at every place of a block of 64 bytes, before the end of the text and at it.
TEST(WordFilter, AcrossBlocks) {
  const WordFilter filter = filter_of(listed());
  for (std::size_t before = 0; before < 140; ++before) {
    std::string text;
    while (text.size() < before) text += text.size() % 6 == 5 ? ' ' : 'x';
    if (!text.empty()) text.back() = ' ';
    for (const std::string word : {"tenant", "Tenant", "a", "v2", "camelCase"}) {
      EXPECT_EQ(filter.next(text + word, 0), before) << text << word;
      EXPECT_EQ(filter.next(text + word + " and more of it", 0), before) << text << word;
    }
  }
}

TEST(WordFilter, PassesOverProse) {
  const WordFilter filter = filter_of(listed());
  const std::string text = "How many replicas of this part run in each region, and why it matters so much.";
  EXPECT_EQ(filter.next(text, 0), text.size());
  EXPECT_EQ(WordFilter().next("nothing is listed", 0), 17U);
  EXPECT_EQ(WordFilter().next("", 0), 0U);
}

}  // namespace
}  // namespace portreeve
