#include "core/json_cursor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/json.h"

namespace portreeve::json {
namespace {

constexpr ReadLimits kLimits{1 << 20, 8, 1000};

// What skip() says of a text; "" when it is fine.
std::string skipped(const std::string& text) {
  Cursor cursor(text, kLimits);
  if (cursor.ok() && cursor.skip() && cursor.finish()) return "";
  return cursor.error().message;
}

// What copying it into a tree says.
std::string copied(const std::string& text, std::string& canonical) {
  Cursor cursor(text, kLimits);
  DocumentBuilder builder(std::make_shared<const std::string>(text), kLimits, nullptr);
  if (!cursor.ok() || !cursor.copy(builder) || !cursor.finish()) return cursor.error().message;
  const auto document = builder.finish();
  if (document.ok()) append_canonical(canonical, document.value()->root());
  return "";
}

const std::vector<std::string> kTexts = {
    "",
    " ",
    "null",
    "true",
    "tru",
    "false",
    "0",
    "-0",
    "01",
    "1.",
    "1e",
    "1e+9",
    "-",
    "\"\"",
    "\"a",
    "\"\\u0041\"",
    "\"\\ud800\"",
    "\"\\ud83d\\ude00\"",
    "\"\\x\"",
    "\"\x01\"",
    "\"\xFF\"",
    "[]",
    "[1]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{}",
    "{\"a\":1}",
    "{\"a\":1,}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{a:1}",
    "{\"a\" 1}",
    "{\"a\":}",
    "[[[[[[[[]]]]]]]]",
    "[[[[[[[[[]]]]]]]]]",
    "1 2",
    "[] x",
    "\xEF\xBB\xBF[]",
    "{\"a\":{\"b\":[1,\"\\n\",null,true]},\"c\":-1.5e3}",
    "{\"b\":{\"b\":{}},\"a\":[{\"b\":1},{\"b\":2}]}",
    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
    "1e99999999999999999999",
    "{\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,\"10\":0,\"11\":0,"
    "\"12\":0,\"13\":0,\"4\":1}"};

// The streaming face accepts, refuses and explains exactly as the tree does.
TEST(JsonCursor, AgreesWithTheTree) {
  for (const std::string& text : kTexts) {
    const auto tree = parse(text, kLimits, nullptr);
    const std::string want = tree.ok() ? "" : tree.error().message;
    EXPECT_EQ(skipped(text), want) << text;
    std::string canonical;
    EXPECT_EQ(copied(text, canonical), want) << text;
    if (!tree.ok()) continue;
    std::string expected;
    append_canonical(expected, tree.value()->root());
    EXPECT_EQ(canonical, expected) << text;
  }
}

// Every beginning of a text is refused, and the one with a byte changed agrees.
TEST(JsonCursor, AgreesOnMutants) {
  const std::string text =
      "{\"a\":[1,-2.5e3,\"x\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":null,\"d\":true},\"e\":\"\"}";
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_NE(skipped(text.substr(0, i)), "");
    for (const char c : {'"', '\\', '{', '}', ',', '0', '\x01', '\xFF'}) {
      std::string mutant = text;
      mutant[i] = c;
      const auto tree = parse(mutant, kLimits, nullptr);
      EXPECT_EQ(skipped(mutant), tree.ok() ? "" : tree.error().message) << mutant;
    }
  }
}

TEST(JsonCursor, TakesValues) {
  const std::string text =
      R"({"s":"x\n","n":12,"t":true,"z":null,"l":["a",{}],"skip":[{"k":[1]}]})";
  Cursor cursor(text, kLimits);
  ASSERT_TRUE(cursor.enter_object());
  std::string_view key;
  std::vector<std::string> seen;
  while (cursor.next_key(key)) {
    seen.emplace_back(key);
    StringToken token;
    std::string_view number;
    bool truth = false;
    if (key == "s") {
      ASSERT_TRUE(cursor.string(token));
      EXPECT_EQ(token.text, "x\n");
      EXPECT_FALSE(token.in_source);
      EXPECT_EQ(token.at, 5U);
    } else if (key == "n") {
      ASSERT_TRUE(cursor.number(number));
      EXPECT_EQ(number, "12");
    } else if (key == "t") {
      ASSERT_TRUE(cursor.boolean(truth));
      EXPECT_TRUE(truth);
    } else if (key == "z") {
      ASSERT_TRUE(cursor.null());
    } else if (key == "l") {
      ASSERT_TRUE(cursor.enter_array());
      ASSERT_TRUE(cursor.next_element());
      ASSERT_TRUE(cursor.string(token));
      EXPECT_TRUE(token.in_source);
      ASSERT_TRUE(cursor.next_element());
      EXPECT_EQ(cursor.peek(), ValueType::object);
      ASSERT_TRUE(cursor.skip());
      EXPECT_FALSE(cursor.next_element());
    } else {
      ASSERT_TRUE(cursor.skip());
    }
  }
  EXPECT_TRUE(cursor.ok());
  EXPECT_TRUE(cursor.finish());
  EXPECT_EQ(seen, (std::vector<std::string>{"s", "n", "t", "z", "l", "skip"}));
}

TEST(JsonCursor, SaysWhatItExpected) {
  Cursor cursor("{\"a\":\n 1}", kLimits);
  ASSERT_TRUE(cursor.enter_object());
  std::string_view key;
  ASSERT_TRUE(cursor.next_key(key));
  StringToken token;
  EXPECT_FALSE(cursor.string(token));
  EXPECT_EQ(cursor.error().message, "line 2 column 2: expected a string, found number");
  // The first reason stands, and nothing works any more.
  EXPECT_FALSE(cursor.skip());
  EXPECT_FALSE(cursor.next_key(key));
  EXPECT_EQ(cursor.error().message, "line 2 column 2: expected a string, found number");
}

TEST(JsonCursor, Limits) {
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += ",0";
  EXPECT_NE(skipped(many + "]").find("more than 1000 values"), std::string::npos);
  Cursor cursor("[1]", {2, 8, 8});
  EXPECT_EQ(cursor.error().code, Errc::limit);
}

}  // namespace
}  // namespace portreeve::json
