#include "verifiers/threshold.h"

#include <algorithm>
#include <map>
#include <set>

namespace portreeve::verifiers {
namespace {

// Maximum matching of authorities to signers (augmenting paths): greedily giving an authority the
// first signer it finds could leave another one without any.
class Matching {
 public:
  using Signers = std::set<std::string_view>;

  void add(std::string_view authority, std::string_view signer) {
    edges_[authority].insert(signer);
  }

  void solve() {
    for (const auto& [authority, signers] : edges_) {
      std::set<std::string_view> tried;
      augment(authority, tried);
    }
  }

  const std::map<std::string_view, std::string_view>& by_signer() const { return by_signer_; }

 private:
  // Depth is at most the number of authorities of one rule.
  bool augment(std::string_view authority, std::set<std::string_view>& tried) {
    for (const std::string_view signer : edges_.at(authority)) {
      if (!tried.insert(signer).second) continue;
      const auto taken = by_signer_.find(signer);
      if (taken == by_signer_.end() || augment(taken->second, tried)) {
        by_signer_[signer] = authority;
        return true;
      }
    }
    return false;
  }

  std::map<std::string_view, Signers> edges_;
  std::map<std::string_view, std::string_view> by_signer_;
};

std::vector<std::string> without_repetition(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Quorum Quorum::any(std::vector<std::string> authorities) {
  return {without_repetition(std::move(authorities)), 1};
}

Quorum Quorum::all(std::vector<std::string> authorities) {
  Quorum quorum{without_repetition(std::move(authorities)), 0};
  quorum.needed = quorum.authorities.size();
  return quorum;
}

Quorum Quorum::at_least(std::size_t needed, std::vector<std::string> authorities) {
  return {without_repetition(std::move(authorities)), needed};
}

QuorumResult count(const Quorum& quorum, std::span<const Verified<SignatureClaim>> claims,
                   TimePoint now) {
  Matching matching;
  for (const Verified<SignatureClaim>& claim : claims) {
    const bool asked = std::find(quorum.authorities.begin(), quorum.authorities.end(),
                                 claim->authority) != quorum.authorities.end();
    if (asked && claim->holds.contains(now)) matching.add(claim->authority, claim->signer.id);
  }
  matching.solve();
  QuorumResult result;
  result.needed = quorum.needed;
  for (const auto& [signer, authority] : matching.by_signer()) {
    result.members.push_back({std::string(authority), std::string(signer)});
  }
  result.met = quorum.needed > 0 && result.members.size() >= quorum.needed;
  return result;
}

}  // namespace portreeve::verifiers
