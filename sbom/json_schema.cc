#include "sbom/json_schema.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/json.h"
#include "core/limits.h"
#include "sbom/json_schema_node.h"

namespace portreeve::sbom {

JsonSchema::JsonSchema() = default;
JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;

namespace {

std::uint8_t type_bit(ValueType type) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(type));
}

std::uint64_t natural(std::string_view number) noexcept {
  std::uint64_t out = 0;
  for (const char c : number) out = out * 10 + static_cast<std::uint64_t>(c - '0');
  return out;
}

Error defect(std::string_view what, std::string_view where) {
  return {Errc::internal, "embedded schema: " + std::string(what) + " " + std::string(where)};
}

}  // namespace

// Nodes are made before they are filled, so that schemas may refer to each other in circles.
struct JsonSchema::Compiler {
  JsonSchema& schema;
  std::map<std::string, Value, std::less<>> files;
  std::map<std::pair<std::string, std::uint32_t>, Node*> made;
  struct Todo {
    Node* node;
    Value value;
    std::string file;
  };
  std::vector<Todo> todo;

  const Node* child(const Value& value, const std::string& file) {
    const auto key = std::make_pair(std::string(file), value.node_id());
    if (const auto found = made.find(key); found != made.end()) return found->second;
    schema.nodes_.push_back(std::make_unique<Node>());
    Node* node = schema.nodes_.back().get();
    made.emplace(key, node);
    todo.push_back({node, value, file});
    return node;
  }

  Outcome run() {
    while (!todo.empty()) {
      const Todo next = std::move(todo.back());
      todo.pop_back();
      PORTREEVE_CHECK(fill(*next.node, next.value, next.file));
    }
    return Done{};
  }

  Outcome fill(Node& node, const Value& value, const std::string& file) {
    if (value.is_boolean()) {
      node.never = !value.boolean();
      return Done{};
    }
    if (const Value reference = value["$ref"]; reference.present())
      return refer(node, reference.text(), file);
    for (const Value member : value)
      PORTREEVE_CHECK(keyword(node, member.key().text(), member, file));
    return Done{};
  }

  Outcome refer(Node& node, std::string_view text, const std::string& file) {
    const std::size_t hash = text.find('#');
    const std::string name = hash == 0 ? file : std::string(text.substr(0, hash));
    const auto target = files.find(name);
    if (target == files.end()) return defect("no file", text);
    Value value = target->second;
    if (hash != std::string_view::npos && hash + 1 < text.size()) {
      std::string_view pointer = text.substr(hash + 2);
      while (true) {
        const std::size_t slash = pointer.find('/');
        value = value[pointer.substr(0, slash)];
        if (slash == std::string_view::npos) break;
        pointer = pointer.substr(slash + 1);
      }
    }
    if (!value.present()) return defect("no definition", text);
    node.reference = child(value, name);
    return Done{};
  }

  Outcome keyword(Node& node, std::string_view key, const Value& value, const std::string& file) {
    if (key == "$id" || key == "definitions") return Done{};
    if (key == "type") return type(node, value);
    if (key == "properties") {
      for (const Value member : value)
        node.properties.emplace_back(member.key().text(), child(member, file));
      std::sort(node.properties.begin(), node.properties.end());
      return Done{};
    }
    if (key == "required") {
      for (const Value name : value) node.required.push_back(name.text());
      return Done{};
    }
    if (key == "items" && value.is_array()) {
      for (const Value entry : value) node.tuple.push_back(child(entry, file));
      return Done{};
    }
    if (key == "uniqueItems") return (node.unique = value.boolean()), Done{};
    if (key == "enum") {
      for (const Value entry : value) enumerate(node, entry);
      std::sort(node.words.begin(), node.words.end());
      return Done{};
    }
    if (key == "const") return enumerate(node, value), Done{};
    if (key == "format") return format(node, value.text());
    if (key == "pattern") return pattern(node, value.text());
    if (subschemas(node, key, value, file) || bound(node, key, value)) return Done{};
    return defect("unknown keyword", key);
  }

  bool subschemas(Node& node, std::string_view key, const Value& value, const std::string& file) {
    const std::array<std::pair<std::string_view, const Node**>, 7> kOne = {
        {{"additionalProperties", &node.additional},
         {"items", &node.items},
         {"additionalItems", &node.additional_items},
         {"not", &node.negated},
         {"if", &node.condition},
         {"then", &node.then},
         {"else", &node.otherwise}}};
    for (const auto& [name, slot] : kOne) {
      if (name == key) return (*slot = child(value, file)), true;
    }
    const std::array<std::pair<std::string_view, std::vector<const Node*>*>, 3> kMany = {
        {{"allOf", &node.all}, {"anyOf", &node.any}, {"oneOf", &node.one}}};
    for (const auto& [name, slot] : kMany) {
      if (name != key) continue;
      for (const Value entry : value) slot->push_back(child(entry, file));
      return true;
    }
    return false;
  }

  static bool bound(Node& node, std::string_view key, const Value& value) {
    if (key == "minimum") return (node.minimum = value.text()), true;
    if (key == "maximum") return (node.maximum = value.text()), true;
    if (key == "minItems") return (node.min_items = natural(value.text())), true;
    if (key == "maxItems") return (node.max_items = natural(value.text())), true;
    if (key == "minLength") return (node.min_length = natural(value.text())), true;
    if (key == "maxLength") return (node.max_length = natural(value.text())), true;
    return false;
  }

  static Outcome type(Node& node, const Value& value) {
    if (value.is_array()) {
      for (const Value entry : value) PORTREEVE_CHECK(type(node, entry));
      return Done{};
    }
    constexpr std::array<std::pair<std::string_view, ValueType>, 7> kTypes = {
        {{"object", ValueType::object},
         {"array", ValueType::array},
         {"string", ValueType::string},
         {"number", ValueType::number},
         {"integer", ValueType::number},
         {"boolean", ValueType::boolean},
         {"null", ValueType::null}}};
    for (const auto& [name, type] : kTypes) {
      if (value.text() != name) continue;
      node.types = static_cast<std::uint8_t>(node.types | type_bit(type));
      node.integer = node.integer || name == "integer";
      return Done{};
    }
    return defect("unknown type", value.text());
  }

  static void enumerate(Node& node, const Value& value) {
    node.enumerated = true;
    if (value.is_string())
      node.words.push_back(value.text());
    else
      node.values.push_back(value);
  }

  static Outcome format(Node& node, std::string_view name) {
    if (name == "date-time")
      node.format = TextFormat::date_time;
    else if (name == "date")
      node.format = TextFormat::date;
    else if (name == "iri-reference")
      node.format = TextFormat::iri_reference;
    else if (name == "uri")
      node.format = TextFormat::uri;
    else if (name == "idn-email")
      node.format = TextFormat::email;
    else if (name != "string")
      return defect("unknown format", name);
    return Done{};
  }

  // All patterns of these schemas have both anchors, which Pattern adds by itself.
  static Outcome pattern(Node& node, std::string_view text) {
    if (text == "^(.*)$") text = "[^\\n\\r]*";
    Result<Pattern> compiled = Pattern::compile(text);
    if (!compiled.ok()) return defect("pattern", text);
    node.pattern = std::move(compiled).value();
    return Done{};
  }
};

Result<JsonSchema> JsonSchema::compile(const std::vector<File>& files) {
  JsonSchema schema;
  Compiler compiler{schema, {}, {}, {}};
  for (const File& file : files) {
    PORTREEVE_TRY(DocumentPtr document,
                  json::parse(std::string(file.text), json::review_limits(), nullptr));
    compiler.files.emplace(std::string(file.name), document->root());
    schema.documents_.push_back(std::move(document));
  }
  schema.root_ = compiler.child(schema.documents_.front()->root(), std::string(files.front().name));
  PORTREEVE_CHECK(compiler.run());
  return schema;
}

}  // namespace portreeve::sbom
