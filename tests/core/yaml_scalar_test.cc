#include "core/yaml_scalar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/json.h"
#include "core/yaml.h"
#include "tests/support/source_dir.h"

namespace portreeve {
namespace {

constexpr ReadLimits kLimits{1 << 20, 16, 10'000};

DocumentPtr json_of(const std::string& text) {
  auto document = json::parse(text, kLimits, nullptr);
  EXPECT_TRUE(document.ok()) << text;
  return std::move(document).value();
}

// tests/fixtures/yaml11/README.md says where the table comes from.
TEST(YamlScalar, AgreesWithTheApiServersReader) {
  std::ifstream table(test::source_dir() + "/tests/fixtures/yaml11/scalars.tsv");
  std::string line;
  int rows = 0;
  while (std::getline(table, line)) {
    ++rows;
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    ASSERT_NE(second, std::string::npos) << line;
    const std::string scalar(json_of(line.substr(0, first))->root().text());
    const std::string value = line.substr(first + 1, second - first - 1);
    const std::string key = line.substr(second + 1);

    const auto as_value = yaml::parse("- " + scalar + "\n", kLimits, nullptr);
    ASSERT_EQ(as_value.ok(), value != "-") << scalar;
    if (as_value.ok()) {
      const DocumentPtr want = json_of(value);
      const Value got = as_value.value()->root().at(0);
      EXPECT_TRUE(equal(got, want->root())) << scalar << ": " << got.text() << " for " << value;
      if (got.is_number()) {
        EXPECT_EQ(got.text(), want->root().text()) << scalar;
      }
    }
    const auto as_key = yaml::parse("? " + scalar + "\n: x\n", kLimits, nullptr);
    ASSERT_EQ(as_key.ok(), key != "-") << scalar;
    if (as_key.ok()) {
      EXPECT_EQ((*as_key.value()->root().begin()).key().text(), json_of(key)->root().text())
          << scalar;
    }
  }
  EXPECT_GT(rows, 900);
}

TEST(YamlScalar, CoreSchema12) {
  struct Case {
    const char* text;
    ValueType want;
  };
  for (const Case& c : {Case{"", ValueType::null},
                        Case{"~", ValueType::null},
                        Case{"Null", ValueType::null},
                        Case{"nUll", ValueType::string},
                        Case{"true", ValueType::boolean},
                        Case{"yes", ValueType::string},
                        Case{"12", ValueType::number},
                        Case{"-014", ValueType::number},
                        Case{"0o14", ValueType::number},
                        Case{"0o18", ValueType::string},
                        Case{"0x1F", ValueType::number},
                        Case{"-0x1F", ValueType::string},
                        Case{"0b1", ValueType::string},
                        Case{"1_0", ValueType::string},
                        Case{"1.", ValueType::number},
                        Case{".5", ValueType::number},
                        Case{".", ValueType::string},
                        Case{"1e3", ValueType::number},
                        Case{"1e", ValueType::string},
                        Case{"-.inf", ValueType::number},
                        Case{"+.INF", ValueType::number},
                        Case{".nan", ValueType::number},
                        Case{"-.nan", ValueType::string},
                        Case{"-", ValueType::string},
                        Case{"2001-01-01", ValueType::string}}) {
    EXPECT_EQ(yaml::resolve_plain_12(c.text), c.want) << c.text;
  }
}

TEST(YamlScalar, LongTextsAreLinear) {
  const std::string digits(1 << 20, '1');
  EXPECT_EQ(yaml::resolve_plain(digits).type, ValueType::string);  // Overflows every float.
  EXPECT_EQ(yaml::resolve_plain("0." + digits).number, "0.1111111111111111");
  EXPECT_EQ(yaml::resolve_plain("1e" + digits).type, ValueType::string);
  EXPECT_EQ(yaml::resolve_plain("1e-" + digits).number, "0");
  EXPECT_EQ(yaml::resolve_plain("-1e-" + digits).number, "-0");
}

}  // namespace
}  // namespace portreeve
