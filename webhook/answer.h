#pragma once

// From an assessment to what the API server, its user, its auditor and our log are told.

#include <string>
#include <string_view>

#include "engine/engine.h"
#include "engine/outcome.h"
#include "kube/admission_review.h"

namespace portreeve::webhook {

/// The answer to a judged review. The message tells the first failing rule, what was found, its fix,
/// how many more there are, the command to learn more and the decision id, in at most
/// limits::kDenialBytes; warnings and annotations keep within the API server's limits
/// (k8s-webhook §1.2), and no control character reaches a terminal.
kube::Answer answer_for(std::string_view uid, const engine::Assessment& assessment,
                        std::string_view decision_id);

/// The refusal of something that was not judged.
kube::Answer refusal(std::string_view uid, engine::Cause cause, std::string_view message,
                     std::string_view decision_id);

/// What the gate found when it looked for the cause of the verdict: `undecided_limit` when a
/// resource ran out, else the decision's own.
engine::Cause cause_of(const Verdict& verdict) noexcept;

}  // namespace portreeve::webhook
