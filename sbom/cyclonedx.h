#pragma once

// CycloneDX 1.0 to 1.7 from the tree that both its spellings become.

#include "core/result.h"
#include "core/value.h"
#include "sbom/draft.h"

namespace portreeve::sbom {

/// 2 to 7 of "1.2" to "1.7". Errors: unsupported, malformed.
Result<int> cyclonedx_minor(std::string_view version);

/// Texts are limited, and what others refer to holds no control characters. Errors: malformed, limit.
Outcome check_cyclonedx_texts(const Value& root);
/// `root` in the shape of the JSON schema of 1.`minor`; refuses what that does not allow.
/// Errors: malformed, limit; with position.
Outcome check_cyclonedx(const Value& root, int minor);

/// REQUIRES: check_cyclonedx(root, …) was good, or the XML that it was made from is valid. Fills the
/// draft and resolves it.
void fill_cyclonedx(const Value& root, Draft& draft);

}  // namespace portreeve::sbom
