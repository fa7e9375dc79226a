#pragma once

#include <string>
#include <string_view>

#include "core/value.h"

namespace portreeve::yaml {

/// What a plain scalar means to the API server (YAML 1.1 as go-yaml v2 reads it).
struct Scalar {
  ValueType type = ValueType::string;  ///< null, boolean, number or string.
  bool truth = false;                  ///< Of a boolean.
  bool integer = false;                ///< Of a number: not a float, though it may print like one.
  std::string number;                  ///< JSON text as Go writes it; empty for .inf and .nan.
  std::string key;                     ///< The member name it becomes; a string is its own.
};

/// Resolves a plain scalar. A null has no key, nor has a number above the range of int64: the API
/// server refuses them there.
Scalar resolve_plain(std::string_view text);

/// The same for a scalar with a tag, as go-yaml's resolve() decides it: "?" is plain without a tag,
/// "!" quoted. Throws a Refusal at `offset`.
Scalar resolve_tagged(std::string_view tag, std::string_view text, std::size_t offset);

/// Throws the Refusal of a tag that means nothing where it stands.
[[noreturn]] void refuse_tag(std::string_view tag, std::size_t offset);

/// What the YAML 1.2 core schema (§10.3.2) makes of the same text.
ValueType resolve_plain_12(std::string_view text) noexcept;

}  // namespace portreeve::yaml
