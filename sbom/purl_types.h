#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pattern.h"

namespace portreeve::sbom {

/// What a purl type demands of its parts: a row of sbom/data/purl-types.json.
struct PurlType {
  enum class Need { optional, required, prohibited };
  Need namespace_ = Need::optional;
  bool fold_namespace = false;  ///< Not case-sensitive: lower case is canonical.
  bool fold_name = false;
  bool fold_version = false;
  std::string replace_from, replace_with;  ///< In names, one character by another.
  std::string forbidden_in_name;
  bool name_has_slashes = false;          ///< The namespace is the first segment only.
  std::vector<std::string> folded_hosts;  ///< Namespaces below which names are folded.
  std::string fold_when_repository;       ///< Fold the name if repository_url contains this.
  std::optional<Pattern> name_pattern;
  std::optional<Pattern> version_pattern;
  std::vector<std::string> qualifiers;  ///< Required ones.
};

/// The row of a type in lower case; null for a type that is not registered.
const PurlType* purl_type(std::string_view type);

}  // namespace portreeve::sbom
