#include "policies/schema_validator.h"

#include <algorithm>

#include "core/limits.h"
#include "core/nearest.h"
#include "core/utf8.h"
#include "policies/path.h"
#include "policies/schema_walk.h"

namespace portreeve::policies {
namespace {

void keep(std::vector<SchemaFault>& list, SchemaFault fault) {
  if (list.size() < SchemaVerdict::kMostFaults) list.push_back(std::move(fault));
}

std::string_view without_hash(std::string_view uri) {
  return !uri.empty() && uri.back() == '#' ? uri.substr(0, uri.size() - 1) : uri;
}

}  // namespace

std::string schema_shown(const Value& value) {
  switch (value.type()) {
    case ValueType::absent:
      return "nothing";
    case ValueType::null:
      return "null";
    case ValueType::boolean:
      return value.boolean() ? "true" : "false";
    case ValueType::number:
      return utf8::printable(value.text(), 80);
    case ValueType::string:
      return "\"" + utf8::printable(value.text(), 80) + "\"";
    case ValueType::array:
      return "a list of " + std::to_string(value.size());
    case ValueType::object:
      return "a map of " + std::to_string(value.size());
  }
  return {};
}

std::string pointer_step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

void SchemaWalk::Said::violation(SchemaFault fault) {
  kind = Kind::no;
  keep(faults, std::move(fault));
}

void SchemaWalk::Said::unknown(SchemaFault fault) {
  if (kind == Kind::yes) kind = Kind::unknown;
  keep(undecided, std::move(fault));
}

void SchemaWalk::Said::also(Said other) {
  if (other.kind == Kind::no || (other.kind == Kind::unknown && kind == Kind::yes))
    kind = other.kind;
  for (SchemaFault& one : other.faults) keep(faults, std::move(one));
  for (SchemaFault& one : other.undecided) keep(undecided, std::move(one));
  evaluated.merge(other.evaluated);
}

SchemaWalk::SchemaWalk(const Value& root) : root_(root) {
  const Value schema = root["$schema"];
  if (schema.present()) {
    const std::string_view uri = without_hash(schema.text());
    if (uri == "http://json-schema.org/draft-07/schema" ||
        uri == "https://json-schema.org/draft-07/schema") {
      dialect_ = SchemaDialect::draft_07;
    } else if (uri == "https://json-schema.org/draft/2020-12/schema") {
      dialect_ = SchemaDialect::draft_2020_12;
    } else {
      dialect_refused_ = "$schema is " + schema_shown(schema) + "; draft-07 and 2020-12 are judged";
    }
  }
  root.for_each_member([&](const Value& member) {
    const std::string_view name = member.key().text();
    if (name == "$id" && member.is_string() && !member.same_node(root["$id"])) nested_ids_ = true;
    if (name == "unevaluatedProperties" || name == "unevaluatedItems") tracks_ = true;
  });
}

std::string schema_place(const Value& schema, const Value& keyword) {
  return utf8::printable(pointer_to(schema, keyword, ""), limits::kQuotedBytes);
}

SchemaFault SchemaWalk::fault(const Frame& frame, const Value& keyword,
                              std::string expected) const {
  SchemaFault out;
  out.anchor = frame.instance;
  out.keyword = keyword;
  out.expected = utf8::printable(expected, limits::kQuotedBytes);
  out.found = schema_shown(frame.instance);
  return out;
}

void SchemaWalk::fail(const Frame& frame, const Value& keyword, std::string expected,
                      Said& said) const {
  said.violation(fault(frame, keyword, std::move(expected)));
}

void SchemaWalk::doubt(const Frame& frame, const Value& keyword, std::string reason,
                       Said& said) const {
  SchemaFault out = fault(frame, keyword, "");
  out.reason = utf8::printable(reason, limits::kQuotedBytes);
  said.unknown(std::move(out));
}

bool SchemaWalk::shaped(bool holds, const Frame& frame, const Value& value,
                        std::string_view expected, Said& said) {
  if (holds) return true;
  doubt(frame, value,
        "the schema's " + std::string(value.key().text()) + " is " + schema_shown(value) +
            "; expected " + std::string(expected),
        said);
  return false;
}

bool SchemaWalk::spend(std::size_t steps, const Frame& frame, Said& said) {
  steps_ += steps;
  if (steps_ <= limits::kSchemaSteps) return true;
  if (exhausted_) {
    if (said.kind == Said::Kind::yes) said.kind = Said::Kind::unknown;
  } else {
    doubt(frame, frame.schema,
          "more than " + std::to_string(limits::kSchemaSteps) + " steps of the schema", said);
  }
  exhausted_ = true;
  return false;
}

SchemaWalk::Said SchemaWalk::judge(const Value& schema, const Value& instance) {
  Said said;
  const Frame frame{schema, instance};
  if (!spend(1, frame, said)) return said;
  if (!dialect_refused_.empty()) {
    doubt(frame, schema, dialect_refused_, said);
  } else if (schema.is_boolean()) {
    if (!schema.boolean()) fail(frame, schema, "nothing here", said);
  } else if (!schema.is_object()) {
    doubt(frame, schema, "a schema is a map, true or false; found " + schema_shown(schema), said);
  } else if (open_.size() >= limits::kSchemaDepth) {
    doubt(frame, schema,
          "more than " + std::to_string(limits::kSchemaDepth) + " schemas in each other", said);
  } else if (std::any_of(open_.begin(), open_.end(), [&](const auto& pair) {
               return pair.first.same_node(schema) && pair.second.same_node(instance);
             })) {
    doubt(frame, schema, "the schema refers to itself without end", said);
  } else {
    open_.emplace_back(schema, instance);
    apply_all(frame, said);
    open_.pop_back();
  }
  return said;
}

void SchemaWalk::apply_all(const Frame& frame, Said& said) {
  // Before 2020-12 a `$ref` replaces everything beside it.
  const Value reference = frame.schema["$ref"];
  if (dialect_ == SchemaDialect::draft_07 && reference.present()) {
    apply_one(frame, reference, said);
    return;
  }
  const auto last = [](std::string_view name) {
    return name == "unevaluatedProperties" || name == "unevaluatedItems";
  };
  for (const Value keyword : frame.schema) {
    if (!last(keyword.key().text())) apply_one(frame, keyword, said);
  }
  if (!tracks_) return;
  for (const Value keyword : frame.schema) {
    if (last(keyword.key().text())) apply_one(frame, keyword, said);
  }
}

void SchemaWalk::apply_one(const Frame& frame, const Value& value, Said& said) {
  const std::string_view name = value.key().text();
  const Row* const row = find_row(name);
  if (row == nullptr) {
    odd_keyword(frame, value, said);
    return;
  }
  const bool other = (row->of == Row::Of::draft_07 && dialect_ == SchemaDialect::draft_2020_12) ||
                     (row->of == Row::Of::draft_2020_12 && dialect_ == SchemaDialect::draft_07);
  if (other) {
    doubt(frame, value, "keyword " + std::string(name) + " is not of the schema's own dialect",
          said);
  } else if (row->apply != nullptr && spend(1, frame, said)) {
    (this->*row->apply)(frame, value, said);
  }
}

void SchemaWalk::odd_keyword(const Frame& frame, const Value& value, Said& said) {
  const std::string_view name = value.key().text();
  constexpr std::string_view kExtension = "x-";
  constexpr std::string_view kKubernetesRules = "x-kubernetes-validations";
  if (name.substr(0, kExtension.size()) == kExtension && name != kKubernetesRules) return;
  if (!spend(rows().size(), frame, said)) return;
  std::vector<std::string_view> known;
  for (const Row& row : rows()) known.push_back(row.name);
  std::string reason = "unknown keyword \"" + utf8::printable(name, 60) + "\" of the schema";
  if (const auto near = nearest(known, name, 2)) reason += "; meant " + std::string(*near) + "?";
  doubt(frame, value, std::move(reason), said);
}

const SchemaWalk::Row* SchemaWalk::find_row(std::string_view name) {
  static const std::map<std::string_view, const Row*> kByName = [] {
    std::map<std::string_view, const Row*> out;
    for (const Row& row : rows()) out.emplace(row.name, &row);
    return out;
  }();
  const auto at = kByName.find(name);
  return at == kByName.end() ? nullptr : at->second;
}

SchemaVerdict judge_by_schema(const Value& schema, const Value& instance) {
  SchemaWalk walk(schema);
  SchemaWalk::Said said = walk.judge(schema, instance);
  SchemaVerdict out;
  out.faults = std::move(said.faults);
  out.undecided = std::move(said.undecided);
  switch (said.kind) {
    case SchemaWalk::Said::Kind::yes:
      out.kind = SchemaVerdict::Kind::valid;
      break;
    case SchemaWalk::Said::Kind::no:
      out.kind = SchemaVerdict::Kind::invalid;
      break;
    case SchemaWalk::Said::Kind::unknown:
      out.kind = SchemaVerdict::Kind::undecided;
      break;
  }
  return out;
}

const std::vector<SchemaWalk::Row>& SchemaWalk::rows() {
  using Of = Row::Of;
  using W = SchemaWalk;
  // clang-format off
  static const std::vector<Row> kRows = {
      {"type", &W::type}, {"enum", &W::enumeration}, {"const", &W::constant},
      {"multipleOf", &W::multiple_of}, {"maximum", &W::bound}, {"exclusiveMaximum", &W::bound},
      {"minimum", &W::bound}, {"exclusiveMinimum", &W::bound}, {"maxLength", &W::length},
      {"minLength", &W::length}, {"pattern", &W::pattern}, {"maxItems", &W::count},
      {"minItems", &W::count}, {"maxProperties", &W::count}, {"minProperties", &W::count},
      {"uniqueItems", &W::unique_items}, {"required", &W::required},
      {"dependentRequired", &W::dependent_required, Of::draft_2020_12},
      {"properties", &W::properties}, {"patternProperties", &W::pattern_properties},
      {"additionalProperties", &W::additional_properties}, {"propertyNames", &W::property_names},
      {"dependentSchemas", &W::dependent_schemas, Of::draft_2020_12},
      {"dependencies", &W::dependencies, Of::draft_07},
      {"prefixItems", &W::prefix_items, Of::draft_2020_12}, {"items", &W::items},
      {"additionalItems", &W::additional_items, Of::draft_07}, {"contains", &W::contains},
      {"minContains", nullptr, Of::draft_2020_12}, {"maxContains", nullptr, Of::draft_2020_12},
      {"unevaluatedProperties", &W::unevaluated_properties, Of::draft_2020_12},
      {"unevaluatedItems", &W::unevaluated_items, Of::draft_2020_12},
      {"$ref", &W::reference}, {"allOf", &W::all_of}, {"anyOf", &W::any_of}, {"oneOf", &W::one_of},
      {"not", &W::none_of}, {"if", &W::conditional}, {"then", nullptr}, {"else", nullptr},
      // Where schemas stand, and names; nothing is asserted by them.
      {"$defs", nullptr}, {"definitions", nullptr}, {"$schema", nullptr}, {"$id", nullptr},
      {"$anchor", nullptr, Of::draft_2020_12}, {"$comment", nullptr},
      // Annotations.
      {"title", nullptr}, {"description", nullptr}, {"default", nullptr}, {"examples", nullptr},
      {"example", nullptr}, {"format", nullptr}, {"readOnly", nullptr}, {"writeOnly", nullptr},
      {"deprecated", nullptr}, {"contentEncoding", nullptr}, {"contentMediaType", nullptr},
      {"contentSchema", nullptr}};
  // clang-format on
  return kRows;
}

}  // namespace portreeve::policies
