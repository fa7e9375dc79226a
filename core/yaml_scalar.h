#pragma once

#include <string>
#include <string_view>

#include "core/value.h"

namespace portreeve::yaml {

/// What a plain scalar means to the API server (YAML 1.1 as go-yaml v2 reads it).
struct Scalar {
  ValueType type = ValueType::string;  ///< null, boolean, number or string.
  bool truth = false;                  ///< Of a boolean.
  std::string number;                  ///< JSON text as Go writes it; empty for .inf and .nan.
  std::string key;                     ///< The member name it becomes; a string is its own.
};

/// Resolves a plain scalar. A null has no key, nor has a number above the range of int64: the API
/// server refuses them there.
Scalar resolve_plain(std::string_view text);

/// What the YAML 1.2 core schema (§10.3.2) makes of the same text.
ValueType resolve_plain_12(std::string_view text) noexcept;

}  // namespace portreeve::yaml
