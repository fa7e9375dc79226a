#pragma once

#include <string_view>

// The files of sbom/data, compiled in; each begins with its origin and licence. Valid for ever.
namespace portreeve::sbom {

std::string_view embedded_purl_types() noexcept;
std::string_view embedded_licenses() noexcept;
std::string_view embedded_profiles() noexcept;
std::string_view embedded_spdx3_model() noexcept;

}  // namespace portreeve::sbom
