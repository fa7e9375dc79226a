#include "core/yaml_plain.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/source_dir.h"

namespace portreeve::yaml {
namespace {

constexpr ReadLimits kLimits{1 << 20, 100, 100'000};

// Everything that can be seen of a value: type, place, text, truth, order of keys.
void append(std::string& out, const Value& value) {
  out += "(" + std::to_string(static_cast<int>(value.type())) + "@" +
         std::to_string(value.offset()) + ":" + std::string(value.text());
  if (value.boolean()) out += "!";
  if (value.sorted()) out += "<";
  for (const Value& child : value) {
    if (child.key().present()) {
      out +=
          "{" + std::to_string(child.key().offset()) + ":" + std::string(child.key().text()) + "}";
    }
    append(out, child);
  }
  out += ")";
}

std::string form(const Stream& stream) {
  std::string out;
  for (const DocumentPtr& document : stream.documents) {
    append(out, document->root());
    out += '\n';
  }
  for (const Ambiguity& ambiguity : stream.ambiguities) {
    out += std::to_string(ambiguity.offset) + ambiguity.quoted_form + ' ';
  }
  return out;
}

std::string by_library(const std::shared_ptr<const std::string>& text) {
  const auto stream = read_by_library(text, kLimits, nullptr);
  return stream.ok() ? form(stream.value()) : "refused: " + stream.error().message;
}

// "" when it was left to yaml-cpp, or when both read the same.
std::string difference(const std::string& text) {
  const auto shared = std::make_shared<const std::string>(text);
  const auto plain = read_plain(shared, kLimits, nullptr);
  if (!plain) return "";
  const std::string ours = form(*plain);
  const std::string theirs = by_library(shared);
  return ours == theirs ? "" : "plain   " + ours + "\nlibrary " + theirs + "\nof\n" + text;
}

bool is_plain(const std::string& text) {
  return read_plain(std::make_shared<const std::string>(text), kLimits, nullptr).has_value();
}

std::vector<std::string> catalog() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::source_dir() + "/policies/catalog")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path());
    out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return out;
}

const std::vector<std::string> kPlain = {
    "a: 1\n",
    "a: b c  d   # comment\nb: 'it''s'\nc: \"x\\n\\\"y\\\"\\t\"\n",
    "# first\n\na:\n  b:\n    - 1\n    - x: 2\n      y: 3\n    -\n      z: 4\n  c: ~\n",
    "a:\n- 1\n- b: 2\nc: no\n",
    "- - 1\n  - 2\n- - 3\n",
    "a: [1, {b: c, d: [e]}, 'f, g', \"h]\"]\nb: {}\nc: []\n",
    "a: [\n  1,\n  {b: c,\n   d: e}\n]\n",
    "a: [b c  \n  d,\n   e\n  f\n]\nb: \"\\u00e9\\u2615\"\n",
    "a: |\n  one\n   two\n\n  three \nb: |-\n    x\n\nc: 1\n",
    "a: |\n\n  # text, no comment\n  ---\nb: 2\n",
    "a: >-\n  one\n  two\nb: >\n  three\n",
    "---\na: 1\n---\n# nothing\n---\n- b\n",
    "a:\nb:\n  c:\nd:\n",
    "a: x\n  # deeper comment\nb: y\n# shallow\n",
    "a: x#y\nb: http://c:d/e\nc: -1\nd: -x\ne: a, b] }\nf: 1_000\ng: 0x1F\non: off\n",
    "\"a b\": 1\n'c': 2\nd/e.f-g: 3\n",
    "a: caf\xC3\xA9  # \xE2\x80\x94\nb: 1",
    "  a: 1\n  b: 2\n",
};

// Each would be read wrongly, or refused, by a rule of its own.
const std::vector<std::string> kLeft = {
    "",  // No document: both say so, the library's way.
    "a\n",
    "a: b\n  c\n",
    "a: b: c\n",
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "a: 'b\n  c'\n",
    "a: \"b\\x41\"\n",
    "a: \"b\n",
    "a:\t1\n",
    "a: 1\r\n",
    "a: 1\n...\n",
    "--- a\n",
    "%YAML 1.1\n---\na: 1\n",
    "? a\n: b\n",
    "a : 1\n",
    "a: 1\n b: 2\n",
    "a:\n  b: 1\n c: 2\n",
    "a: [b\n\n  c]\n",
    "a: [b\n  'c]\n",
    "a: {b\n  c: d}\n",
    "a: \"\\ud83d\\ude00\"\n",
    "a: [b,]\n",
    "a: [b: c]\n",
    "a: {b}\n",
    "a: {\"b\":c}\n",
    "a: {b: }\n",
    "a: {b: c} d\n",
    "{a: b}\n",
    "a: [b\n---\n]\n",
    "a: |2\n    b\n",
    "a: |+\n  b\n\n",
    "a: |\nb: 1\n",
    "a: |\n   \n  b\n",
    "a: |\n   b\n  c\n",
    "a: |\n  b",
    "a: >\n  b\n\n  c\n",
    "a: >\n  b\n   c\n",
    "-\n- a\n",
    "- a\nb: c\n",
    "a: 1\na: 2\n",
    "~: 1\n",
    "<<: {a: 1}\n",
    "a:\n~ b: 1\n",
    "a: .inf\n",
    "a: 1\n\xFF\n",
};

TEST(YamlPlain, ReadsWhatTheLibraryReads) {
  for (const std::string& text : kPlain) {
    EXPECT_TRUE(is_plain(text)) << text;
    EXPECT_EQ(difference(text), "");
  }
}

TEST(YamlPlain, LeavesWhatHasRulesOfItsOwn) {
  for (const std::string& text : kLeft) {
    if (text.empty()) continue;
    EXPECT_FALSE(is_plain(text)) << text;
  }
}

// What is read at every start: nearly all of it without the library.
TEST(YamlPlain, CatalogIsPlain) {
  std::size_t files = 0, plain = 0;
  for (const std::string& text : catalog()) {
    ++files;
    plain += is_plain(text) ? 1U : 0U;
    EXPECT_EQ(difference(text), "");
  }
  EXPECT_GE(plain * 10, files * 9) << plain << " of " << files;
}

TEST(YamlPlain, LongKeysAndDeepTextsAreLeft) {
  EXPECT_TRUE(is_plain(std::string(900, 'k') + ": 1\n"));
  EXPECT_FALSE(is_plain(std::string(1100, 'k') + ": 1\n"));
  EXPECT_TRUE(is_plain("a: " + std::string(50, '[') + std::string(50, ']') + "\n"));
  EXPECT_FALSE(is_plain("a: " + std::string(90, '[') + std::string(90, ']') + "\n"));
  std::string numbers = "a: [1";
  while (numbers.size() < 150'000) numbers += ",1";
  EXPECT_FALSE(is_plain(numbers + "]\n")) << "the feed's bound on indicators is the library's";
}

TEST(YamlPlain, LimitsAndBudgetRefuseAsTheyDo) {
  const std::string text = "a: {b: {c: {d: 1}}}\n";
  const auto shared = std::make_shared<const std::string>(text);
  EXPECT_FALSE(read_plain(shared, {1 << 20, 3, 1000}, nullptr));
  EXPECT_FALSE(read_plain(shared, {1 << 20, 100, 2}, nullptr));
  MemoryBudget none(1);
  EXPECT_FALSE(read_plain(shared, kLimits, &none));
  EXPECT_EQ(none.used(), 0U);
}

// A piece of a text with a few bytes changed, from a fixed seed.
std::string mutant(const std::vector<std::string>& seeds, std::mt19937& random) {
  static const std::vector<std::string> kPieces = {
      " ",    "  ",   "\n", "\n\n", "\n  ",  "\n    ", "- ",  "\n- ", ": ",   " #",    "#",
      "'",    "\"",   "[",  "]",    "{",     "}",      ",",   "|\n",  ">\n",  "|-\n",  "---\n",
      "...",  "~",    "&a", "*a",   "!!str", "\\",     "\t",  "?",    "null", "\n# c", "<<: ",
      "true", "''\n", "%",  "@",    "`",     "\r\n",   "0x1", "a: b", "[]",   "{}",    "\xC3"};
  const auto below = [&](std::size_t bound) { return random() % bound; };
  std::string text = seeds[below(seeds.size())];
  if (text.size() > 300) {
    const std::size_t line = text.rfind('\n', below(text.size()));
    text = text.substr(line == std::string::npos ? 0 : line + 1, 40 + below(260));
    const std::size_t deep = text.find_first_not_of(' ');
    for (std::size_t at = 0; deep != std::string::npos && at < text.size();) {
      const std::size_t word = text.find_first_not_of(' ', at);
      text.erase(at, std::min(deep, std::min(word, text.size()) - at));
      at = text.find('\n', at);
      if (at != std::string::npos) ++at;
    }
  }
  for (std::size_t i = below(4); i > 0; --i) {
    const std::size_t at = below(text.size() + 1);
    if (below(3) == 0) {
      text.erase(at, 1 + below(3));
    } else {
      text.insert(at, kPieces[below(kPieces.size())]);
    }
  }
  return text;
}

TEST(YamlPlain, MutantsReadAlikeOrAreLeft) {
  std::vector<std::string> seeds = kPlain;
  seeds.insert(seeds.end(), kLeft.begin(), kLeft.end());
  for (const std::string& text : catalog()) seeds.push_back(text);
  std::mt19937 random(20'261'123);
  int plain = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string text = mutant(seeds, random);
    plain += is_plain(text) ? 1 : 0;
    ASSERT_EQ(difference(text), "");
  }
  EXPECT_GT(plain, 600) << "too few were compared";
}

}  // namespace
}  // namespace portreeve::yaml
