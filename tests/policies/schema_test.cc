#include "policies/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policies/check.h"
#include "policies/condition.h"
#include "tests/policies/policy_text.h"
#include "tests/support/golden.h"

namespace portreeve::policies {
namespace {

TEST(SchemaTest, TextNamesEverything) {
  const std::string text = language_text();
  for (const CheckType& type : check_types()) {
    EXPECT_NE(text.find("\n  " + std::string(type.name) + " "), std::string::npos) << type.name;
    if (type.name == "field") continue;
    for (const Parameter& parameter : type.parameters) {
      EXPECT_NE(text.find("    " + std::string(parameter.name) + " "), std::string::npos) << parameter.name;
    }
  }
  for (const PredicateType& type : kPredicateTypes) {
    EXPECT_NE(text.find("  " + std::string(type.name) + " "), std::string::npos) << type.name;
  }
  for (const ValueForm& form : kValueForms) {
    EXPECT_NE(text.find(form.usage), std::string::npos) << form.name;
  }
}

// The documentation holds the generated tables, so it cannot go stale.
TEST(SchemaTest, DocumentationHoldsTheTables) {
  const std::string docs = testing::source_file("docs/policy-language.md");
  const std::string markdown = language_markdown();
  std::size_t from = 0;
  while (from < markdown.size()) {
    const std::size_t to = std::min(markdown.find("\n\n", from), markdown.size());
    const std::string table = markdown.substr(from, to - from);
    EXPECT_NE(docs.find(table), std::string::npos) << "docs/policy-language.md does not hold:\n" << table;
    from = to + 2;
  }
}

TEST(SchemaTest, JsonSchemaIsJsonWithoutDanglingReferences) {
  const std::string text = language_json_schema();
  const auto schema = nlohmann::json::parse(text);
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  const std::string reference = "#/$defs/";
  for (std::size_t at = text.find(reference); at != std::string::npos;
       at = text.find(reference, at + 1)) {
    const std::size_t from = at + reference.size();
    const std::string name = text.substr(from, text.find('"', from) - from);
    EXPECT_TRUE(schema["$defs"].contains(name)) << name;
  }
  for (const CheckType& type : check_types()) {
    const auto& with = schema["$defs"]["with-" + std::string(type.name)];
    EXPECT_EQ(with["properties"].size(), type.parameters.size()) << type.name;
    EXPECT_EQ(with["additionalProperties"], false);
  }
}

}  // namespace
}  // namespace portreeve::policies
