#pragma once

// Whether enough of those we trust have signed.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/verified.h"
#include "verifiers/verifier.h"

namespace portreeve::verifiers {

/// Which authorities a rule asks for: any: one; all: each; atLeast: so many.
struct Quorum {
  std::vector<std::string> authorities;  ///< Names, without repetition.
  std::size_t needed = 1;                ///< At least 1.

  static Quorum any(std::vector<std::string> authorities);
  static Quorum all(std::vector<std::string> authorities);
  static Quorum at_least(std::size_t needed, std::vector<std::string> authorities);
};

struct QuorumMember {
  std::string authority;
  std::string signer;  ///< Signer::id
};

struct QuorumResult {
  bool met = false;
  std::size_t needed = 0;
  std::vector<QuorumMember> members;  ///< Who was counted, each authority and each signer once.
};

/// The most authorities that can each be given a signer of their own. Two authorities that list the
/// same key are not two when only that key signed; ten signatures of one signer are one. Claims whose
/// window (SignatureClaim::holds) `now` is outside of do not count. A quorum of 0 is never met.
QuorumResult count(const Quorum& quorum, std::span<const Verified<SignatureClaim>> claims,
                   TimePoint now);

}  // namespace portreeve::verifiers
