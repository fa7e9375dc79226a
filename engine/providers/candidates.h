#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/provider.h"
#include "engine/providers/world.h"
#include "policies/evidence.h"
#include "verifiers/candidate.h"

namespace portreeve::engine {

/// Everything that claims to sign or attest one digest, bytes in hand and nothing verified.
struct CandidateSet {
  std::vector<verifiers::Candidate> candidates;
  std::vector<policies::CandidateRow> rejected;  ///< What is none, or could not be had.
  std::vector<std::string> asked;
  TimePoint obtained{};  ///< When somebody was asked last; of remembered ones, when that was.
  std::optional<Error> incomplete;
  bool wider = false;  ///< Another question is left: ask with kWide.
  std::vector<oci::ContentPtr> contents;  ///< Of each; keeps their memory counted.
};

/// Key of an artifact's own manifest, oci::ContentPtr: what a message signature by a key that does not
/// use SHA-256 is verified over. Asked for once something turned out to need it.
Key manifest_key(const Key& key, const policies::EvidenceScope& scope);

/// The ways to ask, in EvidenceScope::ask.
inline constexpr std::string_view kKept = "kept";    ///< The evidence store; no request is made.
inline constexpr std::string_view kFresh = "fresh";  ///< Every place that may have some.
inline constexpr std::string_view kWide = "wide";    ///< And questions that were spared.

/// Section "candidates": "host/repository@digest" to CandidateSet, kept for limits::kAbsenceKept
/// when nothing is missing in it.
class CandidatesProvider final : public EvidenceProvider {
 public:
  explicit CandidatesProvider(std::shared_ptr<const Worlds> worlds) : worlds_(std::move(worlds)) {}

  std::string_view section() const noexcept override { return "candidates"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;

 private:
  const std::shared_ptr<const Worlds> worlds_;
};

}  // namespace portreeve::engine
