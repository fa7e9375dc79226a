// A value by somebody else's JSON Schema: each keyword, each trap, and what is left undecided.

#include "policies/schema_validator.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json.h"
#include "core/limits.h"
#include "policies/path.h"

namespace portreeve::policies {
namespace {

DocumentPtr read(const std::string& text) {
  const ReadLimits limits{64 << 20, 256, 1'000'000};
  Result<DocumentPtr> document = json::parse(text, limits, nullptr);
  EXPECT_TRUE(document.ok()) << text.substr(0, 200);
  return document.ok() ? std::move(document).value() : nullptr;
}

// "valid", or a line for each fault: "/port (/properties/port/maximum): expected 1, found 2", then
// "undecided /x: why".
std::string judged(const std::string& schema_text, const std::string& instance_text) {
  const DocumentPtr schema = read(schema_text);
  const DocumentPtr instance = read(instance_text);
  const SchemaVerdict verdict = judge_by_schema(schema->root(), instance->root());
  std::string out;
  for (const SchemaFault& fault : verdict.faults) {
    out += (out.empty() ? "" : "; ") + pointer_to(instance->root(), fault.anchor, fault.tail) +
           " (" + schema_place(schema->root(), fault.keyword) + "): expected " + fault.expected +
           ", found " + fault.found;
  }
  if (verdict.kind == SchemaVerdict::Kind::undecided) {
    for (const SchemaFault& fault : verdict.undecided) {
      out += (out.empty() ? "" : "; ") + std::string("undecided ") +
             pointer_to(instance->root(), fault.anchor, fault.tail) + ": " + fault.reason;
    }
  }
  EXPECT_EQ(verdict.kind == SchemaVerdict::Kind::valid, out.empty()) << schema_text;
  return out.empty() ? "valid" : out;
}

struct Case {
  const char* schema;
  const char* instance;
  const char* want;
};

void expect_all(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(judged(one.schema, one.instance), one.want) << one.schema << "  on  " << one.instance;
  }
}

#define DRAFT_07 R"("$schema": "http://json-schema.org/draft-07/schema#", )"
#define DRAFT_2020 R"("$schema": "https://json-schema.org/draft/2020-12/schema", )"

TEST(SchemaValidator, Types) {
  expect_all({
      {R"({"type": "string"})", R"("a")", "valid"},
      {R"({"type": "string"})", "1", " (/type): expected string, found 1"},
      {R"({"type": ["string", "null"]})", "null", "valid"},
      {R"({"type": ["string", "null"]})", "[1]",
       " (/type): expected string or null, found a list of 1"},
      {R"({"type": "integer"})", "1.0", "valid"},
      {R"({"type": "integer"})", "10e-1", "valid"},
      {R"({"type": "integer"})", "1.5", " (/type): expected integer, found 1.5"},
      {R"({"type": "integer"})", "1e400", "valid"},
      {R"({"type": "number"})", "12345678901234567890123", "valid"},
      {R"({"type": "boolean"})", R"("true")", R"( (/type): expected boolean, found "true")"},
      {R"({"type": "object"})", "[]", " (/type): expected object, found a list of 0"},
      {R"({"type": "strnig"})", "1",
       "undecided : the schema's type is \"strnig\"; expected a type's name"},
      {R"({"type": []})", "1",
       "undecided : the schema's type is a list of 0; expected a type's name"},
      {"true", "1", "valid"},
      {"{}", "1", "valid"},
      {"false", "1", " (): expected nothing here, found 1"},
      {"3", "1", "undecided : a schema is a map, true or false; found 3"},
  });
}

TEST(SchemaValidator, NumbersAreExact) {
  expect_all({
      {R"({"maximum": 9007199254740992})", "9007199254740993",
       " (/maximum): expected at most 9007199254740992, found 9007199254740993"},
      {R"({"maximum": 10})", "10.0", "valid"},
      {R"({"exclusiveMaximum": 10})", "10.0",
       " (/exclusiveMaximum): expected less than 10, found 10.0"},
      {R"({"minimum": -1})", "-1.0001", " (/minimum): expected at least -1, found -1.0001"},
      {R"({"exclusiveMinimum": 0})", "1e-300", "valid"},
      {R"({"exclusiveMinimum": true, "minimum": 0})", "1",
       "undecided : the schema's exclusiveMinimum is true; expected a number"},
      {R"({"minimum": 5})", R"("3")", "valid"},
      {R"({"multipleOf": 0.01})", "19.99", "valid"},
      {R"({"multipleOf": 0.1})", "0.30000000000000004",
       " (/multipleOf): expected a multiple of 0.1, found 0.30000000000000004"},
      {R"({"multipleOf": 3})", "100000000000000000000000000000000000002", "valid"},
      {R"({"multipleOf": 3})", "0", "valid"},
      {R"({"multipleOf": 1e-5})", "1e300", "valid"},
      {R"({"multipleOf": 0})", "1",
       "undecided : the schema's multipleOf is 0; expected a number above 0"},
      {R"({"multipleOf": 1e-2000})", "1", "undecided : multipleOf of numbers of such length"},
      {R"({"const": 1})", "1.0", "valid"},
      {R"({"enum": [1e2]})", "100", "valid"},
      {R"({"const": 9007199254740993})", "9007199254740992",
       " (/const): expected 9007199254740993, found 9007199254740992"},
  });
}

TEST(SchemaValidator, Texts) {
  expect_all({
      {R"({"maxLength": 2})", R"("äö")", "valid"},
      {R"({"maxLength": 1})", R"("äö")",
       " (/maxLength): expected at most 1 character, found \"äö\""},
      {R"({"minLength": 2})", R"("😀")",
       " (/minLength): expected at least 2 characters, found \"😀\""},
      {R"({"minLength": 2.0})", R"("ab")", "valid"},
      {R"({"minLength": -1})", R"("ab")",
       "undecided : the schema's minLength is -1; expected a count"},
      {R"({"pattern": "b"})", R"("abc")", "valid"},
      {R"({"pattern": "^b"})", R"("abc")",
       " (/pattern): expected a text that matches \"^b\", found \"abc\""},
      {R"({"pattern": "^a$|^c$"})", R"("abc")",
       " (/pattern): expected a text that matches \"^a$|^c$\", found \"abc\""},
      {R"({"pattern": "^a.c$"})", R"("a\nc")",
       " (/pattern): expected a text that matches \"^a.c$\", found \"a\\u{000A}c\""},
      {R"s({"pattern": "(?=a)"})s", R"("abc")",
       "undecided : pattern \"(?=a)\" is none that is judged here (RE2)"},
      {R"({"pattern": "a)|(b"})", R"("x")",
       "undecided : pattern \"a)|(b\" is none that is judged here (RE2)"},
      {R"({"pattern": "("})", "5", "valid"},
      {R"({"format": "email", "type": "string"})", R"("no address")", "valid"},
  });
}

TEST(SchemaValidator, Objects) {
  expect_all({
      {R"({"required": ["a/b", "c"]})", R"({"c": 1})",
       R"(/a~1b (/required): expected "a/b", found nothing)"},
      {R"({"required": ["a"]})", "[]", "valid"},
      {R"({"required": true})", "{}",
       "undecided : the schema's required is true; expected a list of names"},
      {R"({"properties": {"a": {"type": "string"}}})", R"({"a": 1, "b": 2})",
       "/a (/properties/a/type): expected string, found 1"},
      {R"({"properties": {"a": {}}, "additionalProperties": false})", R"({"a": 1, "b": 2})",
       R"(/b (/additionalProperties): expected no member "b", found 2)"},
      {R"({"additionalProperties": {"type": "string"}})", R"({"b": 2})",
       "/b (/additionalProperties/type): expected string, found 2"},
      {R"({"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": false})",
       R"({"xa": "b", "ax": 1})",
       "/xa (/patternProperties/^x/type): expected integer, found \"b\"; "
       "/ax (/additionalProperties): expected no member \"ax\", found 1"},
      {R"({"allOf": [{"properties": {"a": {}}}], "additionalProperties": false})", R"({"a": 1})",
       R"(/a (/additionalProperties): expected no member "a", found 1)"},
      {R"({"propertyNames": {"maxLength": 2}})", R"({"abc": 1})",
       R"(/abc (/propertyNames/maxLength): expected at most 2 characters, found "abc")"},
      {R"({"minProperties": 1, "maxProperties": 2})", "{}",
       " (/minProperties): expected at least 1 member, found a map of 0"},
      {R"({"properties": {"__proto__": {"type": "string"}}})", R"({"__proto__": 1})",
       "/__proto__ (/properties/__proto__/type): expected string, found 1"},
      {R"({"dependentRequired": {"a": ["b"]}})", R"({"a": 1})",
       R"(/b (/dependentRequired/a): expected "b", found nothing)"},
      {R"({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}})", R"({"a": 1, "b": 1, "c": 1})",
       R"(/d (/dependencies/c/required): expected "d", found nothing)"},
      {R"({"dependentSchemas": {"a": {"maxProperties": 1}}})", R"({"a": 1, "b": 2})",
       " (/dependentSchemas/a/maxProperties): expected at most 1 member, found a map of 2"},
  });
}

TEST(SchemaValidator, Lists) {
  expect_all({
      {R"({"items": {"type": "string"}})", R"(["a", 1])",
       "/1 (/items/type): expected string, found 1"},
      {R"({"prefixItems": [{"type": "string"}], "items": false})", R"(["a", 1])",
       "/1 (/items): expected nothing here, found 1"},
      {R"({"items": [{"type": "string"}], "additionalItems": false})", R"(["a", 1])",
       "/1 (/additionalItems): expected nothing here, found 1"},
      {R"({"additionalItems": false})", "[1]", "valid"},
      {R"({"contains": {"const": 1}})", "[2]",
       " (/contains): expected at least 1 elements that fit, found 0 of 1"},
      {R"({"contains": {"const": 1}, "minContains": 0})", "[2]", "valid"},
      {R"({"contains": {"const": 1}, "maxContains": 1})", "[1, 1]",
       " (/contains): expected at least 1 and at most 1 elements that fit, found 2 of 2"},
      {R"({"uniqueItems": true})", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1.0}])",
       "/1 (/uniqueItems): expected elements that all differ, found a map of 2"},
      {R"({"uniqueItems": true})", "[1, true, \"1\", null]", "valid"},
      {R"({"maxItems": 0})", "[1]", " (/maxItems): expected at most 0 elements, found a list of 1"},
  });
}

TEST(SchemaValidator, Logic) {
  expect_all({
      {R"({"allOf": [{"minimum": 1}, {"maximum": 2}]})", "3",
       " (/allOf/1/maximum): expected at most 2, found 3"},
      {R"({"anyOf": [{"type": "string"}, {"minimum": 5}]})", "3",
       " (/anyOf): expected one of 2 forms, such as string, found 3"},
      {R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})", "3",
       " (/oneOf): expected exactly one of 2 forms, found 3, which fits 2"},
      {R"({"not": {"type": "string"}})", R"("a")",
       " (/not): expected what does not fit the schema under \"not\", found \"a\""},
      {R"({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}})",
       R"({"a": 1})", R"(/b (/then/required): expected "b", found nothing)"},
      {R"({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}})",
       "{}", R"(/c (/else/required): expected "c", found nothing)"},
      {R"({"anyOf": [{"nullable": true}, {"type": "string"}]})", R"("a")", "valid"},
      {R"({"anyOf": [{"nullable": true}, {"type": "string"}]})", "1",
       R"(undecided : unknown keyword "nullable" of the schema)"},
      {R"({"oneOf": [{"nullable": true}, {"type": "string"}]})", R"("a")",
       R"(undecided : unknown keyword "nullable" of the schema)"},
      {R"({"not": {"nullable": true}})", "1",
       R"(undecided : unknown keyword "nullable" of the schema)"},
      {R"({"allOf": [{"nullable": true}, {"type": "string"}]})", "1",
       " (/allOf/1/type): expected string, found 1"},
      {R"({"anyOf": []})", "1",
       "undecided : the schema's anyOf is a list of 0; expected a list of schemas"},
  });
}

TEST(SchemaValidator, UnknownKeywordsAreUndecided) {
  expect_all({
      {R"({"requird": ["a"]})", "{}",
       R"(undecided : unknown keyword "requird" of the schema; meant required?)"},
      {R"({"x-catalyst-ui-hint": 1, "title": "t", "default": 3, "examples": [1], "deprecated": true})",
       "1", "valid"},
      {R"({"x-kubernetes-validations": []})", "1",
       R"(undecided : unknown keyword "x-kubernetes-validations" of the schema)"},
      {R"({"properties": {"a": {"nullable": true}}})", R"({"b": 1})", "valid"},
      {R"({"$schema": "http://json-schema.org/draft-04/schema#"})", "1",
       R"(undecided : $schema is "http://json-schema.org/draft-04/schema#"; draft-07 and 2020-12 are judged)"},
      {"{" DRAFT_07 R"("prefixItems": []})", "1",
       "undecided : keyword prefixItems is not of the schema's own dialect"},
      {"{" DRAFT_2020 R"("dependencies": {}})", "1",
       "undecided : keyword dependencies is not of the schema's own dialect"},
      {"{" DRAFT_2020 R"("items": [{}]})", "[1]",
       "undecided : items is a list, which 2020-12 calls prefixItems"},
      {R"({"$dynamicRef": "#x"})", "1",
       R"(undecided : unknown keyword "$dynamicRef" of the schema)"},
  });
}

TEST(SchemaValidator, References) {
  expect_all({
      {R"({"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "string"}}})", "1",
       " (/$defs/a~1b%/type): expected string, found 1"},
      {R"({"$ref": "#"})", "1", "undecided : the schema refers to itself without end"},
      {R"({"allOf": [{"$ref": "#"}]})", "1", "undecided : the schema refers to itself without end"},
      {R"({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}})",
       "1", "undecided : the schema refers to itself without end"},
      {R"({"type": "object", "additionalProperties": {"$ref": "#"}})", R"({"a": {"b": {"c": 1}}})",
       "/a/b/c (/type): expected object, found 1"},
      {R"({"$ref": "http://example.com/x.json"})", "1",
       R"(undecided : $ref "http://example.com/x.json" leads out of the schema; nothing is fetched)"},
      {R"({"$ref": "file:///etc/passwd"})", "1",
       R"(undecided : $ref "file:///etc/passwd" leads out of the schema; nothing is fetched)"},
      {R"({"$ref": "other.json#/a"})", "1",
       R"(undecided : $ref "other.json#/a" leads out of the schema; nothing is fetched)"},
      {R"({"$ref": "#/$defs/none"})", "1", R"(undecided : $ref "#/$defs/none" leads to nothing)"},
      {R"({"$ref": "#/allOf/00", "allOf": [true]})", "1",
       R"(undecided : $ref "#/allOf/00" leads to nothing)"},
      {R"({"$ref": "#name"})", "1",
       R"(undecided : $ref "#name" names an anchor; a path such as #/$defs/x is judged)"},
      {R"({"$ref": 3})", "1", "undecided : the schema's $ref is 3; expected a reference"},
      {R"({"$ref": "#/$defs/a", "$defs": {"a": {"$id": "x", "type": "string"}}})", "1",
       R"(undecided : $ref "#/$defs/a" in a schema with more than one $id)"},
      {"{" DRAFT_07 R"("$ref": "#/definitions/a", "type": "string", "definitions": {"a": {}}})",
       "1", "valid"},
      {"{" DRAFT_2020 R"("$ref": "#/$defs/a", "type": "string", "$defs": {"a": {}}})", "1",
       " (/type): expected string, found 1"},
      {R"({"$ref": "#/properties/$ref", "properties": {"$ref": {"type": "object"}}})", "1",
       " (/properties/$ref/type): expected object, found 1"},
  });
}

TEST(SchemaValidator, Unevaluated) {
  expect_all({
      {R"({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false})",
       R"({"a": 1, "b": 2})", "/b (/unevaluatedProperties): expected no such member, found 2"},
      {R"({"anyOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"b": {}}, "required": ["b"]}], "unevaluatedProperties": false})",
       R"({"a": 1, "b": 2})", "valid"},
      {R"({"oneOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"a": {"const": 2}, "b": {}}}], "unevaluatedProperties": false})",
       R"({"a": 1, "b": 2})", "/b (/unevaluatedProperties): expected no such member, found 2"},
      {R"({"if": {"properties": {"a": {"const": 1}}}, "else": {"properties": {"b": {}}}, "unevaluatedProperties": false})",
       R"({"a": 1})", "valid"},
      {R"({"$ref": "#/$defs/x", "unevaluatedProperties": false, "$defs": {"x": {"properties": {"a": {}}}}})",
       R"({"a": 1})", "valid"},
      {R"({"not": {"properties": {"a": {"const": 2}}}, "unevaluatedProperties": false})",
       R"({"a": 1})", "/a (/unevaluatedProperties): expected no such member, found 1"},
      {R"({"properties": {"a": {"unevaluatedProperties": false, "properties": {"b": {}}}}})",
       R"({"a": {"b": 1, "c": 1}})",
       "/a/c (/properties/a/unevaluatedProperties): expected no such member, found 1"},
      {R"({"allOf": [{"nullable": true}], "unevaluatedProperties": false})", R"({"a": 1})",
       "undecided : unknown keyword \"nullable\" of the schema; undecided /a: whether another "
       "keyword allows this member"},
      {R"({"prefixItems": [{}], "unevaluatedItems": false})", "[1, 2]",
       "/1 (/unevaluatedItems): expected no such element, found 2"},
      {R"({"contains": {"const": 2}, "unevaluatedItems": false})", "[1, 2]",
       "/0 (/unevaluatedItems): expected no such element, found 1"},
      {R"({"unevaluatedItems": {"type": "string"}})", "[1]",
       "/0 (/unevaluatedItems/type): expected string, found 1"},
  });
}

TEST(SchemaValidator, IsBounded) {
  // A tree deeper than any configuration.
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "[" + deep + "]";
  EXPECT_EQ(judged(R"({"items": {"$ref": "#"}})", deep).substr(0, 9), "undecided");
  // 2^64 ways.
  std::string doubling = R"({"$ref": "#/$defs/d0", "$defs": {)";
  for (int i = 0; i < 30; ++i) {
    const std::string next = "{\"$ref\": \"#/$defs/d" + std::to_string(i + 1) + "\"}";
    doubling += "\"d" + std::to_string(i) + "\": {\"allOf\": [" + next + ", " + next + "]}, ";
  }
  EXPECT_EQ(judged(doubling + R"("d30": {"type": "string"}}})", R"("x")"),
            "undecided : more than 1000000 steps of the schema");
  // Long texts, and a pattern that kills backtracking engines.
  const std::string text = "\"" + std::string(5'000'000, 'a') + "\"";
  EXPECT_EQ(judged(R"({"pattern": "^(a+)+$"})", text), "valid");
  EXPECT_EQ(judged(R"({"pattern": "^(a|aa)+b$", "maxLength": 10})", text),
            " (/pattern): expected a text that matches \"^(a|aa)+b$\", found \"" +
                std::string(77, 'a') +
                "…\";  (/maxLength): expected at most 10 characters, found 5000000 characters");
  // More faults than anybody reads.
  std::string list = "[1";
  for (int i = 0; i < 10'000; ++i) list += ", 1";
  const DocumentPtr schema = read(R"({"items": {"type": "string"}})");
  const DocumentPtr instance = read(list + "]");
  EXPECT_EQ(judge_by_schema(schema->root(), instance->root()).faults.size(),
            SchemaVerdict::kMostFaults);
}

}  // namespace
}  // namespace portreeve::policies
