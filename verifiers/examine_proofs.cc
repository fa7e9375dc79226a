// Logs and times.

#include <algorithm>
#include <set>

#include "verifiers/examination.h"

namespace portreeve::verifiers {
namespace {

Passed check_duplicates(const std::vector<LogEntry>& entries) {
  std::set<std::pair<std::string_view, std::uint64_t>> seen;
  for (const LogEntry& entry : entries) {
    if (!seen.insert({entry.log_id, entry.log_index}).second) {
      return Rejection{Reason::log_entry_duplicate,
                       entry.where + ": the log's index " + std::to_string(entry.log_index) +
                           " is there twice"};
    }
  }
  return Done{};
}

std::size_t distinct_logs(const std::vector<VerifiedEntry>& entries) {
  std::set<std::string_view> logs;
  for (const VerifiedEntry& entry : entries) logs.insert(entry.log->authority());
  return logs.size();
}

// Entries of logs that we do not know prove nothing and harm nothing; every other one must hold.
Checked<std::optional<Rejection>> verify_entries(const SignedDocument& document,
                                                 const LogSubject& subject, const ProofNeed& need,
                                                 const TrustRoot& root, Proofs& proofs) {
  EntryDuties duties = document.duties;
  duties.proof = duties.proof || need.log == LogNeed::proof;
  std::optional<Rejection> unknown;
  for (const LogEntry& entry : document.log_entries) {
    Checked<VerifiedEntry> verified = verify_entry(entry, subject, duties, root);
    if (verified.ok()) {
      proofs.entries.push_back(std::move(verified).value());
      continue;
    }
    if (verified.error().reason != Reason::log_unknown) return std::move(verified).error();
    proofs.notes.push_back(verified.error().text());
    if (!unknown) unknown = std::move(verified).error();
  }
  return unknown;
}

}  // namespace

Checked<Proofs> check_log(const SignedDocument& document, const LogSubject& subject,
                          const ProofNeed& need, const TrustRoot& root) {
  Proofs proofs;
  if (need.log == LogNeed::none) return proofs;
  if (document.log_entries.empty()) {
    if (need.log == LogNeed::if_present) return proofs;
    return Rejection{Reason::log_entry_missing, "no entry of a transparency log"};
  }
  PORTREEVE_CHECK(check_duplicates(document.log_entries));
  PORTREEVE_TRY(const std::optional<Rejection> unknown,
                verify_entries(document, subject, need, root, proofs));
  const std::size_t found = distinct_logs(proofs.entries);
  if (found < need.logs) {
    if (found == 0 && unknown.has_value()) return *unknown;
    return Rejection{Reason::log_threshold, std::to_string(proofs.entries.size()) + " entries of " +
                                                std::to_string(found) + " distinct logs, required " +
                                                std::to_string(need.logs)};
  }
  for (const VerifiedEntry& entry : proofs.entries) {
    if (!entry.time.has_value()) continue;
    proofs.points.push_back(*entry.time);
    proofs.times.push_back({*entry.time, entry.log->where});
  }
  return proofs;
}

namespace {

// A timestamp of `.att` is about the whole envelope when cosign 2 wrote it, about the signature when
// cosign 3 did (which then cannot verify it itself). Either was there only after the signature was.
Result<TimestampResults> stamps_of(const SignedDocument& document, std::string_view signature,
                                   const TrustRoot& root, bool& stamps_signature) {
  if (document.stamped.has_value()) {
    PORTREEVE_TRY(TimestampResults whole,
                  check_timestamps(document.timestamps, *document.stamped, root));
    if (!whole.verified.empty()) return whole;
  }
  auto results = check_timestamps(document.timestamps, signature, root);
  stamps_signature =
      document.stamped.has_value() && results.ok() && !results.value().verified.empty();
  return results;
}

}  // namespace

Passed check_times(const SignedDocument& document, std::string_view signature, const ProofNeed& need,
                   const TrustRoot& root, Proofs& proofs) {
  if (!need.use_timestamps) return Done{};
  const std::set<std::string_view> distinct(document.timestamps.begin(), document.timestamps.end());
  if (distinct.size() != document.timestamps.size()) {
    return Rejection{Reason::timestamp_duplicate, "the same signed timestamp is there twice"};
  }
  PORTREEVE_TRY(const TimestampResults results,
                step(Reason::too_large, "timestamps", stamps_of(document, signature, root, proofs.stamps_signature)));
  for (const RejectedTimestamp& token : results.rejected) {
    proofs.notes.push_back("timestamp " + std::to_string(token.index) + ": " + token.reason.message);
  }
  if (results.distinct_authorities() < need.timestamps) {
    if (document.timestamps.empty()) {
      return Rejection{Reason::timestamp_missing, "no signed timestamp"};
    }
    if (results.verified.empty()) {
      return rejection(Reason::timestamp_invalid, "timestamp 0", results.rejected.front().reason);
    }
    return Rejection{Reason::timestamp_threshold,
                     std::to_string(results.verified.size()) + " timestamps of " +
                         std::to_string(results.distinct_authorities()) +
                         " distinct authorities, required " + std::to_string(need.timestamps)};
  }
  if (need.need_time && proofs.points.empty() && results.verified.empty()) {
    if (!results.rejected.empty()) {
      return rejection(Reason::timestamp_invalid, "timestamp 0", results.rejected.front().reason);
    }
    return Rejection{Reason::time_missing,
                     "neither a log's promise nor a signed timestamp says when it was signed"};
  }
  for (const VerifiedTimestamp& token : results.verified) {
    proofs.points.push_back(token.time);
    proofs.times.push_back({token.time, token.source->where});
  }
  // Rekor v2 and bare proofs say no time of their own: the log's key is judged at everyone else's.
  for (const VerifiedEntry& entry : proofs.entries) {
    if (entry.time.has_value()) continue;
    for (const TimePoint time : proofs.points) PORTREEVE_CHECK(check_log_time(entry, time));
  }
  return Done{};
}

}  // namespace portreeve::verifiers
