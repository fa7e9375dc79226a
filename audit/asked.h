#pragma once

// What --authority and --key ask, as the documents that a policy folder would hold: the same engine
// judges them.

#include <string>
#include <vector>

#include "core/file.h"
#include "core/result.h"

namespace portreeve::audit {

/// Documents for PolicySources::by_hand; none if both lists are empty. `predicate_type` empty: a
/// signature is asked for. Errors: misconfigured.
Result<std::vector<SourceFile>> asked_by_hand(const std::vector<std::string>& authority_files,
                                              const std::vector<std::string>& key_files,
                                              const std::string& predicate_type);

}  // namespace portreeve::audit
