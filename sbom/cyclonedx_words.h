#pragma once

#include <string_view>

#include "sbom/vocabulary.h"

namespace portreeve::sbom {

// Closed lists of CycloneDX; what is not in them is other, unstated or unknown (the schema has
// refused it where it must).
Kind cyclonedx_kind(std::string_view type) noexcept;
Scope cyclonedx_scope(std::string_view scope) noexcept;
HashAlgorithm cyclonedx_algorithm(std::string_view name) noexcept;
LinkKind cyclonedx_link(std::string_view type) noexcept;
/// compositions[].aggregate, for the dependencies it names.
Dependencies cyclonedx_aggregate(std::string_view aggregate) noexcept;
LicenceRole cyclonedx_role(std::string_view acknowledgement) noexcept;

}  // namespace portreeve::sbom
