#pragma once

#include <string>
#include <vector>

#include "core/file.h"
#include "core/result.h"
#include "policies/policy_set.h"

namespace portreeve::policies {

/// What an operator names: files and folders, not yet read.
struct SourceOptions {
  std::string config;                ///< Kind Config; empty: none.
  std::vector<std::string> folders;  ///< Besides those that the Config names.
  std::string profile;               ///< Instead of the Config's; empty: that one.
};

/// Reads all of it. The folders of the Config come first.
/// Errors: misconfigured, whatever is wrong: a file that is not there is the caller's mistake.
Result<PolicySources> read_sources(std::vector<SourceFile> catalog, const SourceOptions& options);

}  // namespace portreeve::policies
