#pragma once

#include <vector>

#include "core/registry_config.h"
#include "core/result.h"
#include "core/value.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// Reads one document of kind Registry: where artifacts are fetched from. Relative paths are
/// relative to the folder of the file that says them. Pure: whether files and hosts exist shows when
/// they are opened. Errors: misconfigured, "file:line:column: …"; also for what this version cannot
/// do (`credentials: {secret: …}`).
Result<RegistryConfig> read_registry(const Source& source, const Value& root);

/// What several Registry documents must agree about: names differ, and no host stands in two
/// documents with different credentials, CA or proxy, because a request goes to a host, not to a
/// document. Errors: misconfigured.
Outcome check_registries(const std::vector<RegistryConfig>& registries);

}  // namespace portreeve::policies
