#pragma once

// An entry of a transparency log as it comes with a signature; nothing about it is verified.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/value.h"
#include "verifiers/merkle.h"
#include "verifiers/rejection.h"

namespace portreeve::verifiers {

struct InclusionProof {
  std::uint64_t log_index = 0;  ///< Within the tree (shard); may differ from LogEntry::log_index.
  std::uint64_t tree_size = 0;
  merkle::Hash root{};
  std::vector<merkle::Hash> path;
  std::string checkpoint;  ///< A signed note; empty if there is none.
};

struct LogEntry {
  std::string where;            ///< "tlogEntries[0]", for messages.
  std::uint64_t log_index = 0;  ///< Over all shards of the log.
  std::string log_id;           ///< Raw bytes; not empty.
  std::string kind;             ///< "hashedrekord"
  std::string version;          ///< "0.0.1"
  /// Seconds resolution. Chosen by whoever wrote the bundle until a promise that covers it verifies.
  std::optional<TimePoint> integrated_time;
  std::string promise;  ///< Signed entry timestamp (SET); empty if there is none.
  std::optional<InclusionProof> proof;
  std::string body;  ///< What the log stores, decoded; may be empty for Rekor v2.
};

/// TransparencyLogEntry (protobuf-specs, sigstore_rekor.proto).
/// Rejections: log_entry_malformed, log_proof_malformed, too_large.
Checked<LogEntry> read_log_entry(const Value& object, std::string where);

/// The annotation dev.sigstore.cosign/bundle of a legacy layer (cosign specs/SIGNATURE_SPEC.md):
/// a SET and what it signs, without proof. Kind and version come from the body.
/// Rejections: log_entry_malformed, too_large.
Checked<LogEntry> parse_legacy_entry(std::string annotation);

}  // namespace portreeve::verifiers
