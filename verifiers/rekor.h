#pragma once

// Entries of the transparency logs Rekor v1 and v2, verified without asking the log.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "verifiers/checkpoint.h"
#include "verifiers/log_binding.h"
#include "verifiers/log_entry.h"
#include "verifiers/rejection.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

/// What an entry must bring along. Says the format (bundle 0.1 and legacy: a promise; from 0.2 on: a
/// proof) or the authority (a proof); Rekor v2 needs a proof whatever this says.
struct EntryDuties {
  bool promise = false;
  bool proof = false;
};

/// An entry that a log of the trust root stands behind and that is about the signature.
struct VerifiedEntry {
  const TransparencyLog* log;  ///< Borrowed from the root.
  std::uint64_t log_index;     ///< As shown to users.
  bool proven;                 ///< By an inclusion proof; else promised by a SET alone.
  /// When the log says that it took the entry: only from a promise that verified.
  std::optional<TimePoint> time;
};

/// Whether the entry is of Rekor v2.
bool is_rekor_v2(const LogEntry& entry) noexcept;

/// One entry, by the rules of its log's version. A promise or a proof that is there must hold, also
/// where it is not required. The time at which the log's key must be valid is the promise's; without
/// one the caller checks entry times with check_log_time().
Checked<VerifiedEntry> verify_entry(const LogEntry& entry, const LogSubject& subject,
                                    const EntryDuties& duties, const TrustRoot& root);

/// Whether the log's key was valid at a time that somebody else vouches for.
/// Rejections: log_validity.
Passed check_log_time(const VerifiedEntry& entry, TimePoint time);

/// Inclusion of a leaf under the checkpoint of its proof: indices, hashes, rootHash and treeSize equal
/// to the checkpoint's, path to its root (nothing of this is signed; see verify_checkpoint()).
/// Rejections: log_proof_malformed, log_proof_root, log_proof_mismatch.
Passed verify_inclusion(const LogEntry& entry, const merkle::Hash& leaf, const Checkpoint& checkpoint);

/// The bytes under a SET: {"body":…,"integratedTime":…,"logID":…,"logIndex":…}, RFC 8785.
/// Without an integrated time, as if it were 0.
std::string promise_bytes(const LogEntry& entry);

/// The body that Rekor v2 stores for such a signature, in its canonical form (rekor-tiles, entry
/// hashedrekord 0.0.2); nothing if the key has no name there or the digest is not known.
std::optional<std::string> rekor_v2_body(const LogSubject& subject);

}  // namespace portreeve::verifiers
