// What is copied must be what would have been spelt.

#include "core/canonical_copy.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/json.h"
#include "core/yaml.h"

namespace portreeve {
namespace {

std::string spelt(const Value& value) {
  std::string out;
  json::append_canonical(out, value);
  return out;
}

std::string copied(const Value& value, std::string_view source) {
  std::string out;
  json::copy_canonical(out, value, source);
  return out;
}

DocumentPtr parse(std::string text) {
  auto document = json::parse(std::move(text), json::review_limits(), nullptr);
  EXPECT_TRUE(document.ok());
  return std::move(document).value();
}

void each_value(const Value& value, const Document& document) {
  ASSERT_EQ(copied(value, document.source()), spelt(value)) << document.source();
  ASSERT_EQ(copied(value, {}), spelt(value));
  for (const Value child : value) each_value(child, document);
}

TEST(CopyCanonical, WhatStandsInAnotherFormIsSpelt) {
  const std::string rows[] = {
      R"({"a":1,"b":[true,false,null,"x"],"c":{}})",
      R"({"b":1,"a":2})",                        // Not in order.
      R"({"a": 1})", R"({"a":1 })", R"([1 ,2])", "[\n]", R"({"a" :1})",
      R"({"a":"\u0041","b":"é","c":"\n"})",      // Escapes.
      R"({"a\/b":1})", R"({"":""})",
      R"([1.0,1e2,-0,0,100000000000000000000000,10000000000000000000000000000000000])",
      R"({"a":{"b":{"d":1,"c":2}},"e":{"f":[1,2,{"g":"h"}]},"i":{"j": 1},"k":{"l":"m"}})",
      R"("text")", "3", "null", "[]", "{}", R"([[[[]]],[{}]])",
  };
  for (const std::string& row : rows) {
    const DocumentPtr document = parse(row);
    each_value(document->root(), *document);
  }
}

// Text that a YAML reader takes from the source as it stands may hold what JSON escapes.
TEST(CopyCanonical, OtherReadersTexts) {
  int compared = 0;
  for (const std::string text : {"{\"a\":\"x\ty\"}", "{\"a\":[1,yes,\"b\"]}", "{\"a\":'b\\c'}", "{\"a\":\"b\n  c\"}",
                                 "{\"a\":\"b\",\"c\":~}", "a: {\"b\":1}"}) {
    auto document = yaml::parse(text, json::review_limits(), nullptr);
    if (!document.ok()) continue;
    ++compared;
    each_value(document.value()->root(), *document.value());
  }
  EXPECT_GE(compared, 4);  // The rest yaml-cpp refuses.
}

TEST(CopyCanonical, AnotherDocumentsSourceIsNoHarm) {
  const DocumentPtr document = parse(R"({"a":{"b":"c"}})");
  const std::string other = R"({"a":{"b":"d"}})";
  EXPECT_EQ(copied(document->root(), other), document->source());
  EXPECT_EQ(copied(document->root(), "{"), document->source());
}

class Writer {
 public:
  std::string next() {
    std::string out;
    value(out, 0);
    return out;
  }

 private:
  std::size_t roll(std::size_t n) { return random_() % n; }
  void space(std::string& out) {
    if (roll(40) == 0) out += roll(2) == 0 ? " " : "\n";
  }
  void text(std::string& out) {
    static const std::string kParts[] = {"a", "key", "long text of several words", "\\n", "\\u0041", "é", "/", "-"};
    out += '"';
    for (std::size_t n = roll(3); n > 0; --n) out += kParts[roll(20) == 0 ? roll(8) : roll(3)];
    out += '"';
  }
  void value(std::string& out, std::size_t depth) {
    switch (depth > 6 ? 2 + roll(4) : roll(6)) {
      case 0: return object(out, depth);
      case 1: return array(out, depth);
      case 2: return text(out);
      case 3: out += roll(8) == 0 ? "1.50" : std::to_string(roll(1000)); return;
      case 4: out += roll(2) == 0 ? "true" : "false"; return;
      default: out += "null"; return;
    }
  }
  void array(std::string& out, std::size_t depth) {
    out += '[';
    for (std::size_t i = 0, n = roll(5); i < n; ++i) {
      if (i > 0) out += ',';
      space(out);
      value(out, depth + 1);
      space(out);
    }
    out += ']';
  }
  void object(std::string& out, std::size_t depth) {
    const bool falling = roll(8) == 0;
    out += '{';
    for (std::size_t i = 0, n = roll(6); i < n; ++i) {
      if (i > 0) out += ',';
      space(out);
      out += '"' + std::string(1, static_cast<char>(falling ? 'z' - i : 'a' + i)) + (roll(2) == 0 ? "bc" : "") + "\":";
      space(out);
      value(out, depth + 1);
    }
    out += '}';
  }
  std::mt19937 random_{20261123};
};

TEST(CopyCanonical, AnyDocument) {
  Writer writer;
  for (int i = 0; i < 10'000; ++i) {
    const DocumentPtr document = parse(writer.next());
    ASSERT_EQ(copied(document->root(), document->source()), spelt(document->root())) << document->source();
  }
}

}  // namespace
}  // namespace portreeve
