#include "core/yaml.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/limits.h"

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

struct Case {
  std::string_view text;
  std::string_view want;
};

TEST(Yaml, Reads) {
  const std::vector<Case> cases = {
      {"a: 1", R"({"a":1})"},
      {"a: 1\nb:\n  - x\n  - k: z\n", R"({"a":1,"b":["x",{"k":"z"}]})"},
      {"a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
      {"a:\nb: \n", R"({"a":null,"b":null})"},
      {"a:\n'b' :\n\"c\" : # x\n&d d:\nf:", R"({"a":null,"b":null,"c":null,"d":null,"f":null})"},
      {"a: &x b\n*x :\nc: {d, e: }\n", R"({"a":"b","b":null,"c":{"d":null,"e":null}})"},
      {"- \n-\n- ~\n", "[null,null,null]"},
      {"{a: [1, 2], \"b\": {}, c}", R"({"a":[1,2],"b":{},"c":null})"},
      {R"({"a": 1.0, "b": [true, null, "x"]})", R"({"a":1,"b":[true,null,"x"]})"},
      {"a: |\n  x\n   y\n\n  z\nb: >-\n  f\n  g\n\n  h\n", R"({"a":"x\n y\n\nz\n","b":"f g\nh"})"},
      {"a: |2-\n   x\n", R"({"a":" x"})"},
      {"a: 'it''s'\nb: \"t\\t\\u00e9\\x41\\0\"\n", R"({"a":"it's","b":"t\té)"
                                                   "A\\u0000\"}"},
      {"a: \"x\\n\n  \"\nb: 'x\n  '\n", R"({"a":"x\n ","b":"x "})"},
      {"a: plain\n  continued\n", R"({"a":"plain continued"})"},
      {"a: \"folded\n  line\"\n", R"({"a":"folded line"})"},
      {"# c\na: b # c\n# c\n", R"({"a":"b"})"},
      {"a: b#c\nd: 'x #y'\n", R"({"a":"b#c","d":"x #y"})"},
      {"? a\n: b\n", R"({"a":"b"})"},
      {"--- x\n", R"("x")"},
      {"plain", R"("plain")"},
      {"a: é😀\n", "{\"a\":\"é😀\"}"},
      {"a: x\xEF\xBB\xBFy\n", "{\"a\":\"x\xEF\xBB\xBFy\"}"},
      {"a: \"\\L\\P\\e\\a\\v\"\n", "{\"a\":\"\xE2\x80\xA8\xE2\x80\xA9\\u001b\\u0007\\u000b\"}"},
      {"a: \"\\u2028\\x85\"\n", "{\"a\":\"\xE2\x80\xA8\xC2\x85\"}"},
      {"'<<': {a: 1}\n", R"({"<<":{"a":1}})"},
      {"a: <<\n", R"({"a":"<<"})"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Yaml, Documents) {
  const std::vector<Case> cases = {
      {"", ""},
      {"\n\n", ""},
      {"# only a comment\n", ""},
      {"---\n", ""},
      {"---\n---\n# c\n---\n", ""},
      {"---\na: 1\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}"},
      {"a: 1\n---\n---\n# c\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}"},
      {"a: 1\n...\n---\nb: 2\n...\n", "{\"a\":1}\n{\"b\":2}"},
      {"--- 1\n--- 2\n--- [3]\n", "1\n2\n[3]"},
      {"---\n~\n---\nnull\n", "null\nnull"},
      {"a: 1\n...\nb: 2\n",
       "malformed: line 3 column 1: text after the end of the document; expected \"---\""},
      {"[a] b\n",
       "malformed: line 1 column 5: text after the end of the document; expected \"---\""},
      {"\"a\" \"b\"\n",
       "malformed: line 1 column 5: text after the end of the document; expected \"---\""},
      {"{}\n{}\n",
       "malformed: line 2 column 1: text after the end of the document; expected \"---\""},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Yaml, Refuses) {
  using namespace std::string_view_literals;
  const std::vector<Case> cases = {
      {"\xEF\xBB\xBF"
       "a: 1",
       "line 1 column 1: byte order mark before the text"},
      {"a: \xFF", "line 1 column 4: invalid UTF-8"},
      {"a: 1\nb: \xED\xA0\x80", "line 2 column 4: invalid UTF-8"},
      {"# \xC3(", "line 1 column 3: invalid UTF-8"},
      {"a: 1\x04\nb: 2", "line 1 column 5: character \\u{0004}; write it as an escape"},
      {"a: \0"sv, "line 1 column 4: character \\u{0000}; write it as an escape"},
      {"a: \x7F", "line 1 column 4: character \\u{007F}; write it as an escape"},
      {"a: \"\x1B[1m\"", "line 1 column 5: character \\u{001B}; write it as an escape"},
      {"# x\xC2\x85"
       "b: 2",
       "line 1 column 4: character \\u{0085}; write it as an escape"},
      {"# x\xE2\x80\xA8"
       "b: 2",
       "line 1 column 4: character \\u{2028}; write it as an escape"},
      {"# x\xE2\x80\xA9"
       "b: 2",
       "line 1 column 4: character \\u{2029}; write it as an escape"},
      {"# x\rb: 2", "line 1 column 4: CR without LF"},
      {"a: 1\r", "line 1 column 5: CR without LF"},
      {"a: 1\na: 2", "line 2 column 1: key \"a\" repeated"},
      {"{a: 1, a: 2}", "line 1 column 8: key \"a\" repeated"},
      {"a: 1\n\"a\": 2", "line 2 column 1: key \"a\" repeated"},
      {"1: a\n\"1\": b", "line 2 column 1: key \"1\" repeated"},
      {"on: a\ntrue: b", "line 2 column 1: key \"true\" repeated"},
      {"0x10: a\n16: b", "line 2 column 1: key \"16\" repeated"},
      {"b: &x {c: 1}\na:\n  <<: *x", "line 3 column 3: merge key << is not supported"},
      {"<<: {a: 1}", "line 1 column 1: merge key << is not supported"},
      {"? <<\n: {a: 1}", "line 1 column 3: merge key << is not supported"},
      {"a: &x [*x]", "line 1 column 8: alias inside the value that it stands for"},
      {"&x a: {b: 1}\nc: &y\n  d: *y",
       "line 3 column 6: alias inside the value that it stands for"},
      {"a: *x", "line 1 column 4: the referenced anchor is not defined"},
      {"a: &x 1\n---\nb: *x", "line 3 column 4: the referenced anchor is not defined"},
      {"? [a]\n: 1", "line 1 column 3: a bracket is not closed, or a collection is a key"},
      {"? {a: 1}\n: 1", "line 1 column 3: a bracket is not closed, or a collection is a key"},
      {"? - a\n: 1", "line 1 column 3: key is not a scalar"},
      {"a: &x [1]\n*x : 1", "line 2 column 1: key is not a scalar"},
      {"[1, 2", "line 1 column 1: a bracket is not closed, or a collection is a key"},
      {"a: {b: 1", "line 1 column 9: end of map flow not found"},
      {"~: 1", "line 1 column 1: key is null"},
      {"null: 1", "line 1 column 1: key is null"},
      {"? \n: 1", "line 2 column 1: key is not a scalar"},
      {": 1", "line 1 column 1: key is null"},
      {"18446744073709551615: 1",
       "line 1 column 1: key 18446744073709551615 is above the range of int64"},
      {"a: .inf", "line 1 column 4: .inf: JSON has no such number"},
      {"a: -.INF", "line 1 column 4: -.INF: JSON has no such number"},
      {"a: .NaN", "line 1 column 4: .NaN: JSON has no such number"},
      {"a: !foo 1", "line 1 column 4: tag !foo is not supported here"},
      {"a: !!binary aGk=", "line 1 column 4: tag !!binary is not supported here"},
      {"a: !!timestamp 2001-01-01", "line 1 column 4: tag !!timestamp is not supported here"},
      {"!!set {a}", "line 1 column 1: tag !!set is not supported here"},
      {"!!map [a]", "line 1 column 1: tag !!map is not supported here"},
      {"!!seq {a: 1}", "line 1 column 1: tag !!seq is not supported here"},
      {"!!str [a]", "line 1 column 1: tag !!str is not supported here"},
      {"!!map a", "line 1 column 1: tag !!map is not supported here"},
      {"! [a]", "line 1 column 1: tag ! is not supported here"},
      {"!<tag:example.org,2000:x> a",
       "line 1 column 1: tag tag:example.org,2000:x is not supported here"},
      {"!!merge <<: 1", "line 1 column 1: tag !!merge is not supported here"},
      {"!!int a", "line 1 column 1: \"a\" is not what its tag !!int says"},
      {"!!int 1.5", "line 1 column 1: \"1.5\" is not what its tag !!int says"},
      {"!!int .inf", "line 1 column 1: \".inf\" is not what its tag !!int says"},
      {"!!float a", "line 1 column 1: \"a\" is not what its tag !!float says"},
      {"!!bool 1", "line 1 column 1: \"1\" is not what its tag !!bool says"},
      {"!!null a", "line 1 column 1: \"a\" is not what its tag !!null says"},
      {"- !!int", "line 1 column 3: \"\" is not what its tag !!int says"},
      {"a: \"\\ud83d\\ude00\"", "line 1 column 11: invalid unicode: 55357"},
      {"a: \"\\q\"", "line 1 column 7: unknown escape character: q"},
      {"a: \"x", "line 1 column 6: illegal EOF in scalar"},
      {"a: 'x", "line 1 column 6: illegal EOF in scalar"},
      {"a: \"x\n", "line 1 column 4: quote is not closed"},
      {"a: &x !!str 'it''s\n", "line 1 column 13: quote is not closed"},
      {"- \"\\\"\n", "line 1 column 3: quote is not closed"},
      {"'\n", "line 1 column 1: quote is not closed"},
      {"!!str", "line 1 column 1: tag without a value"},
      {"&x !foo\n", "line 1 column 1: tag without a value"},
      {"a: 1\nb\n", "line 2 column 1: expected ':' after a key"},
      {"a: 1\nb", "line 2 column 1: expected ':' after a key"},
      {"a: 1\n\"b\" # :\n", "line 2 column 1: end of map not found"},
      {"a: 'x\n\n'\n", "line 1 column 4: blank lines before the closing quote"},
      {"a: \"\n \n\"\n", "line 1 column 4: blank lines before the closing quote"},
      {"? a\n? b\n: c\n", "line 1 column 3: expected ':' after a key"},
      {"? a\n:\n", "line 1 column 3: expected ':' after a key"},
      {"!!int 1.0", "line 1 column 1: \"1.0\" is not what its tag !!int says"},
      {"a: \"\\N\"", "line 1 column 4: escape \\N or \\_; write \\u0085 or \\u00a0"},
      {"\"x\\_y\": 1", "line 1 column 1: escape \\N or \\_; write \\u0085 or \\u00a0"},
      {"a: b: c", "line 1 column 5: illegal map value"},
      {"a:\n\tb: 1", "line 2 column 3: illegal map value"},
      {"a:\n  b: 1\n c: 2", "line 3 column 2: end of map not found"},
      {"- a\nb: 1", "line 2 column 1: text after the end of the document; expected \"---\""},
      {"[a, b}", "line 1 column 6: illegal flow end"},
      {"]", "line 1 column 1: illegal flow end"},
      {"@a", "line 1 column 1: unknown token"},
      {"a: |x\n", "line 1 column 5: unexpected character in block scalar"},
      {"a: |0\n", "line 1 column 6: cannot set zero indentation for a block scalar"},
      {"&a &b x", "line 1 column 4: cannot assign multiple anchors to the same node"},
      {"!!str !!str x", "line 1 column 7: cannot assign multiple tags to the same node"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read(c.text), "malformed: " + std::string(c.want)) << c.text;
  }
}

TEST(Yaml, Tags) {
  const std::vector<Case> cases = {
      {"!!str 12", R"("12")"},
      {"a: !!str", R"({"a":""})"},
      {"!!str ~", R"("~")"},
      {"!!int \"12\"", "12"},
      {"!!int 0x1F", "31"},
      {"!!float 1", "1"},
      {"!!float 1.5", "1.5"},
      {"!!bool \"yes\"", "true"},
      {"!!null ''", "null"},
      {"!!null ~", "null"},
      {"!!map {a: 1}", R"({"a":1})"},
      {"!!seq [a]", R"(["a"])"},
      {"! 12", R"("12")"},
      {"!!str on: 1", R"({"on":1})"},
      {"!!map\na: 1\n", R"({"a":1})"},
      {"%TAG !y! tag:yaml.org,2002:\n---\n!y!str 1\n", R"("1")"},
      {"!<tag:yaml.org,2002:str> 1", R"("1")"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Yaml, Aliases) {
  const std::vector<Case> cases = {
      {"a: &x 1\nb: *x\n", R"({"a":1,"b":1})"},
      {"a: &x {b: [1, {c: d}]}\ne: *x\nf: [*x, *x]\n",
       R"({"a":{"b":[1,{"c":"d"}]},"e":{"b":[1,{"c":"d"}]},"f":[{"b":[1,{"c":"d"}]},{"b":[1,{"c":"d"}]}]})"},
      {"a: &x [1]\nb: &y [*x, *x]\nc: *y\n", R"({"a":[1],"b":[[1],[1]],"c":[[1],[1]]})"},
      {"- &x a\n- &x b\n- *x\n", R"(["a","b","b"])"},
      {"&x on: 1\nb: *x\n", R"({"b":true,"true":1})"},
      {"a: &x k\n*x : 1\n", R"({"a":"k","k":1})"},
      {"a: &x\nb: *x\n", R"({"a":null,"b":null})"},
      {"a: &x ''\nb: *x\n", R"({"a":"","b":""})"},
      {"a: &x []\nb: *x\nc: {d: *x}\n", R"({"a":[],"b":[],"c":{"d":[]}})"},
      {"&x a: &y [*x, 1]\nb: *y\n", R"({"a":["a",1],"b":["a",1]})"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Yaml, AliasedValuesKeepTheirOffsets) {
  const std::string text = "a: &x {k: v}\nb: *x\nc: *x\n";
  const auto document = yaml::parse(text, kLimits, nullptr);
  ASSERT_TRUE(document.ok());
  const Value root = document.value()->root();
  EXPECT_EQ(root["c"].offset(), text.rfind("*x"));
  EXPECT_EQ(root["c"]["k"].offset(), text.find("v}"));
}

TEST(Yaml, OffsetsCountBytes) {
  const std::string text =
      "# é😀\r\né: \"ü\"\r\nlist:\r\n- x\r\n- {ä: ö}\r\nblock: |\r\n  ß\r\nlast: yes\r\n";
  const auto document = yaml::parse(text, kLimits, nullptr);
  ASSERT_TRUE(document.ok()) << document.error().message;
  const Value root = document.value()->root();
  EXPECT_EQ(root["é"].key().offset(), text.find("é: "));
  EXPECT_EQ(root["é"].offset(), text.find("\"ü"));
  EXPECT_EQ(root["list"].at(0).offset(), text.find("x\r"));
  EXPECT_EQ(root["list"].at(1).offset(), text.find('{'));
  EXPECT_EQ(root["list"].at(1)["ä"].offset(), text.find("ö"));
  EXPECT_EQ(root["list"].at(1)["ä"].position().column, 7U);
  EXPECT_EQ(root["block"].offset(), text.find('|'));
  EXPECT_EQ(root["last"].offset(), text.find("yes"));
  EXPECT_EQ(root["last"].position().line, 8U);
  EXPECT_EQ(root["last"].position().column, 7U);
  EXPECT_EQ(root["block"].text(), "ß\n");
}

TEST(Yaml, OffsetsBeyondOneReadAhead) {
  const std::string padding = repeat("# éééééééééééééééééééé\n", 500);
  const auto document = yaml::parse(padding + "a: b\n", kLimits, nullptr);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document.value()->root()["a"].offset(), padding.size() + 3);
  EXPECT_EQ(document.value()->root()["a"].position().line, 501U);
}

TEST(Yaml, PositionsInLaterDocuments) {
  const std::string text = "a: 1\n---\nb: 2\n---\n\nc:\n  d: é\n";
  const auto stream = yaml::parse_stream(text, kLimits, nullptr);
  ASSERT_TRUE(stream.ok());
  ASSERT_EQ(stream.value().documents.size(), 3U);
  const Value d = stream.value().documents[2]->root()["c"]["d"];
  EXPECT_EQ(d.position().line, 7U);
  EXPECT_EQ(d.position().column, 6U);
  EXPECT_EQ(stream.value().documents[2]->source(), text);
}

// A value that is not written stands where its key does, not at whatever comes next.
TEST(Yaml, UnwrittenValues) {
  const auto document = yaml::parse("a:\nnull_key:\n  b:\nc: ~\n", kLimits, nullptr);
  ASSERT_TRUE(document.ok());
  const Value root = document.value()->root();
  EXPECT_EQ(root["a"].offset(), 0U);
  EXPECT_EQ(root["null_key"]["b"].position().line, 3U);
  EXPECT_EQ(root["c"].position().column, 4U);
}

TEST(Yaml, ExactlyOneDocument) {
  const auto error = [](std::string text) {
    const auto document = yaml::parse(std::move(text), kLimits, nullptr);
    return document.ok() ? "ok" : document.error().message;
  };
  EXPECT_EQ(error("---\na: 1\n---\n"), "ok");
  EXPECT_EQ(error(""), "line 1 column 1: empty: expected a document");
  EXPECT_EQ(error("# c\n---\n"), "line 1 column 1: empty: expected a document");
  EXPECT_EQ(error("a: 1\n---\nb: 2\n"), "line 3 column 1: a second document; expected one");
}

TEST(Yaml, Ambiguities) {
  const auto stream = yaml::parse_stream(
      "a: no\nb: \"no\"\nc: 1_000\nd: 014\ne: true\non: x\nf: 1e400\ng: [y, 0b1, -0x1, 0x1]\n"
      "h: 12:30:45\ni: 2001-01-01\nj: &t Off\nk: *t\n",
      kLimits, nullptr);
  ASSERT_TRUE(stream.ok()) << stream.error().message;
  std::string seen;
  for (const yaml::Ambiguity& a : stream.value().ambiguities) {
    seen += std::to_string(a.offset) + " " + a.text + " " + std::string(to_string(a.as_11)) + " " +
            std::string(to_string(a.as_12)) + " " + a.quoted_form + "\n";
  }
  EXPECT_EQ(seen,
            "3 no boolean string \"no\"\n"
            "17 1_000 number string \"1_000\"\n"
            "38 on boolean string \"on\"\n"
            "47 1e400 string number \"1e400\"\n"
            "57 y boolean string \"y\"\n"
            "60 0b1 number string \"0b1\"\n"
            "65 -0x1 number string \"-0x1\"\n"
            "105 Off boolean string \"Off\"\n"
            "115 Off boolean string \"Off\"\n");
  const auto many = yaml::parse_stream(repeat("- no\n", 150), kLimits, nullptr);
  ASSERT_TRUE(many.ok());
  EXPECT_EQ(many.value().ambiguities.size(), 100U);
}

TEST(Yaml, FormatOfAFile) {
  const auto type = [](std::string_view name, std::string text) {
    const auto stream = yaml::parse_file_text(name, std::move(text), kLimits, nullptr);
    if (!stream.ok()) return stream.error().message;
    return std::to_string(stream.value().documents.size());
  };
  const std::string twice = "{\"a\": 1}\n---\n{\"b\": no}";
  EXPECT_EQ(type("x.yaml", twice), "2");
  EXPECT_EQ(type("x.json", twice), "line 2 column 1: bytes after the JSON value");
  EXPECT_EQ(type("-", twice), "line 2 column 1: bytes after the JSON value");
  EXPECT_EQ(type("-", "[1,]"), "line 1 column 4: expected a JSON value");
  EXPECT_EQ(type("x.yaml", "[1,]"), "1");
  EXPECT_EQ(type("-", "a: 1"), "1");
  EXPECT_EQ(type("x.json", "a: 1"), "line 1 column 1: expected a JSON value");
  EXPECT_EQ(type("-", ""), "0");
}

}  // namespace
}  // namespace portreeve
