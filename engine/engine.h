#pragma once

// The engine judges one subject: cheap rules first, then the evidence they did not need, then the
// rules that read it. All doors come through here, so that the same facts get the same verdict.

#include <functional>
#include <memory>
#include <string>

#include "core/digest.h"
#include "core/evidence.h"
#include "core/memory_budget.h"
#include "core/subject.h"
#include "core/time.h"
#include "core/verdict.h"
#include "engine/deadline.h"
#include "policies/policy_set.h"

namespace portreeve::engine {

class Gatherer;

/// A verdict with what it was made from.
struct Assessment {
  Verdict verdict;
  std::shared_ptr<const policies::PolicySet> policies;  ///< Kept to the end of the decision.
  TimePoint now{};       ///< The wall clock, read once.
  Digest content;        ///< SHA-256 of kube::content_form of the object (of the old one on DELETE).
  Digest evidence;       ///< Over all gathered facts and absences; zeros when none was needed.
  EvidenceMap gathered;  ///< Those facts and absences.
};

/// Thread-safe. Outlives every assessment that it started.
class Engine {
 public:
  struct Options {
    std::shared_ptr<const policies::PolicySet> policies;
    const Clock* clock = nullptr;   ///< Borrowed; outlives the engine.
    Gatherer* gatherer = nullptr;   ///< Borrowed; may be null while no rule needs evidence.
  };
  explicit Engine(Options options);
  ~Engine();

  using Done = std::function<void(Assessment)>;
  /// Calls `done` exactly once: on this thread when no evidence is needed, else on the engine's.
  /// Never throws; a failure of ours is an undecided verdict with rule "gate/internal".
  void assess(std::shared_ptr<const Subject> subject, Deadline deadline, Done done) const;
  /// The same, waiting. For doors that judge one thing at a time, and for tests.
  Assessment assess_now(std::shared_ptr<const Subject> subject, Deadline deadline) const;

  /// The set that the next assessment begins with.
  std::shared_ptr<const policies::PolicySet> policies() const;
  void replace(std::shared_ptr<const policies::PolicySet> policies);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The decision's name in every log: first 20 base32 digits of SHA-256(uid, content, set) (§5.4).
std::string decision_id(std::string_view uid, const Digest& content, const Digest& policies);
/// What stays the same when the same refusal is retried: content, policies, evidence.
std::string decision_key(const Digest& content, const Digest& policies, const Digest& evidence);

/// The uid of a bare object in `review`.
inline constexpr std::string_view kNoUid = "00000000-0000-0000-0000-000000000000";

}  // namespace portreeve::engine
