#include "policies/signature_advice.h"

namespace portreeve::policies {

std::string path_beside(std::string_view where, std::string_view name) {
  const std::size_t slash = where.rfind('/');
  if (name.empty() || name.front() == '/' || slash == std::string_view::npos) {
    return std::string(name);
  }
  return std::string(where.substr(0, slash + 1)) + std::string(name);
}

std::string proving_command(const PolicySet& set, const verifiers::SignatureClaim& claim,
                            const verifiers::ClaimPlace& place, std::string_view key_file) {
  const TrustSet& trust = set.trust();
  const auto entry = trust.authorities().find(claim.authority);
  std::string key(key_file);
  std::string root;
  const std::string& configured = trust.trust_root().source().name;
  if (configured != "embedded") {
    root = path_beside(set.config().source ? set.config().source->file : "", configured);
  }
  if (entry != trust.authorities().end()) {
    const TrustSet::Entry& authority = entry->second;
    key = path_beside(authority.where, claim.signer.key_name);
    if (authority.authority.trust_root != nullptr) {
      const std::string& name = authority.authority.trust_root->source().name;
      root = name == "embedded" ? "" : path_beside(authority.where, name);
    }
  }
  // Nothing of the root was looked at: a key alone was enough.
  const bool consulted =
      claim.signer.identity.has_value() || !claim.logs.empty() || !claim.times.empty();
  return verifiers::cosign_command(claim, place, key, consulted ? root : "");
}

}  // namespace portreeve::policies
