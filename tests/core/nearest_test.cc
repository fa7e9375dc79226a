#include "core/nearest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace portreeve {
namespace {

/// The textbook table, without bound.
std::size_t reference(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                             cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
    }
  }
  return cost[a.size()][b.size()];
}

TEST(Levenshtein, AgreesWithTheTextbookForEveryBound) {
  std::mt19937 random(7);
  for (int round = 0; round < 4000; ++round) {
    std::string a(random() % 9, 'a');
    std::string b(random() % 9, 'a');
    for (char& c : a) c = static_cast<char>('a' + random() % 3);
    for (char& c : b) c = static_cast<char>('a' + random() % 3);
    for (std::size_t max = 0; max <= 9; ++max) {
      const std::size_t distance = reference(a, b);
      const std::size_t want = std::min(distance, max + 1);
      ASSERT_EQ(levenshtein(a, b, max), want) << '"' << a << "\" \"" << b << "\" max " << max;
    }
  }
}

TEST(Levenshtein, LongTextsWithASmallBound) {
  const std::string a(100'000, 'a');
  std::string b = a;
  b[50'000] = 'b';
  EXPECT_EQ(levenshtein(a, b, 2), 1U);
  EXPECT_EQ(levenshtein(a, b.substr(3), 2), 3U);
  EXPECT_EQ(levenshtein(a, std::string(100'000, 'b'), 2), 3U);
}

TEST(Nearest, PrefersFewerEditsThenTheFirst) {
  const std::vector<std::string> names = {"summary", "description", "tagline", "tags", "tag"};
  EXPECT_EQ(nearest(names, "sumary", 2), "summary");
  EXPECT_EQ(nearest(names, "tagz", 2), "tags");
  EXPECT_EQ(nearest(names, "tag", 2), "tag");
  EXPECT_EQ(nearest(names, "Summary", 2), "summary");
  EXPECT_EQ(nearest(names, "SUMMARY", 2), std::nullopt);
  EXPECT_EQ(nearest(names, "icon", 2), std::nullopt);
}

TEST(Nearest, AnyRangeOfText) {
  const std::vector<std::string_view> codes = {"hz", "az"};
  EXPECT_EQ(nearest(codes, "xxxx", 2), std::nullopt);
  EXPECT_EQ(nearest(codes, "hx", 2), "hz");
  EXPECT_EQ(nearest(std::vector<std::string>{}, "x", 2), std::nullopt);
}

}  // namespace
}  // namespace portreeve
