#pragma once

// Bytes of a review → bytes of its answer: the whole webhook without its socket. `portreeve review`
// calls the same function, so both give the same bytes.

#include <functional>
#include <memory>
#include <string>

#include "core/memory_budget.h"
#include "engine/engine.h"
#include "engine/outcome.h"
#include "kube/admission_review.h"

namespace portreeve::webhook {

/// What a review came to.
struct Decided {
  engine::Cause cause = engine::Cause::internal;
  std::string uid;        ///< Empty: nobody can be addressed, and body is plain text.
  std::string body;       ///< The AdmissionReview, or one line of text.
  std::string id;         ///< Decision id; empty when nothing was judged.
  std::string log_line;   ///< JSON, one line without its end; lacks seq, which the log adds.
  Verdict verdict;        ///< Of what was judged.
};

/// Calls `done` exactly once: on this thread when no evidence is needed. Never throws.
void decide(const engine::Engine& engine, MemoryBudget* budget, std::string review,
            engine::Deadline deadline, std::function<void(Decided)> done);

/// The same for a subject that a command made, under the uid of zeros.
void decide_subject(const engine::Engine& engine, std::shared_ptr<const kube::Review> review,
                    engine::Deadline deadline, std::function<void(Decided)> done);

/// The answer instead of `decided` when its log line could not be written: an unrecorded allow is
/// none.
Decided unlogged(const Decided& decided, std::string_view why);

}  // namespace portreeve::webhook
