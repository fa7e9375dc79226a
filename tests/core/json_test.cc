#include "core/json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"

namespace portreeve {
namespace {

constexpr ReadLimits kLimits{1 << 20, 256, 100'000};

std::string canonical(const Value& value) {
  std::string out;
  json::append_canonical(out, value);
  return out;
}

// The canonical form, or the error as "code: message".
std::string read(std::string_view text, const ReadLimits& limits = kLimits) {
  const Result<DocumentPtr> document = json::parse(std::string(text), limits, nullptr);
  if (document.ok()) return canonical(document.value()->root());
  return std::string(to_string(document.error().code)) + ": " + document.error().message;
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

TEST(Json, Accepts) {
  using namespace std::string_view_literals;
  const std::vector<Case> cases = {
      {"null", "null"},
      {"true", "true"},
      {"false", "false"},
      {" \t\r\n1 \t\r\n", "1"},
      {"0", "0"},
      {"-0", "0"},
      {"-1", "-1"},
      {"1.5", "1.5"},
      {"1.0", "1"},
      {"-0.0", "0"},
      {"1e2", "100"},
      {"1E+2", "100"},
      {"1e-2", "0.01"},
      {"123.456e-1", "12.3456"},
      {"1e400", "1e400"},
      {"18446744073709551616", "18446744073709551616"},
      {R"("")", R"("")"},
      {R"("a")", R"("a")"},
      {R"("\"\\\/\b\f\n\r\t")", R"("\"\\/\b\f\n\r\t")"},
      {R"("\u0041\u00e9\u20AC")", "\"Aé€\""},
      {R"("\ud83d\ude00")", "\"😀\""},
      {R"("\u0000")", R"("\u0000")"},
      {R"("\u001f")", R"("\u001f")"},
      {R"("\u007f")", "\"\x7F\""},
      {R"("\u2028")", "\"\xE2\x80\xA8\""},
      {"\"é€😀\"", "\"é€😀\""},
      {"\"\xEF\xBB\xBF\"", "\"\xEF\xBB\xBF\""},
      {"[]", "[]"},
      {"[ ]", "[]"},
      {"[1,2 , 3]", "[1,2,3]"},
      {"[[],[[]],{}]", "[[],[[]],{}]"},
      {"{}", "{}"},
      {"{ }", "{}"},
      {R"({"b":1,"a":{"d":[],"c":null}})", R"({"a":{"c":null,"d":[]},"b":1})"},
      {R"({"":1})", R"({"":1})"},
      {R"({"a":1,"A":2})", R"({"A":2,"a":1})"},
      {R"({"a":{"a":{"a":1}}})", R"({"a":{"a":{"a":1}}})"},
      {R"({"\u0061":1})", R"({"a":1})"},
      {"{\"a\0b\":1}"sv.substr(0, 0), "malformed: line 1 column 1: empty: expected a JSON value"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.text), c.want) << c.text;
}

TEST(Json, Refuses) {
  using namespace std::string_view_literals;
  const std::vector<Case> cases = {
      {"", "line 1 column 1: empty: expected a JSON value"},
      {" \n ", "line 2 column 2: empty: expected a JSON value"},
      {"\xEF\xBB\xBF{}", "line 1 column 1: byte order mark before the JSON text"},
      {"{", "line 1 column 2: expected a key in double quotes"},
      {"[", "line 1 column 2: the text ends where a value is expected"},
      {"}", "line 1 column 1: expected a JSON value"},
      {"]", "line 1 column 1: expected a JSON value"},
      {"[}", "line 1 column 2: expected a JSON value"},
      {"{]", "line 1 column 2: expected a key in double quotes"},
      {"[1", "line 1 column 3: expected ',' or ']'"},
      {"[1 2]", "line 1 column 4: expected ',' or ']'"},
      {"[1}", "line 1 column 3: expected ',' or ']'"},
      {"[1,]", "line 1 column 4: expected a JSON value"},
      {"[,1]", "line 1 column 2: expected a JSON value"},
      {"[1,,2]", "line 1 column 4: expected a JSON value"},
      {"[1]]", "line 1 column 4: bytes after the JSON value"},
      {"1 1", "line 1 column 3: bytes after the JSON value"},
      {"{} {}", "line 1 column 4: bytes after the JSON value"},
      {"nullx", "line 1 column 5: bytes after the JSON value"},
      {"[1]\0"sv, "line 1 column 4: bytes after the JSON value"},
      {"\0"sv, "line 1 column 1: expected a JSON value"},
      {"[1\0]"sv, "line 1 column 3: expected ',' or ']'"},
      {"{\"a\"\0:1}"sv, "line 1 column 5: expected ':' after a key"},
      {"nul", "line 1 column 1: expected a JSON value"},
      {"True", "line 1 column 1: expected a JSON value"},
      {"NaN", "line 1 column 1: expected a JSON value"},
      {"Infinity", "line 1 column 1: expected a JSON value"},
      {"-Infinity", "line 1 column 1: expected a JSON value"},
      {"-", "line 1 column 1: expected a JSON value"},
      {"+1", "line 1 column 1: expected a JSON value"},
      {".5", "line 1 column 1: expected a JSON value"},
      {"01", "line 1 column 1: number with a leading zero"},
      {"-01", "line 1 column 1: number with a leading zero"},
      {"00", "line 1 column 1: number with a leading zero"},
      {"0x1F", "line 1 column 2: bytes after the JSON value"},
      {"1_000", "line 1 column 2: bytes after the JSON value"},
      {"1.", "line 1 column 3: expected a digit after '.'"},
      {"1.e1", "line 1 column 3: expected a digit after '.'"},
      {"1e", "line 1 column 3: expected a digit in the exponent"},
      {"1e+", "line 1 column 4: expected a digit in the exponent"},
      {"1e+-1", "line 1 column 4: expected a digit in the exponent"},
      {"1.5.5", "line 1 column 4: bytes after the JSON value"},
      {"\"", "line 1 column 1: string is not closed"},
      {"\"a", "line 1 column 1: string is not closed"},
      {"\"a\\", "line 1 column 3: unknown escape in a string"},
      {"\"a\\\"", "line 1 column 1: string is not closed"},
      {"\"\n\"", "line 1 column 2: control character in a string"},
      {"\"\t\"", "line 1 column 2: control character in a string"},
      {"\"a\0b\""sv, "line 1 column 3: control character in a string"},
      {"\"\x1F\"", "line 1 column 2: control character in a string"},
      {R"("\x41")", "line 1 column 2: unknown escape in a string"},
      {R"("\'")", "line 1 column 2: unknown escape in a string"},
      {R"("\U0041")", "line 1 column 2: unknown escape in a string"},
      {R"("\u")", "line 1 column 2: \\u needs four hexadecimal digits"},
      {R"("\u004")", "line 1 column 2: \\u needs four hexadecimal digits"},
      {R"("\u00g0")", "line 1 column 2: \\u needs four hexadecimal digits"},
      {R"("\u+041")", "line 1 column 2: \\u needs four hexadecimal digits"},
      {R"("\ud800")", "line 1 column 2: lone surrogate in a string"},
      {R"("\udc00")", "line 1 column 2: lone surrogate in a string"},
      {R"("\ud800\n")", "line 1 column 2: lone surrogate in a string"},
      {R"("\ud800\ud800")", "line 1 column 2: lone surrogate in a string"},
      {R"("\ud800\u0041")", "line 1 column 2: lone surrogate in a string"},
      {R"("\ud83d\u00")", "line 1 column 2: \\u needs four hexadecimal digits"},
      {"\"\x80\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xC3\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xC0\xAF\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xE0\x80\xAF\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xED\xA0\x80\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xF4\x90\x80\x80\"", "line 1 column 2: invalid UTF-8"},
      {"\"\xF5\x80\x80\x80\"", "line 1 column 2: invalid UTF-8"},
      {"\"é\xFF\"", "line 1 column 3: invalid UTF-8"},
      {"\xFF", "line 1 column 1: expected a JSON value"},
      {"[\xC2\xA0"
       "1]",
       "line 1 column 2: expected a JSON value"},
      {"{a:1}", "line 1 column 2: expected a key in double quotes"},
      {"{'a':1}", "line 1 column 2: expected a key in double quotes"},
      {"{1:1}", "line 1 column 2: expected a key in double quotes"},
      {"{null:1}", "line 1 column 2: expected a key in double quotes"},
      {"{\"a\"}", "line 1 column 5: expected ':' after a key"},
      {"{\"a\" 1}", "line 1 column 6: expected ':' after a key"},
      {"{\"a\":}", "line 1 column 6: expected a JSON value"},
      {"{\"a\":1", "line 1 column 7: expected ',' or '}'"},
      {"{\"a\":1]", "line 1 column 7: expected ',' or '}'"},
      {"{\"a\":1,}", "line 1 column 8: expected a key in double quotes"},
      {"{,}", "line 1 column 2: expected a key in double quotes"},
      {"{\"a\":1 \"b\":2}", "line 1 column 8: expected ',' or '}'"},
      {"// c\n1", "line 1 column 1: expected a JSON value"},
      {"1 # c", "line 1 column 3: bytes after the JSON value"},
      {"[1 /* c */]", "line 1 column 4: expected ',' or ']'"},
      {"{\"a\":1,\"a\":2}", "line 1 column 8: key \"a\" repeated"},
      {"{\"a\":1,\n\"b\":2,\n\"\\u0061\":3}", "line 3 column 1: key \"a\" repeated"},
      {"[{\"x\":{\"a\":1,\"a\":1}}]", "line 1 column 14: key \"a\" repeated"},
      {"{\"é\":1,\"\\u00e9\":2}", "line 1 column 8: key \"é\" repeated"},
      {"{\"\":1,\"\":2}", "line 1 column 7: key \"\" repeated"},
      {"[\n\"é\", x]", "line 2 column 6: expected a JSON value"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read(c.text), "malformed: " + std::string(c.want)) << c.text;
  }
}

TEST(Json, RepeatedKeyAmongMany) {
  for (const std::size_t count : {2U, 12U, 13U, 14U, 200U, 5000U}) {
    for (const std::size_t twin : {std::size_t{0}, (count - 1) / 2, count - 2}) {
      std::string text = "{";
      for (std::size_t i = 0; i + 1 < count; ++i) text += "\"k" + std::to_string(i) + "\":1,";
      const std::size_t column = text.size() + 1;
      text += "\"k" + std::to_string(twin) + "\":1}";
      EXPECT_EQ(read(text), "malformed: line 1 column " + std::to_string(column) + ": key \"k" +
                                std::to_string(twin) + "\" repeated");
    }
  }
}

TEST(Json, LongRepeatedKeyIsCutInTheMessage) {
  const std::string key(1000, 'k');
  EXPECT_EQ(read("{\"" + key + "\":1,\"" + key + "\":1}"),
            "malformed: line 1 column 1007: key \"" + std::string(64, 'k') + "\" repeated");
}

TEST(Json, Depth) {
  const auto nested = [](std::size_t depth) { return repeat("[", depth) + repeat("]", depth); };
  EXPECT_EQ(read(nested(256)), nested(256));
  EXPECT_EQ(read(nested(257)), "limit: line 1 column 257: nested deeper than 256");
  const auto objects = [](std::size_t depth) {
    return repeat("{\"a\":", depth) + "1" + repeat("}", depth);
  };
  EXPECT_EQ(read(objects(256)), objects(256));
  EXPECT_EQ(read(objects(257)), "limit: line 1 column 1281: nested deeper than 256");
  // No recursion: a bomb is answered at the limit, wherever that is.
  EXPECT_EQ(read(repeat("[", 1 << 20)), "limit: line 1 column 257: nested deeper than 256");
  EXPECT_EQ(read(repeat("[", 100'000), {1 << 20, 200'000, 200'000}),
            "malformed: line 1 column 100001: the text ends where a value is expected");
}

TEST(Json, Values) {
  const auto array = [](std::size_t values) { return "[" + repeat("1,", values - 2) + "1]"; };
  const ReadLimits ten{100, 10, 10};
  EXPECT_EQ(read(array(10), ten), array(10));
  EXPECT_EQ(read(array(11), ten), "limit: line 1 column 20: more than 10 values");
}

TEST(Json, Exponents) {
  const std::string nines(15, '9');
  EXPECT_EQ(read("1e" + nines), "1e" + nines);
  EXPECT_EQ(read("1e1000000000000000"), "limit: line 1 column 1: exponent is out of range");
  EXPECT_EQ(read("0.1e" + nines), "1e999999999999998");
  EXPECT_EQ(read("[1e-000" + nines + "]"), "[1e-" + nines + "]");
  EXPECT_EQ(read("1e-1" + nines), "limit: line 1 column 1: exponent is out of range");
  EXPECT_EQ(read("[100e999999999999997,10e999999999999998]"),
            "[1e999999999999999,1e999999999999999]");
  EXPECT_EQ(read("0e" + std::string(400, '0')), "0");
  EXPECT_EQ(read("[1, 1e9" + nines + "]"), "limit: line 1 column 5: exponent is out of range");
  EXPECT_EQ(read("-1E-1" + nines), "limit: line 1 column 1: exponent is out of range");
  EXPECT_EQ(read("0E-1" + nines), "0");
}

TEST(Json, Bytes) {
  const ReadLimits ten{10, 10, 10};
  EXPECT_EQ(read("\"12345678\"", ten), "\"12345678\"");
  EXPECT_EQ(read("\"123456789\"", ten), "limit: line 1 column 1: 11 bytes, limit is 10");
}

TEST(Json, BudgetIsGivenBack) {
  MemoryBudget budget(100'000);
  {
    const auto document = json::parse("[" + repeat("\"a\\n\",", 99) + "1]", kLimits, &budget);
    ASSERT_TRUE(document.ok());
    EXPECT_GE(budget.used() + 16, document.value()->footprint());
    EXPECT_LE(budget.used(), 3 * document.value()->footprint());
  }
  EXPECT_EQ(budget.used(), 0U);
  // Refused before the text, in the tape, and in the pool: nothing stays taken.
  for (const std::string& text : {std::string(200'000, ' '), "[" + repeat("1,", 9000) + "1]",
                                  "\"" + repeat("\\n", 45'000) + "\""}) {
    const auto refused = json::parse(text, kLimits, &budget);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Errc::limit);
    EXPECT_NE(refused.error().message.find("memory budget of 100000 bytes is used up"),
              std::string::npos)
        << refused.error().message;
    EXPECT_EQ(budget.used(), 0U);
  }
}

TEST(Json, MalformedGivesBudgetBack) {
  MemoryBudget budget(1 << 20);
  EXPECT_FALSE(json::parse("[" + repeat("1,", 5000), kLimits, &budget).ok());
  EXPECT_EQ(budget.used(), 0U);
}

constexpr std::string_view kReview =
    R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"7f0b2891",)"
    R"("kind":{"group":"","version":"v1","kind":"Pod"},"object":{"metadata":{"name":"é\u00e9\n",)"
    R"("labels":{"a":"b"}},"spec":{"x":[1,-2.5e+3,true,false,null,{"y":[]}]}},"dryRun":false}})";

TEST(Json, TruncatedAnywhereIsRefused) {
  ASSERT_TRUE(json::parse(std::string(kReview), kLimits, nullptr).ok());
  for (std::size_t size = 0; size < kReview.size(); ++size) {
    const auto cut = json::parse(std::string(kReview.substr(0, size)), kLimits, nullptr);
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.error().code, Errc::malformed) << size;
  }
}

TEST(Json, AnyByteReplacedNeverCrashes) {
  for (std::size_t at = 0; at < kReview.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(kReview);
      text[at] = static_cast<char>(byte);
      const auto document = json::parse(text, kLimits, nullptr);
      if (document.ok()) {
        EXPECT_EQ(read(canonical(document.value()->root())), canonical(document.value()->root()));
      }
    }
  }
}

TEST(Json, OffsetsPointIntoTheText) {
  const std::string text = "{\n  \"é\": [1, \"x\\n\"],\n  \"b\": {\"c\": null}\n}";
  const auto document = json::parse(text, kLimits, nullptr);
  ASSERT_TRUE(document.ok());
  const Value root = document.value()->root();
  EXPECT_EQ(root.offset(), 0U);
  EXPECT_EQ(root["é"].key().offset(), text.find("\"é\""));
  EXPECT_EQ(root["é"].offset(), text.find('['));
  EXPECT_EQ(root["é"].at(1).offset(), text.find("\"x"));
  EXPECT_EQ(root["é"].at(1).position().line, 2U);
  EXPECT_EQ(root["é"].at(1).position().column, 12U);
  EXPECT_EQ(root["b"]["c"].offset(), text.find("null"));
  EXPECT_EQ(root["b"]["c"].position().line, 3U);
}

TEST(Json, AppendString) {
  using namespace std::string_view_literals;
  const std::vector<Case> cases = {
      {"", R"("")"},
      {"a\"\\/\b\f\n\r\t", R"("a\"\\/\b\f\n\r\t")"},
      {"\0\x01\x1F\x7F"sv, "\"\\u0000\\u0001\\u001f\x7F\""},
      {"é\xFFx\xC3", "\"é\xEF\xBF\xBDx\xEF\xBF\xBD\""},
      {"<>&\xE2\x80\xA8", "\"<>&\xE2\x80\xA8\""},
  };
  for (const Case& c : cases) {
    std::string out;
    json::append_string(out, c.text);
    EXPECT_EQ(out, c.want);
  }
}

TEST(Json, CanonicalFormEqualsExactlyWhenValuesDo) {
  const std::vector<std::string_view> same = {R"({"a":1,"b":[100,"x"]})",
                                              R"({"b":[1e2,"\u0078"],"a":1.0})",
                                              "{ \"b\" : [ 100.000, \"x\" ], \"a\" : 10e-1 }"};
  const std::vector<std::string_view> other = {
      R"({"a":1,"b":["x",100]})", R"({"a":1,"b":[100,"x",null]})", R"({"a":"1","b":[100,"x"]})",
      R"({"a":1,"b":[100,"x"],"c":null})", R"({"a":1,"b":[100.0000000000000000001,"x"]})"};
  const auto parse = [](std::string_view text) {
    return json::parse(std::string(text), kLimits, nullptr).value();
  };
  const DocumentPtr first = parse(same[0]);
  for (const std::string_view text : same) {
    const DocumentPtr document = parse(text);
    EXPECT_TRUE(equal(first->root(), document->root())) << text;
    EXPECT_EQ(canonical(first->root()), canonical(document->root())) << text;
  }
  for (const std::string_view text : other) {
    const DocumentPtr document = parse(text);
    EXPECT_FALSE(equal(first->root(), document->root())) << text;
    EXPECT_NE(canonical(first->root()), canonical(document->root())) << text;
  }
}

TEST(Json, CanonicalNumbersHaveOneSpelling) {
  for (std::size_t zeros = 0; zeros < 60; ++zeros) {
    const std::string digits = "1" + std::string(zeros, '0');
    const std::string exponent = "1e" + std::to_string(zeros);
    EXPECT_EQ(read(digits), read(exponent));
    EXPECT_EQ(read("-" + digits), read("-" + exponent));
    EXPECT_EQ(read(digits + ".0"), read(exponent));
  }
}

}  // namespace
}  // namespace portreeve
