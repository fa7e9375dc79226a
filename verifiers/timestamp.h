#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

struct VerifiedTimestamp {
  TimePoint time;
  std::string authority;             ///< What a threshold counts.
  const TimestampAuthority* source;  ///< Borrowed from the root.
  std::size_t index;                 ///< Which of the tokens.
};

struct RejectedTimestamp {
  std::size_t index;
  Error reason;
};

/// Tokens that fail are recorded and do not count; a threshold decides. Every verified time binds:
/// the certificate must be valid at each.
struct TimestampResults {
  std::vector<VerifiedTimestamp> verified;
  std::vector<RejectedTimestamp> rejected;
  std::size_t distinct_authorities() const;
};

/// Each DER TimeStampResp against the timestamp authorities of the root: signed by exactly the
/// authority's leaf, which may stamp (critical timeStamping and nothing else) and whose path is
/// valid at genTime; genTime within validFor (closed); the imprint is of `message` (the raw
/// signature bytes). Pure; thread-safe. Errors: limit (more than limits::kTimestamps tokens).
Result<TimestampResults> check_timestamps(std::span<const std::string> tokens,
                                          std::string_view message, const TrustRoot& root);

}  // namespace portreeve::verifiers
