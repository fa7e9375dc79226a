#pragma once

// The one table from what happened to what each door answers (design §5.1, §5.4). Nowhere else does
// an Errc or a Decision become an HTTP status, an admission code or an exit code.

#include <optional>
#include <string_view>

#include "core/result.h"
#include "core/verdict.h"

namespace portreeve::engine {

/// Everything a request can come to.
enum class Cause {
  allow,
  deny,
  undecided,         ///< Some rule that denies could not be decided.
  undecided_limit,   ///< The same, because a resource was used up.
  malformed,         ///< The input contradicts itself or is not what it claims.
  input_limit,       ///< The input exceeds a limit that does not depend on load.
  overloaded,        ///< The input would fit, but not now.
  too_large,         ///< More bytes than a request may have.
  misconfigured,     ///< The operator's or caller's input.
  unreadable,        ///< A target that cannot be read.
  internal,          ///< Our defect.
};

struct Outlet {
  unsigned http_status;     ///< 200 when an AdmissionReview carries the answer.
  int code;                 ///< status.code of the AdmissionReview; 0 when allowed.
  std::string_view reason;  ///< status.reason
  int exit;                 ///< Exit code of the command line.
};

/// The row of the table.
const Outlet& outlet(Cause cause) noexcept;

Cause cause_of(Decision decision) noexcept;
/// What an error in the *judged input* (a review, a manifest) means.
Cause cause_of_input(const Error& error) noexcept;
/// What an error in *evidence* means to whoever asked about that one piece: what is wrong or is nobody's
/// whom we trust is a no; what we do not interpret or could not read is undecided.
Cause cause_of_evidence(Errc code) noexcept;
/// What an error in what the *operator* gave (arguments, policies, files) means.
Cause cause_of_operator(Errc code) noexcept;

/// Exit code of several verdicts together: deny outweighs undecided outweighs allow; what could not
/// be read counts as undecided; misconfiguration and defects outweigh all.
int worst_exit(int a, int b) noexcept;

}  // namespace portreeve::engine
