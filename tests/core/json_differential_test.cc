// Generated documents, and what a few changed bytes make of them, against nlohmann::json.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

using Oracle = nlohmann::json;
constexpr ReadLimits kLimits{1 << 20, 64, 100'000};

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string value(int depth) {
    const std::size_t kind = below(depth > 0 ? 8 : 5);
    if (kind < 2) return string();
    if (kind == 2) return number();
    if (kind < 5) return std::vector<std::string>{"true", "false", "null"}[below(3)];
    std::string out = kind < 7 ? "{" : "[";
    const std::size_t count = below(6);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += "," + space();
      if (kind < 7) out += "\"k" + std::to_string(i) + string().substr(1) + space() + ":";
      out += space() + value(depth - 1) + space();
    }
    return out + (kind < 7 ? "}" : "]");
  }

 private:
  std::string space() { return std::vector<std::string>{"", "", " ", "\n\t"}[below(4)]; }

  std::string string() {
    static const std::vector<std::string> kPieces = {"a",
                                                     "Z9",
                                                     " ",
                                                     "é",
                                                     "€",
                                                     "😀",
                                                     "\\n",
                                                     "\\\"",
                                                     "\\\\",
                                                     "\\/",
                                                     "\\u0041",
                                                     "\\u20ac",
                                                     "\\ud83d\\ude00",
                                                     "\\u0000",
                                                     "\x7F",
                                                     "<",
                                                     "\\u001f",
                                                     "image"};
    std::string out = "\"";
    for (std::size_t left = below(6); left > 0; --left) out += kPieces[below(kPieces.size())];
    return out + "\"";
  }

  std::string number() {
    std::string out = below(2) == 0 ? "-" : "";
    out += std::to_string(below(2) == 0 ? below(100) : random_());
    if (below(3) == 0) out += "." + std::to_string(below(100'000));
    if (below(4) == 0) out += (below(2) == 0 ? "e-" : "E+") + std::to_string(below(20));
    return out;
  }

  std::mt19937 random_;
};

void expect_same(const Value& value, const Oracle& oracle) {
  switch (oracle.type()) {
    case Oracle::value_t::null:
      EXPECT_TRUE(value.is_null());
      return;
    case Oracle::value_t::boolean:
      ASSERT_TRUE(value.is_boolean());
      EXPECT_EQ(value.boolean(), oracle.get<bool>());
      return;
    case Oracle::value_t::string:
      ASSERT_TRUE(value.is_string());
      EXPECT_EQ(value.text(), oracle.get_ref<const std::string&>());
      return;
    case Oracle::value_t::array: {
      ASSERT_TRUE(value.is_array());
      ASSERT_EQ(value.size(), oracle.size());
      std::size_t i = 0;
      for (const Value element : value) expect_same(element, oracle[i++]);
      return;
    }
    case Oracle::value_t::object:
      ASSERT_TRUE(value.is_object());
      ASSERT_EQ(value.size(), oracle.size());
      for (const auto& [key, member] : oracle.items()) expect_same(value[key], member);
      return;
    default:
      ASSERT_TRUE(value.is_number());
      EXPECT_EQ(Oracle::parse(value.text()), oracle);
      return;
  }
}

// Rejects repeated keys, which nlohmann would take (the last wins).
Oracle read_oracle(const std::string& text, bool& repeated) {
  std::vector<std::vector<std::string>> keys;
  const auto watch = [&](int, Oracle::parse_event_t event, Oracle& parsed) {
    if (event == Oracle::parse_event_t::object_start) keys.emplace_back();
    if (event == Oracle::parse_event_t::object_end && !keys.empty()) keys.pop_back();
    if (event == Oracle::parse_event_t::key) {
      const auto key = parsed.get<std::string>();
      for (const std::string& other : keys.back()) repeated = repeated || other == key;
      keys.back().push_back(key);
    }
    return true;
  };
  return Oracle::parse(text, watch, false);
}

// nlohmann reads numbers into doubles and refuses 1e400, which is a JSON number.
bool beyond_double(const Value& value) {
  if (value.is_number()) return std::isinf(std::strtod(std::string(value.text()).c_str(), nullptr));
  for (const Value child : value) {
    if (beyond_double(child)) return true;
  }
  return false;
}

TEST(JsonDifferential, GeneratedDocuments) {
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    const std::string text = Generator(seed).value(6);
    const auto document = json::parse(text, kLimits, nullptr);
    ASSERT_TRUE(document.ok()) << "seed " << seed << ": " << document.error().message << text;
    expect_same(document.value()->root(), Oracle::parse(text));
    std::string canonical;
    json::append_canonical(canonical, document.value()->root());
    const auto again = json::parse(canonical, kLimits, nullptr);
    ASSERT_TRUE(again.ok()) << "seed " << seed;
    EXPECT_TRUE(equal(again.value()->root(), document.value()->root())) << "seed " << seed;
    if (HasFailure()) FAIL() << "seed " << seed << ": " << text;
  }
}

TEST(JsonDifferential, ChangedBytes) {
  constexpr std::string_view kBytes = "{}[]\",:\\u0-+.eEtfn \n\x80\xC3\xFF";
  int accepted = 0;
  for (std::uint32_t seed = 1; seed <= 30'000; ++seed) {
    Generator generator(seed);
    std::string text = generator.value(3);
    for (std::size_t changes = 1 + generator.below(2); changes > 0; --changes) {
      const std::size_t at = generator.below(text.size());
      if (generator.below(3) == 0) {
        text.erase(at, 1);
        if (text.empty()) text = " ";
      } else {
        text[at] = kBytes[generator.below(kBytes.size())];
      }
    }
    bool repeated = false;
    const Oracle oracle = read_oracle(text, repeated);
    const auto document = json::parse(text, kLimits, nullptr);
    if (document.ok() && beyond_double(document.value()->root())) continue;
    ASSERT_EQ(document.ok(), !oracle.is_discarded() && !repeated)
        << "seed " << seed << ": " << text;
    if (document.ok()) {
      ++accepted;
      expect_same(document.value()->root(), oracle);
    }
  }
  EXPECT_GT(accepted, 3000);
}

}  // namespace
}  // namespace portreeve
