#pragma once

// A compiled schema, private to sbom/json_schema*.cc.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pattern.h"
#include "core/value.h"
#include "sbom/json_schema.h"

namespace portreeve::sbom {

enum class TextFormat : std::uint8_t { none, date_time, date, uri, iri_reference, email };

struct JsonSchema::Node {
  using Child = const Node*;
  Child reference = nullptr;  ///< $ref: everything beside it is ignored (draft-07 §8.3).
  bool never = false;         ///< The schema `false`.
  std::uint8_t types = 0;     ///< Bits by ValueType; 0: any.
  bool integer = false;       ///< Numbers must be whole.
  std::vector<std::pair<std::string_view, Child>> properties;  ///< By name.
  Child additional = nullptr;                                  ///< additionalProperties; null: any.
  std::vector<std::string_view> required;
  Child items = nullptr;
  std::vector<Child> tuple;  ///< items as an array
  Child additional_items = nullptr;
  bool unique = false;
  std::optional<std::uint64_t> min_items, max_items, min_length, max_length;
  std::string_view minimum, maximum;    ///< Numbers as written; empty: none.
  std::vector<std::string_view> words;  ///< enum or const of strings, sorted.
  std::vector<Value> values;            ///< enum or const of anything else.
  bool enumerated = false;
  std::optional<Pattern> pattern;
  TextFormat format = TextFormat::none;
  std::vector<Child> all, any, one;
  Child negated = nullptr, condition = nullptr, then = nullptr, otherwise = nullptr;
};

}  // namespace portreeve::sbom
