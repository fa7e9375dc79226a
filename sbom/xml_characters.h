#pragma once

#include <string_view>

#include "core/result.h"

namespace portreeve::sbom {

/// What pugixml lets pass and XML 1.0 does not: references other than the five predefined entities
/// and to characters that are none (§4.1, §4.6), and control characters (§2.2). Linear; `text` is
/// UTF-8. Errors: malformed, with line and column.
Outcome check_xml_characters(std::string_view text);

}  // namespace portreeve::sbom
