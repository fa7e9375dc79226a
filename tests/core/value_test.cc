#include "core/value.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/json.h"

namespace portreeve {
namespace {

constexpr ReadLimits kLimits{1 << 20, 16, 10'000};

DocumentPtr parse(const std::string& text) {
  auto document = json::parse(text, kLimits, nullptr);
  EXPECT_TRUE(document.ok()) << text;
  return std::move(document).value();
}

std::string canonical(const Value& value) {
  std::string out;
  json::append_canonical(out, value);
  return out;
}

std::string list(const Value& container) {
  std::string out;
  for (const Value value : container) {
    if (value.key().present()) out += std::string(value.key().text()) + "=";
    out += canonical(value) + ";";
  }
  return out;
}

TEST(Value, IteratesInOrder) {
  const DocumentPtr document =
      parse(R"({"b":[1,[2,{"x":3}],{}],"a":{},"e":[],"c":{"z":1,"y":{"k":[]},"x":"s"}})");
  const Value root = document->root();
  EXPECT_EQ(list(root), R"(b=[1,[2,{"x":3}],{}];a={};e=[];c={"x":"s","y":{"k":[]},"z":1};)");
  EXPECT_EQ(list(root["b"]), R"(1;[2,{"x":3}];{};)");
  EXPECT_EQ(list(root["c"]), R"(z=1;y={"k":[]};x="s";)");
  EXPECT_EQ(list(root["a"]), "");
  EXPECT_EQ(list(root["e"]), "");
  EXPECT_EQ(list(root["c"]["x"]), "");
  EXPECT_EQ(list(Value()), "");
  EXPECT_EQ(root.size(), 4U);
  EXPECT_EQ(root["b"].size(), 3U);
  EXPECT_EQ(root["a"].size(), 0U);
}

TEST(Value, EmptyContainersInsideContainers) {
  const DocumentPtr document = parse(R"([{},[],{"a":{}},{"a":[]},[[]],{}])");
  EXPECT_EQ(list(document->root()), R"({};[];{"a":{}};{"a":[]};[[]];{};)");
  EXPECT_EQ(list(document->root().at(2)), "a={};");
}

TEST(Value, AbsentStaysAbsent) {
  const DocumentPtr document = parse(R"({"a":{"b":null,"s":""},"n":1})");
  const Value root = document->root();
  const std::vector<Value> absent = {Value(),         root["x"],           root["x"]["y"],
                                     root["a"]["x"],  root["n"]["x"],      root["a"].at(0),
                                     root.at(0),      root["n"].at(0),     root.key(),
                                     root["x"].key(), root["a"]["b"]["c"], root["A"]};
  for (const Value& value : absent) {
    EXPECT_FALSE(value.present());
    EXPECT_EQ(value.type(), ValueType::absent);
    EXPECT_EQ(value.text(), "");
    EXPECT_EQ(value.size(), 0U);
    EXPECT_FALSE(value.boolean());
    EXPECT_EQ(value.node_count(), 0U);
    EXPECT_FALSE(value["x"].present());
    EXPECT_FALSE(value.at(0).present());
  }
  EXPECT_TRUE(root["a"]["b"].present());
  EXPECT_TRUE(root["a"]["b"].is_null());
  EXPECT_TRUE(root["a"]["s"].is_string());
  EXPECT_FALSE(equal(root["a"]["b"], Value()));
  EXPECT_TRUE(equal(root["x"], Value()));
}

TEST(Value, KeysMatchWholeAndByBytes) {
  using namespace std::string_view_literals;
  const DocumentPtr document = parse(R"({"ab":1,"a":2,"a\u0000b":3,"\u00e9":4,"":5})");
  const Value root = document->root();
  EXPECT_EQ(root["ab"].text(), "1");
  EXPECT_EQ(root["a"].text(), "2");
  EXPECT_EQ(root["a\0b"sv].text(), "3");
  EXPECT_EQ(root["é"].text(), "4");
  EXPECT_EQ(root[""].text(), "5");
  EXPECT_FALSE(root["abc"].present());
  EXPECT_EQ(root["a\0b"sv].key().text(), "a\0b"sv);
}

TEST(Value, ElementsByIndex) {
  const DocumentPtr document = parse(R"([[1,2,[3]],"x",{"a":[4]},5])");
  const Value root = document->root();
  EXPECT_EQ(root.at(0).at(2).at(0).text(), "3");
  EXPECT_EQ(root.at(1).text(), "x");
  EXPECT_EQ(root.at(2)["a"].at(0).text(), "4");
  EXPECT_EQ(root.at(3).text(), "5");
  EXPECT_FALSE(root.at(4).present());
}

TEST(Value, Equal) {
  struct Case {
    std::string a;
    std::string b;
    bool want;
  };
  const std::vector<Case> cases = {
      {"1", "1.0", true},
      {"1", "\"1\"", false},
      {"0", "-0.0", true},
      {"9007199254740993", "9007199254740992", false},
      {"1e400", "10e399", true},
      {"null", "null", true},
      {"null", "false", false},
      {"true", "false", false},
      {R"("a")", R"("\u0061")", true},
      {"[]", "{}", false},
      {"[1,2]", "[2,1]", false},
      {"[1,2]", "[1,2,3]", false},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
      {R"({"a":1,"b":2})", R"({"a":1,"c":2})", false},
      {R"({"a":1})", R"({"a":1,"b":null})", false},
      {R"({"a":{"b":[{"c":1}]}})", R"({"a":{"b":[{"c":1.00}]}})", true},
  };
  for (const Case& c : cases) {
    const DocumentPtr a = parse(c.a);
    const DocumentPtr b = parse(c.b);
    EXPECT_EQ(equal(a->root(), b->root()), c.want) << c.a << " " << c.b;
    EXPECT_EQ(equal(b->root(), a->root()), c.want) << c.b << " " << c.a;
    EXPECT_EQ(canonical(a->root()) == canonical(b->root()), c.want) << c.a << " " << c.b;
  }
}

TEST(DocumentBuilder, CopiesDeeply) {
  const DocumentPtr from = parse(R"({"a":[1,{"b":"x\n","e":{}},true,null],"c":"d"})");
  DocumentBuilder builder("", kLimits, nullptr);
  ASSERT_TRUE(builder.begin_object(0).ok());
  ASSERT_TRUE(builder.key(0, "copy").ok());
  ASSERT_TRUE(builder.copy(from->root()).ok());
  ASSERT_TRUE(builder.end().ok());
  const auto document = builder.finish();
  ASSERT_TRUE(document.ok());
  const Value copy = document.value()->root()["copy"];
  EXPECT_TRUE(equal(copy, from->root()));
  EXPECT_EQ(copy["a"].at(1)["b"].offset(), from->root()["a"].at(1)["b"].offset());
}

TEST(DocumentBuilder, RepeatsAValueOfItsOwn) {
  DocumentBuilder builder("0123456789", {100, 4, 30}, nullptr);
  ASSERT_TRUE(builder.begin_array(0).ok());
  const std::uint32_t node = builder.next_node();
  ASSERT_TRUE(builder.begin_object(1).ok());
  ASSERT_TRUE(builder.key(2, "a").ok());
  ASSERT_TRUE(builder.begin_array(3).ok());
  ASSERT_TRUE(builder.number(4, "1").ok());
  ASSERT_TRUE(builder.begin_array(4).ok());
  ASSERT_TRUE(builder.end().ok());
  ASSERT_TRUE(builder.end().ok());
  ASSERT_TRUE(builder.end().ok());
  ASSERT_TRUE(builder.repeat(node, 7).ok());
  ASSERT_TRUE(builder.begin_array(8).ok());
  const Outcome deep = builder.repeat(node, 8);
  ASSERT_FALSE(deep.ok());
  EXPECT_EQ(deep.error().message, "nested deeper than 4");
}

TEST(DocumentBuilder, RepeatedValueIsWhole) {
  DocumentBuilder builder("", kLimits, nullptr);
  ASSERT_TRUE(builder.begin_object(0).ok());
  ASSERT_TRUE(builder.key(1, "first").ok());
  const std::uint32_t node = builder.next_node();
  ASSERT_TRUE(builder.begin_object(2).ok());
  ASSERT_TRUE(builder.key(3, "k").ok());
  ASSERT_TRUE(builder.string(4, "v").ok());
  ASSERT_TRUE(builder.end().ok());
  ASSERT_TRUE(builder.key(5, "second").ok());
  ASSERT_TRUE(builder.repeat(node, 6).ok());
  ASSERT_TRUE(builder.end().ok());
  const auto document = builder.finish();
  ASSERT_TRUE(document.ok());
  const Value root = document.value()->root();
  EXPECT_EQ(canonical(root), R"({"first":{"k":"v"},"second":{"k":"v"}})");
  EXPECT_EQ(root["second"].offset(), 6U);
  EXPECT_EQ(root["second"]["k"].offset(), 4U);
  EXPECT_EQ(root["second"].key().text(), "second");
  EXPECT_EQ(root["second"]["k"].key().text(), "k");
}

TEST(DocumentBuilder, RepeatObeysTheLimitOfValues) {
  DocumentBuilder builder("", {100, 10, 6}, nullptr);
  ASSERT_TRUE(builder.begin_array(0).ok());
  const std::uint32_t node = builder.next_node();
  ASSERT_TRUE(builder.begin_array(0).ok());
  ASSERT_TRUE(builder.null(0).ok());
  ASSERT_TRUE(builder.null(0).ok());
  ASSERT_TRUE(builder.end().ok());
  const Outcome refused = builder.repeat(node, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "more than 6 values");
}

// More than are searched one by one, asked for in every order.
TEST(Value, MembersOfAnyOrder) {
  std::string forward = "{";
  std::string backward = "{";
  for (int i = 0; i < 100; ++i) {
    forward += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
    backward += (i == 0 ? "\"k" : ",\"k") + std::to_string(99 - i) + "\":" + std::to_string(99 - i);
  }
  const DocumentPtr a = parse(forward + "}");
  const DocumentPtr b = parse(backward + "}");
  EXPECT_TRUE(equal(a->root(), b->root()));
  Members members(a->root());
  for (const int i : {0, 1, 2, 50, 3, 99, 0}) {
    EXPECT_EQ(members["k" + std::to_string(i)].text(), std::to_string(i)) << i;
  }
  EXPECT_FALSE(members["k100"].present());
  EXPECT_FALSE(members[""].present());
  EXPECT_FALSE(Members(a->root()["k1"])["k1"].present());
  EXPECT_FALSE(Members(Value())["k1"].present());
  const DocumentPtr c = parse(backward + ",\"l\":1}");
  const DocumentPtr d = parse(forward + ",\"m\":1}");
  EXPECT_FALSE(equal(c->root(), d->root()));
}

TEST(DocumentBuilder, UnfinishedIsInternal) {
  DocumentBuilder empty("", kLimits, nullptr);
  EXPECT_EQ(empty.finish().error().code, Errc::internal);
  DocumentBuilder open("", kLimits, nullptr);
  ASSERT_TRUE(open.begin_array(0).ok());
  EXPECT_EQ(open.finish().error().message, "document finished before it was complete");
}

TEST(Position, CountsCodePointsAndLines) {
  const std::string text = "aé\r\n😀b\nc";
  EXPECT_EQ(position_in(text, 0).column, 1U);
  EXPECT_EQ(position_in(text, 3).column, 3U);
  EXPECT_EQ(position_in(text, 5).line, 2U);
  EXPECT_EQ(position_in(text, 9).column, 2U);
  EXPECT_EQ(position_in(text, 11).line, 3U);
  EXPECT_EQ(position_in(text, 1000).line, 3U);
  EXPECT_EQ(position_in(text, 1000).column, 2U);
}

}  // namespace
}  // namespace portreeve
