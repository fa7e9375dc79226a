#include "sbom/cyclonedx_words.h"

namespace portreeve::sbom {

Kind cyclonedx_kind(std::string_view type) noexcept {
  for (int i = 1; i <= static_cast<int>(Kind::other); ++i) {
    if (to_string(static_cast<Kind>(i)) == type) return static_cast<Kind>(i);
  }
  return Kind::other;
}

Scope cyclonedx_scope(std::string_view scope) noexcept {
  if (scope == "required") return Scope::required;
  if (scope == "optional") return Scope::optional;
  if (scope == "excluded") return Scope::excluded;
  return Scope::unstated;
}

HashAlgorithm cyclonedx_algorithm(std::string_view name) noexcept {
  for (int i = 1; i <= static_cast<int>(HashAlgorithm::streebog512); ++i) {
    if (to_string(static_cast<HashAlgorithm>(i)) == name) return static_cast<HashAlgorithm>(i);
  }
  return HashAlgorithm::other;
}

LinkKind cyclonedx_link(std::string_view type) noexcept {
  if (type == "distribution") return LinkKind::download;
  if (type == "vcs" || type == "source-distribution") return LinkKind::source;
  if (type == "website") return LinkKind::website;
  if (type == "advisories") return LinkKind::advisory;
  if (type == "bom") return LinkKind::bom;
  return LinkKind::other;
}

Dependencies cyclonedx_aggregate(std::string_view aggregate) noexcept {
  if (aggregate == "complete") return Dependencies::complete;
  if (aggregate.substr(0, 10) == "incomplete") return Dependencies::incomplete;
  return Dependencies::unknown;
}

LicenceRole cyclonedx_role(std::string_view acknowledgement) noexcept {
  if (acknowledgement == "declared") return LicenceRole::declared;
  if (acknowledgement == "concluded") return LicenceRole::concluded;
  return LicenceRole::unstated;
}

}  // namespace portreeve::sbom
