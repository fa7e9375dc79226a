// The JSON Schema for editors. It is looser than the loader where JSON Schema cannot say more (that
// a table exists, that a pattern compiles), never stricter: a file that loads is valid.

#include "core/json.h"
#include "policies/check.h"
#include "policies/condition.h"
#include "policies/document_kinds.h"
#include "policies/expression.h"
#include "policies/schema.h"

namespace portreeve::policies {
namespace {

// What does not depend on the tables.
constexpr std::string_view kFixed = R"(    "name": {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"},
    "text": {"type": "string", "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string"}},
    "metadata": {"type": "object", "required": ["name"], "additionalProperties": false,
      "properties": {"name": {"type": "string"}, "labels": {"type": "object"}, "annotations": {"type": "object"}}},
    "type": {"enum": ["string", "number", "integer", "boolean", "list", "map", "null"]},
    "bound": {"type": ["number", "string"]},
    "bounds": {"type": "object", "additionalProperties": false, "minProperties": 1,
      "properties": {"min": {"$ref": "#/$defs/bound"}, "max": {"$ref": "#/$defs/bound"}}},
    "operation": {"enum": ["CREATE", "UPDATE"]},
    "operations": {"anyOf": [{"$ref": "#/$defs/operation"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/operation"}}]},
    "conditions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
    "when": {"description": "the rule is judged only where this holds", "anyOf": [
      {"type": "object", "additionalProperties": false, "required": ["present"], "properties": {"present": {"type": "string"}}},
      {"type": "object", "additionalProperties": false, "required": ["absent"], "properties": {"absent": {"type": "string"}}},
      {"type": "object", "additionalProperties": false, "required": ["operation"], "properties": {"operation": {"$ref": "#/$defs/operations"}}},
      {"type": "object", "additionalProperties": false, "required": ["all"], "properties": {"all": {"$ref": "#/$defs/conditions"}}},
      {"type": "object", "additionalProperties": false, "required": ["any"], "properties": {"any": {"$ref": "#/$defs/conditions"}}},
      {"type": "object", "additionalProperties": false, "required": ["not"], "properties": {"not": {"$ref": "#/$defs/when"}}},
      {"$ref": "#/$defs/with-field"}]},
    "effect": {"enum": ["deny", "warn", "report"]},
    "enforcement": {"type": "object", "additionalProperties": false,
      "properties": {"admission": {"$ref": "#/$defs/effect"}, "guard": {"$ref": "#/$defs/effect"}, "audit": {"$ref": "#/$defs/effect"}}},
    "each": {"type": "object", "additionalProperties": false, "required": ["in", "as"],
      "properties": {"in": {"$ref": "#/$defs/text"}, "as": {"$ref": "#/$defs/text"}}},
    "match": {"type": "object", "additionalProperties": false, "anyOf": [{"required": ["objects"]}, {"required": ["artifacts"]}, {"required": ["paths"]}], "properties": {
      "paths": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "globs over files of a repository, charts by their Chart.yaml"},
      "artifacts": {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": "globs over host/repository: the rules judge the artifacts that objects name"},
      "objects": {"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false, "required": ["group", "kinds"],
        "properties": {"group": {"type": "string"}, "kinds": {"$ref": "#/$defs/texts"}, "versions": {"$ref": "#/$defs/texts"}}}},
      "namespaces": {"$ref": "#/$defs/texts"}, "excludeNamespaces": {"$ref": "#/$defs/texts"},
      "operations": {"$ref": "#/$defs/operations"},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}}}},
    "requirements": {"type": "array", "minItems": 1, "items": {"allOf": [{"$ref": "#/$defs/requirement"}],
      "properties": {"check": true, "with": true, "all": true, "any": true, "none": true}, "additionalProperties": false}},
    "rule": {"allOf": [{"$ref": "#/$defs/requirement"}], "type": "object", "required": ["name", "message"], "additionalProperties": false, "properties": {
      "check": true, "with": true, "all": true, "any": true, "none": true,
      "name": {"$ref": "#/$defs/name"},
      "severity": {"enum": ["critical", "high", "medium", "low", "info"], "default": "medium"},
      "since": {"type": "integer", "minimum": 0, "default": 1, "description": "catalog level at which the rule appeared"},
      "each": {"anyOf": [{"$ref": "#/$defs/each"}, {"type": "array", "items": {"$ref": "#/$defs/each"}}]},
      "when": {"$ref": "#/$defs/when"},
      "message": {"$ref": "#/$defs/text", "description": "what is wrong, one sentence, addressed to the author of the object"},
      "fix": {"type": "string", "description": "what to write instead"},
      "note": {"type": "string", "description": "why the rule is as it is"},
      "enforcement": {"$ref": "#/$defs/enforcement"},
      "before-cutover": {"allOf": [{"$ref": "#/$defs/enforcement"}], "minProperties": 1, "description": "the most that it does before Config.cutover"}}},
    "example": {"type": "object", "required": ["name", "expect"], "anyOf": [{"required": ["object"]}, {"required": ["chart"]}], "additionalProperties": false, "properties": {
      "name": {"$ref": "#/$defs/text"}, "expect": {"enum": ["allow", "deny", "warn", "note", "undecided"]},
      "rule": {"type": "string"}, "path": {"type": "string"}, "found": {"type": "string"},
      "object": {"type": "object"}, "old": {"type": "object"}, "operation": {"$ref": "#/$defs/operations"},
      "namespace": {"type": "string"}, "now": {"type": "string"},
      "chart": {"type": "object", "description": "a chart; without object it is what is judged", "required": ["files"], "additionalProperties": false, "properties": {
        "form": {"enum": ["source", "package"]}, "files": {"type": "object", "additionalProperties": {"type": "string"}},
        "type": {"type": "string"}, "tag": {"type": "string"}, "file": {"type": "string"}, "packed": {"type": "integer", "description": "bytes of its files in the release, instead of what they are"},
        "pins": {"type": "array", "items": {"type": "object", "required": ["kind"], "additionalProperties": false, "properties": {
          "kind": {"enum": ["blueprint", "kit", "seed", "umbrella"]}, "version": true}}}}},
      "blueprint": {"type": "object", "description": "the Blueprint that is found, whatever name is asked for"},
      "render": {"description": "what helm template prints, or why it fails", "type": "object", "additionalProperties": false, "properties": {
        "output": {"type": "string"}, "error": {"type": "string"}, "absent": {"enum": ["not-found", "unavailable", "malformed"]}}},
      "sboms": {"description": "SBOMs of the artifact; one without by is signed by nobody", "type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
        "by": {"type": "string"}, "document": {"type": "object"}, "text": {"type": "string"}}}},
      "vulnerabilities": {"description": "attested scan reports and VEX documents", "type": "array", "items": {"type": "object", "required": ["by"], "additionalProperties": false, "properties": {
        "by": {"type": "string"}, "report": {"type": "object"}, "vex": {"type": "object"}}}},
      "evidence": {"enum": ["not-found", "unavailable", "malformed"], "description": "what is found of all other evidence"}}},
    "Policy": {"type": "object", "required": ["description", "match", "rules"], "additionalProperties": false, "properties": {
      "description": {"$ref": "#/$defs/text"}, "profiles": {"$ref": "#/$defs/texts"}, "match": {"$ref": "#/$defs/match"},
      "enforcement": {"$ref": "#/$defs/enforcement"}, "undecided": {"enum": ["deny", "unsafe-allow"], "default": "deny"},
      "rules": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rule"}},
      "examples": {"type": "array", "items": {"$ref": "#/$defs/example"}}}},
    "fields": {"anyOf": [{"const": "any"}, {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/$defs/fields"}},
      {"type": "object", "additionalProperties": {"$ref": "#/$defs/fields"}}]},
    "Data": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": {
      "table": {"type": "object", "additionalProperties": {"type": "string"}},
      "list": {"type": "array", "uniqueItems": true, "items": {"type": "string"}},
      "epss": {"description": "a CSV of FIRST: a table of scores", "type": "object", "required": ["file"], "additionalProperties": false, "properties": {"file": {"$ref": "#/$defs/text"}}},
      "kev": {"description": "the JSON of CISA: a list of CVEs", "type": "object", "required": ["file"], "additionalProperties": false, "properties": {"file": {"$ref": "#/$defs/text"}}},
      "terms": {"type": "array", "items": {"type": "object", "required": ["term", "use"], "additionalProperties": false, "properties": {
        "term": {"$ref": "#/$defs/text"}, "use": {"$ref": "#/$defs/text"}, "allowed": {"$ref": "#/$defs/texts"}, "in-prose": {"$ref": "#/$defs/texts"}, "plural": {"type": "boolean", "default": true}}}},
      "hosts": {"type": "array", "items": {"type": "object", "required": ["host", "use"], "additionalProperties": false, "properties": {
        "host": {"$ref": "#/$defs/text"}, "use": {"$ref": "#/$defs/text"}, "allowed": {"$ref": "#/$defs/texts"}, "groups": {"$ref": "#/$defs/texts"}}}},
      "dimension": {"type": "object", "additionalProperties": false, "properties": {
        "keyed-by": {"type": "string"}, "codes": {"anyOf": [{"$ref": "#/$defs/texts"},
          {"type": "object", "additionalProperties": {"anyOf": [{"const": "unverifiable"}, {"$ref": "#/$defs/texts"}]}}]},
        "unverified": {"type": "string"}, "pattern": {"type": "string"}, "not": {"$ref": "#/$defs/texts", "description": "words and globs"}, "describe": {"type": "string"}, "number": {"type": "boolean"}}},
      "schema": {"$ref": "#/$defs/fields"}}})";

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

// A shape with its meaning beside it. The shapes of the tables are objects of JSON Schema.
std::string described(std::string_view shape, std::string_view meaning) {
  const std::string inner(shape.substr(1, shape.size() - 2));
  return "{" + inner + (inner.empty() ? "" : ", ") + "\"description\": " + quoted(meaning) + "}";
}

std::string with_schema(const CheckType& type) {
  std::string properties;
  std::string required;
  for (const Parameter& parameter : type.parameters) {
    properties += (properties.empty() ? "\n      " : ",\n      ") + quoted(parameter.name) + ": " +
                  described(parameter.shape, parameter.meaning);
    if (parameter.required) required += (required.empty() ? "" : ", ") + quoted(parameter.name);
  }
  return "    \"with-" + std::string(type.name) + "\": {\"description\": " + quoted(type.meaning) +
         ", \"type\": \"object\", \"additionalProperties\": false, \"required\": [" + required +
         "], \"properties\": {" + properties + "}}";
}

// Exactly one of check, all, any, none; and `with` as the check asks for it.
std::string requirement_schema() {
  std::string names;
  std::string choices;
  for (const CheckType& type : check_types()) {
    const std::string name(type.name);
    names += (names.empty() ? "" : ", ") + quoted(name);
    choices += ",\n      {\"if\": {\"required\": [\"check\"], \"properties\": {\"check\": {\"const\": " +
               quoted(name) + "}}}, \"then\": {\"properties\": {\"with\": {\"$ref\": \"#/$defs/with-" +
               name + "\"}}}}";
  }
  return "    \"requirement\": {\"type\": \"object\", \"properties\": {\"check\": {\"enum\": [" + names +
         "]}, \"all\": {\"$ref\": \"#/$defs/requirements\"}, \"any\": {\"$ref\": "
         "\"#/$defs/requirements\"}, \"none\": {\"$ref\": \"#/$defs/requirements\"}},\n"
         "      \"oneOf\": [{\"required\": [\"check\", \"with\"]}, {\"required\": [\"all\"]}, "
         "{\"required\": [\"any\"]}, {\"required\": [\"none\"]}],\n"
         "      \"allOf\": [true" +
         choices + "]}";
}

}  // namespace

std::string language_json_schema() {
  std::string out = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Portreeve policy files",
  "type": "object",
  "required": ["apiVersion", "kind", "spec"],
  "additionalProperties": false,
  "properties": {
    "apiVersion": {"const": "portreeve.openova.io/v1alpha1"},
    "kind": {"enum": ["Policy", "Data", "ArtifactRule", "Authority", "Registry", "Waiver", "Config"]},
    "metadata": {"type": "object"},
    "spec": {"type": "object"}
  },
  "allOf": [)";
  std::string separator = "\n";
  for (const DocumentKind& entry : document_kinds()) {
    const std::string kind(entry.name);
    const bool named = kind != "Config";
    out += separator + R"(    {"if": {"properties": {"kind": {"const": ")" + kind +
           R"("}}}, "then": {"properties": {"spec": {"$ref": "#/$defs/)" + kind + R"("})" +
           (named ? R"(, "metadata": {"$ref": "#/$defs/metadata"}}, "required": ["metadata"]}})"
                  : "}}}");
    separator = ",\n";
  }
  out += "\n  ],\n  \"$defs\": {\n" + std::string(kFixed) + ",\n" + document_json_schema() + ",\n" +
         requirement_schema();
  for (const CheckType& type : check_types()) out += ",\n" + with_schema(type);
  return out + "\n  }\n}\n";
}

}  // namespace portreeve::policies
