#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "crypto/certificate.h"
#include "verifiers/rejection.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

struct VerifiedSct {
  std::string authority;       ///< What a threshold counts: operator of the log, or its id.
  const TransparencyLog* log;  ///< Borrowed from the root.
  TimePoint time;
};

struct SctResults {
  std::vector<VerifiedSct> verified;
  std::vector<Error> rejected;  ///< One for each SCT that does not count, and why.
  std::size_t distinct_logs() const;
};

/// The SCTs embedded in `leaf`, each against the CT logs of the root: known log id, time within the
/// log's validFor (closed), signature over the precertificate that `issuer` (the chain's) issued.
/// Errors: not_found (no SCT), malformed, limit.
Result<SctResults> check_scts(const crypto::Certificate& leaf, const crypto::Certificate& issuer,
                              const TrustRoot& root);

/// The same with a threshold of distinct logs (at least 1). Reasons: sct_missing; sct_invalid, with
/// why each one was rejected.
Checked<SctResults> require_scts(const crypto::Certificate& leaf, const crypto::Certificate& issuer,
                                 const TrustRoot& root, std::size_t threshold);

}  // namespace portreeve::verifiers
