#pragma once

// Whom signatures are asked of, where artifacts are fetched from and which fields name them: the
// documents of kind Authority, Registry and ArtifactRule, read together.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/registry_config.h"
#include "core/result.h"
#include "policies/artifact_rule.h"
#include "policies/policy_match.h"
#include "verifiers/authority.h"

namespace portreeve::policies {

struct Config;
struct SetDocument;
class BlueprintSet;
class DataSet;

/// Immutable; safe from many threads.
class TrustSet {
 public:
  struct Entry {
    verifiers::Authority authority;
    bool shipped = false;
    std::string where;  ///< "file:line:column"
  };

  /// An operator's Authority or ArtifactRule replaces the shipped one of the same name.
  /// Errors: misconfigured.
  static Result<std::shared_ptr<const TrustSet>> read(const std::vector<SetDocument>& documents,
                                                      const Config& config, const DataSet& data);

  /// Null if there is none of that name.
  const verifiers::Authority* authority(std::string_view name) const noexcept;
  const std::map<std::string, Entry, std::less<>>& authorities() const noexcept {
    return authorities_;
  }
  const std::vector<RegistryConfig>& registries() const noexcept { return registries_; }
  const std::vector<ArtifactRule>& artifact_rules() const noexcept { return artifact_rules_; }
  /// What Applications may name; never null, perhaps empty.
  const BlueprintSet& blueprints() const noexcept { return *blueprints_; }
  /// Used by authorities that name none of their own.
  const verifiers::TrustRoot& trust_root() const;
  /// TrustRoot::age_warning of trust_root(), else of the first Authority's own that has one.
  std::string age_warning(TimePoint now) const;
  /// SHA-256 of the bytes of trust_root().
  const Digest& trust_root_digest() const noexcept { return root_digest_; }
  /// Files that the documents and the Config name (keys, certificates, trust roots): a
  /// change of one is a change of the set.
  const std::vector<std::string>& named_files() const noexcept { return named_files_; }
  /// Every kind whose objects can name an artifact: those of the ArtifactRules, and pods.
  std::vector<ObjectMatch> naming_kinds() const;

  /// Over the documents, the files that they name, and the trust root.
  const Digest& digest() const noexcept { return digest_; }
  /// The digest as a word of an EvidenceScope.
  std::string id() const { return base32_prefix(digest_, 16); }

 private:
  class Reader;
  TrustSet() = default;
  std::map<std::string, Entry, std::less<>> authorities_;
  std::vector<RegistryConfig> registries_;
  std::vector<ArtifactRule> artifact_rules_;
  std::shared_ptr<const BlueprintSet> blueprints_;
  std::vector<std::string> named_files_;
  Digest root_digest_;
  verifiers::TrustRootPtr root_;  ///< Null: the embedded one, parsed when first needed.
  Digest digest_;
};

}  // namespace portreeve::policies
