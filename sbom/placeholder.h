#pragma once

#include <string>
#include <vector>

#include "sbom/inventory.h"

namespace portreeve::sbom {

/// Why a document that reads as an SBOM is no inventory of anything: it lists nothing, or what it
/// lists is filled in by hand. Empty: it is none. Each text fits after "it is a placeholder: ".
std::vector<std::string> placeholder_signs(const Inventory& inventory);

}  // namespace portreeve::sbom
