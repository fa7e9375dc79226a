#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "policies/policy_set.h"
#include "policies/sources.h"

namespace portreeve::webhook {

/// Watches Config, policy and Blueprint folders with what is below them, and the files that documents
/// name. Not thread-safe.
class PolicyFiles {
 public:
  explicit PolicyFiles(policies::SourceOptions options) : options_(std::move(options)) {}

  /// Reads everything, checks the set and its examples, and remembers what the files looked like.
  /// Errors: misconfigured; then refused() is the digest of the operator's files, if they were read.
  Result<std::shared_ptr<const policies::PolicySet>> load();
  /// Whether names, sizes, times or inodes differ from what load() saw. No file is read.
  bool changed() const;
  const std::string& refused() const noexcept { return refused_; }

 private:
  Result<std::shared_ptr<const policies::PolicySet>> load_once();
  std::string signature() const;
  Result<policies::PolicySources> read() const;

  const policies::SourceOptions options_;
  std::vector<std::string> config_folders_;  ///< Of policies, then of Blueprints.
  std::vector<std::string> named_files_;     ///< By the last set that was good.
  std::string seen_;
  std::string refused_;
};

}  // namespace portreeve::webhook
