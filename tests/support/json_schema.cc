#include "tests/support/json_schema.h"

#include <set>

namespace portreeve::report {
namespace {

using Json = nlohmann::json;

bool has_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  return type == value.type_name();
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::string check(const Json& schema, const Json& value, const std::string& at) const {
    static const std::set<std::string> known = {
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const",
        "properties", "required", "additionalProperties", "items", "minimum", "minItems",
        "maxItems"};
    for (const auto& [key, unused] : schema.items()) {
      if (known.count(key) == 0) return at + ": the schema uses " + key;
    }
    if (schema.contains("$ref")) {
      const std::string pointer = schema["$ref"].get<std::string>().substr(1);
      return check(root_.at(Json::json_pointer(pointer)), value, at);
    }
    if (schema.contains("type") && !has_type(value, schema["type"])) {
      return at + ": not of type " + schema["type"].get<std::string>();
    }
    if (schema.contains("const") && value != schema["const"]) return at + ": not the constant";
    if (schema.contains("enum") && !in(schema["enum"], value)) return at + ": not in enum";
    if (schema.contains("minimum") && value < schema["minimum"]) return at + ": below the minimum";
    if (value.is_array()) return check_items(schema, value, at);
    return value.is_object() ? check_members(schema, value, at) : "";
  }

 private:
  static bool in(const Json& list, const Json& value) {
    for (const Json& entry : list) {
      if (entry == value) return true;
    }
    return false;
  }

  std::string check_items(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("minItems") && value.size() < schema["minItems"]) return at + ": too short";
    if (schema.contains("maxItems") && value.size() > schema["maxItems"]) return at + ": too long";
    for (std::size_t i = 0; schema.contains("items") && i < value.size(); ++i) {
      const std::string problem = check(schema["items"], value[i], at + "/" + std::to_string(i));
      if (!problem.empty()) return problem;
    }
    return "";
  }

  std::string check_members(const Json& schema, const Json& value, const std::string& at) const {
    for (const Json& name : schema.value("required", Json::array())) {
      if (!value.contains(name.get<std::string>())) return at + ": lacks " + name.get<std::string>();
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [key, member] : value.items()) {
      if (!properties.contains(key)) {
        if (schema.value("additionalProperties", true)) continue;
        return at + ": " + key + " is not known";
      }
      const std::string problem = check(properties[key], member, at + "/" + key);
      if (!problem.empty()) return problem;
    }
    return "";
  }

  const Json& root_;
};

}  // namespace

std::string schema_problem(const Json& schema, const Json& value) {
  return Checker(schema).check(schema, value, "");
}

}  // namespace portreeve::report
