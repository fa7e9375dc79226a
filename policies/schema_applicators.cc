// Keywords that apply schemas to members and elements (JSON Schema Core 2020-12 §10.3, §11;
// draft-07 Validation §6.4, §6.5).

#include <algorithm>
#include <charconv>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/schema_walk.h"

namespace portreeve::policies {

void SchemaWalk::properties(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_object(), frame, value, "a map of schemas", said)) return;
  if (!frame.instance.is_object()) return;
  if (!spend(value.size() + frame.instance.size(), frame, said)) return;
  Members schemas(value);
  for (const Value member : frame.instance) {
    const Value schema = schemas[member.key().text()];
    if (!schema.present()) continue;
    Said inner = judge(schema, member);
    inner.evaluated.clear();
    if (tracks_) inner.evaluated.insert(member.node_id());
    said.also(std::move(inner));
  }
}

void SchemaWalk::pattern_properties(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_object(), frame, value, "a map of schemas", said)) return;
  if (!frame.instance.is_object()) return;
  for (const Value schema : value) {
    for (const Value member : frame.instance) {
      if (!spend(1, frame, said)) return;
      const std::optional<bool> fits = searches(schema.key(), member.key().text());
      if (!fits) {
        doubt(frame, schema,
              "pattern " + schema_shown(schema.key()) + " is none that is judged here (RE2)", said);
        break;
      }
      if (!*fits) continue;
      Said inner = judge(schema, member);
      inner.evaluated.clear();
      if (tracks_) inner.evaluated.insert(member.node_id());
      said.also(std::move(inner));
    }
  }
}

void SchemaWalk::additional_properties(const Frame& frame, const Value& value, Said& said) {
  if (!frame.instance.is_object()) return;
  const Value named = frame.schema["properties"];
  const Value patterns = frame.schema["patternProperties"];
  if (!spend(named.size() + frame.instance.size(), frame, said)) return;
  Members names(named);
  for (const Value member : frame.instance) {
    const std::string_view key = member.key().text();
    if (named.is_object() && names[key].present()) continue;
    bool fits = false;
    for (const Value pattern : patterns) {
      if (!spend(1, frame, said)) return;
      // One that cannot be judged was doubted by its own keyword.
      fits = fits || searches(pattern.key(), key).value_or(true);
    }
    if (fits) continue;
    Said inner = judge(value, member);
    inner.evaluated.clear();
    if (tracks_) inner.evaluated.insert(member.node_id());
    if (inner.kind == Said::Kind::no && value.is_boolean()) {
      inner.faults.front().expected = "no member \"" + utf8::printable(key, 80) + "\"";
    }
    said.also(std::move(inner));
  }
}

void SchemaWalk::property_names(const Frame& frame, const Value& value, Said& said) {
  if (!frame.instance.is_object()) return;
  for (const Value member : frame.instance) {
    Said inner = judge(value, member.key());
    inner.evaluated.clear();
    // A key has no place of its own: the member's says where.
    for (SchemaFault& one : inner.faults) one.anchor = member;
    for (SchemaFault& one : inner.undecided) one.anchor = member;
    said.also(std::move(inner));
  }
}

void SchemaWalk::dependent_schemas(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_object(), frame, value, "a map of schemas", said)) return;
  if (!frame.instance.is_object()) return;
  for (const Value schema : value) {
    if (frame.instance[schema.key().text()].present()) said.also(judge(schema, frame.instance));
  }
}

void SchemaWalk::dependencies(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_object(), frame, value, "a map", said) || !frame.instance.is_object())
    return;
  for (const Value one : value) {
    if (!frame.instance[one.key().text()].present()) continue;
    if (one.is_array()) {
      required(frame, one, said);
    } else {
      said.also(judge(one, frame.instance));
    }
  }
}

void SchemaWalk::rest_items(const Frame& frame, const Value& schema, std::uint32_t from,
                            Said& said) {
  std::uint32_t index = 0;
  for (const Value element : frame.instance) {
    if (index++ < from) continue;
    if (!spend(1, frame, said)) return;
    Said inner = judge(schema, element);
    inner.evaluated.clear();
    if (tracks_) inner.evaluated.insert(element.node_id());
    said.also(std::move(inner));
  }
}

void SchemaWalk::prefix_items(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array(), frame, value, "a list of schemas", said)) return;
  if (!frame.instance.is_array()) return;
  Value::Iterator schema = value.begin();
  for (const Value element : frame.instance) {
    if (!(schema != value.end())) return;
    Said inner = judge(*schema, element);
    inner.evaluated.clear();
    if (tracks_) inner.evaluated.insert(element.node_id());
    said.also(std::move(inner));
    ++schema;
  }
}

void SchemaWalk::items(const Frame& frame, const Value& value, Said& said) {
  if (!frame.instance.is_array()) return;
  if (!value.is_array()) {
    const Value prefix = frame.schema["prefixItems"];
    rest_items(frame, value, prefix.is_array() ? prefix.size() : 0, said);
  } else if (dialect_ == SchemaDialect::draft_2020_12) {
    doubt(frame, value, "items is a list, which 2020-12 calls prefixItems", said);
  } else {
    prefix_items(frame, value, said);
  }
}

void SchemaWalk::additional_items(const Frame& frame, const Value& value, Said& said) {
  const Value items = frame.schema["items"];
  if (!frame.instance.is_array() || !items.is_array()) return;  // draft-07 §6.4.2
  rest_items(frame, value, items.size(), said);
}

void SchemaWalk::contains(const Frame& frame, const Value& value, Said& said) {
  if (!frame.instance.is_array()) return;
  const Value least_value = frame.schema["minContains"];
  const Value most_value = frame.schema["maxContains"];
  std::uint64_t least = 1;
  std::uint64_t most = UINT64_MAX;
  for (const auto& [bound, into] : {std::pair(least_value, &least), std::pair(most_value, &most)}) {
    if (!bound.present()) continue;
    const std::string_view text = bound.text();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *into);
    const bool whole =
        bound.is_number() && error == std::errc() && end == text.data() + text.size();
    if (!shaped(whole, frame, bound, "a count", said)) return;
  }
  std::uint64_t yes = 0;
  std::uint64_t unknown = 0;
  Said doubts;
  for (const Value element : frame.instance) {
    Said inner = judge(value, element);
    yes += inner.kind == Said::Kind::yes ? 1U : 0U;
    unknown += inner.kind == Said::Kind::unknown ? 1U : 0U;
    if (inner.kind == Said::Kind::yes && tracks_) said.evaluated.insert(element.node_id());
    for (SchemaFault& one : inner.undecided) doubts.unknown(std::move(one));
  }
  const std::string expected = "at least " + std::to_string(least) +
                               (most == UINT64_MAX ? "" : " and at most " + std::to_string(most)) +
                               " elements that fit";
  if (yes > most || yes + unknown < least) {
    SchemaFault out = fault(frame, value, expected);
    out.found = std::to_string(yes) + " of " + std::to_string(frame.instance.size());
    said.violation(std::move(out));
  } else if (yes < least || yes + unknown > most) {
    said.also(std::move(doubts));
  }
}

void SchemaWalk::unevaluated(const Frame& frame, const Value& value, Said& said,
                             std::string_view what) {
  // With a doubt elsewhere nobody can say what it would have evaluated.
  const bool certain = said.kind != Said::Kind::unknown && said.undecided.empty();
  std::vector<Value> rest;
  for (const Value one : frame.instance) {
    if (said.evaluated.count(one.node_id()) == 0) rest.push_back(one);
  }
  for (const Value& one : rest) {
    Said inner = judge(value, one);
    inner.evaluated.clear();
    inner.evaluated.insert(one.node_id());
    if (inner.kind == Said::Kind::no && !certain) {
      doubt({frame.schema, one}, value, "whether another keyword allows this " + std::string(what),
            said);
      continue;
    }
    if (inner.kind == Said::Kind::no && value.is_boolean()) {
      inner.faults.front().expected = "no such " + std::string(what);
    }
    said.also(std::move(inner));
  }
}

void SchemaWalk::unevaluated_properties(const Frame& frame, const Value& value, Said& said) {
  if (frame.instance.is_object()) unevaluated(frame, value, said, "member");
}

void SchemaWalk::unevaluated_items(const Frame& frame, const Value& value, Said& said) {
  if (frame.instance.is_array()) unevaluated(frame, value, said, "element");
}

}  // namespace portreeve::policies
