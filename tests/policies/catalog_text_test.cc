#include "policies/catalog_text.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <utility>

#include "core/yaml.h"
#include "policies/catalog.h"
#include "policies/policy_set.h"

namespace portreeve::policies {
namespace {

std::shared_ptr<const PolicySet> load(bool examples) {
  PolicySources sources;
  sources.catalog = embedded_catalog();
  sources.catalog_examples = examples;
  auto set = PolicySet::load(std::move(sources));
  EXPECT_TRUE(set.ok()) << set.error().message;
  return set.value();
}

TEST(CatalogText, OnlyExamplesAreLeftOut) {
  EXPECT_EQ(without_examples("spec:\n  rules:\n    - x\n  examples:\n    - {a: 1}\n\n      b: 2\n"
                             "  also: c\n---\nspec:\n  examples: []\n"),
            "spec:\n  rules:\n    - x\n\n\n\n\n  also: c\n---\nspec:\n\n");
}

// What a door judges by is what was checked when this program was built.
TEST(CatalogText, TheSetIsTheSameButForThem) {
  const auto whole = load(true);
  const auto bare = load(false);
  EXPECT_EQ(bare->catalog_digest().text(), whole->catalog_digest().text());
  ASSERT_EQ(bare->policies().size(), whole->policies().size());
  std::size_t examples = 0;
  for (std::size_t i = 0; i < whole->policies().size(); ++i) {
    const Policy& with = whole->policies()[i];
    const Policy& without = bare->policies()[i];
    EXPECT_EQ(without.name, with.name);
    EXPECT_TRUE(without.examples.empty()) << with.name;
    examples += with.examples.size();
    ASSERT_EQ(without.rules.size(), with.rules.size()) << with.name;
    for (std::size_t r = 0; r < with.rules.size(); ++r) {
      EXPECT_EQ(without.rules[r].name, with.rules[r].name);
      EXPECT_EQ(without.rules[r].message, with.rules[r].message);
    }
  }
  EXPECT_GT(examples, 200U);
}

// Documents but for `spec.examples`, line by line.
TEST(CatalogText, EveryOtherLineStays) {
  for (const SourceFile& file : embedded_catalog()) {
    const auto whole = yaml::parse_stream(file.text, {1 << 20, 100, 1'000'000}, nullptr);
    const auto bare =
        yaml::parse_stream(without_examples(file.text), {1 << 20, 100, 1'000'000}, nullptr);
    ASSERT_TRUE(whole.ok() && bare.ok()) << file.name;
    ASSERT_EQ(bare.value().documents.size(), whole.value().documents.size()) << file.name;
    for (std::size_t i = 0; i < whole.value().documents.size(); ++i) {
      const Value with = whole.value().documents[i]->root();
      const Value without = bare.value().documents[i]->root();
      EXPECT_EQ(without.position().line, with.position().line) << file.name;
      for (const Value member : with["spec"]) {
        const std::string_view key = member.key().text();
        const Value other = without["spec"][key];
        if (key == "examples") {
          EXPECT_FALSE(other.present()) << file.name;
        } else {
          EXPECT_TRUE(equal(other, member)) << file.name << " " << key;
          EXPECT_EQ(other.position().line, member.position().line) << file.name << " " << key;
        }
      }
    }
  }
}

}  // namespace
}  // namespace portreeve::policies
