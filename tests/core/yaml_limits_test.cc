#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/json.h"
#include "core/limits.h"
#include "core/yaml.h"

namespace portreeve {
namespace {

constexpr ReadLimits kLimits{1 << 20, 256, 100'000};

std::string canonical(const Value& value) {
  std::string out;
  json::append_canonical(out, value);
  return out;
}

// The documents in canonical form, one a line, or the error as "code: message".
std::string read(std::string_view text, const ReadLimits& limits = kLimits) {
  const auto stream = yaml::parse_stream(std::string(text), limits, nullptr);
  if (!stream.ok()) {
    return std::string(to_string(stream.error().code)) + ": " + stream.error().message;
  }
  std::string out;
  for (const DocumentPtr& document : stream.value().documents) {
    if (!out.empty()) out += '\n';
    out += canonical(document->root());
  }
  return out;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(YamlLimits, AliasBudget) {
  const auto aliases = [](std::size_t count) {
    return "a: &x 1\nb: [" + repeat("*x,", count) + "]\n";
  };
  EXPECT_EQ(read(aliases(1000)).size(), std::string(R"({"a":1,"b":[]})").size() + 1999);
  EXPECT_EQ(read(aliases(1001)), "limit: line 2 column 3005: aliases add more than 1000 values");
  // Each document has its own.
  EXPECT_EQ(read("---\n" + aliases(1000) + "---\n" + aliases(1000)).substr(0, 12),
            "{\"a\":1,\"b\":[");
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeat(before + ",", 8) +
            before + "]\n";
  }
  EXPECT_EQ(read(bomb), "limit: line 4 column 10: aliases add more than 1000 values");
  const std::string large =
      "a: &x " + std::string(2000, 'x') + "\nb: [" + repeat("*x,", 600) + "]\n";
  EXPECT_EQ(read(large, {10'000, 10, 10'000}),
            "limit: line 2 column 20: aliases add more than 10000 bytes");
}

TEST(YamlLimits, AliasDepth) {
  std::string text = "a0: &a0 [1]\n";
  for (int i = 1; i <= 300; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }
  EXPECT_EQ(read(text, {1 << 20, 20, 100'000}), "limit: line 20 column 12: nested deeper than 20");
}

TEST(YamlLimits, Depth) {
  const auto flow = [](std::size_t depth) { return repeat("[", depth) + repeat("]", depth); };
  EXPECT_EQ(read(flow(256)), flow(256));
  EXPECT_EQ(read(flow(257)), "limit: line 1 column 257: nested deeper than 256");
  EXPECT_EQ(read(repeat("- ", 256) + "a").substr(0, 3), "[[[");
  EXPECT_EQ(read(repeat("- ", 257) + "a"), "limit: line 1 column 513: nested deeper than 256");
  std::string maps;
  for (std::size_t i = 0; i < 257; ++i) maps += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(read(maps), "limit: line 257 column 257: nested deeper than 256");
  EXPECT_EQ(read(repeat("[", 1 << 20)),
            "limit: line 1 column 10001: more than 10000 brackets are not closed");
  EXPECT_EQ(read(repeat("{\"a\":[\n", 140'000)),
            "limit: line 5001 column 1: more than 10000 brackets are not closed");
  // Beyond what yaml-cpp itself nests.
  EXPECT_EQ(read(flow(600), {1 << 20, 1000, 100'000}),
            "limit: line 1 column 499: nested deeper than 500");
}

TEST(YamlLimits, Limits) {
  EXPECT_EQ(read("a: 12345678", {10, 10, 10}), "limit: line 1 column 1: 11 bytes, limit is 10");
  EXPECT_EQ(read("[1,2,3,4,5,6,7,8,9]", {100, 10, 10}), "[1,2,3,4,5,6,7,8,9]");
  EXPECT_EQ(read("[1,2,3,4,5,6,7,8,9,0]", {100, 10, 10}),
            "limit: line 1 column 20: more than 10 values");
  EXPECT_EQ(read(repeat("--- 1\n", 4097)), "limit: line 4097 column 5: more than 4096 documents");
  EXPECT_EQ(read("[" + repeat(",", 1'000'001) + "]", {2 << 20, 10, 10}).substr(0, 7), "limit: ");
}

TEST(YamlLimits, BudgetIsGivenBack) {
  MemoryBudget budget(300'000);
  {
    const std::string text = repeat("---\na: [1, \"x\\n\"]\n", 200);
    auto stream = yaml::parse_stream(text, kLimits, &budget);
    ASSERT_TRUE(stream.ok()) << stream.error().message;
    // The text is shared by its documents and counted once.
    EXPECT_GE(budget.used(), text.size());
    EXPECT_LE(budget.used(), text.size() * 2 + 200 * 1200);
    const DocumentPtr kept = stream.value().documents.back();
    stream.value().documents.clear();
    EXPECT_GE(budget.used(), text.size());
    EXPECT_EQ(kept->root()["a"].size(), 2U);
  }
  EXPECT_EQ(budget.used(), 0U);
  const auto refused = yaml::parse_stream(repeat("- a\n", 40'000), kLimits, &budget);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_EQ(yaml::parse_stream(std::string(400'000, ' '), kLimits, &budget).error().message,
            "line 1 column 1: memory budget of 300000 bytes is used up (0 in use, 400000 more "
            "asked)");
}

TEST(YamlLimits, TruncatedAnywhereNeverCrashes) {
  const std::string text =
      "a: &x {b: [1, \"q\\u00e9\"], 'c': ~}\nd: |\n  é\n  f\n? g\n: *x\nh:\n- >-\n  i\n- !!str "
      "1\n---\nj: .5\n";
  ASSERT_TRUE(yaml::parse_stream(text, kLimits, nullptr).ok());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = yaml::parse_stream(text.substr(0, size), kLimits, nullptr);
    if (!cut.ok()) {
      EXPECT_EQ(cut.error().code, Errc::malformed) << size << cut.error().message;
    }
  }
}

}  // namespace
}  // namespace portreeve
