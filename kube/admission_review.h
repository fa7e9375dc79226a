#pragma once

// The AdmissionReview v1 codec (k8s.io/api/admission/v1): bytes → Subject, Answer → bytes.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/subject.h"

namespace portreeve::kube {

/// A review that may be judged.
struct Review {
  std::string uid;
  Subject subject;
  bool dry_run = false;
  std::string user;           ///< request.userInfo.username, as sent.
  std::string request_kind;   ///< "group/version/Kind" that the client wrote, when it differs.
};

/// A review that may not be judged. `uid` is empty when none could be read: then there is nobody to
/// answer, and the caller fails the call itself.
struct BadReview {
  std::string uid;
  Error error;
};

using ReviewOrError = std::variant<Review, BadReview>;

/// Reads one review and checks it against itself: version, kind, operation, object and oldObject that
/// fit the operation, names that agree. An object without a namespace gets that of the request, as an
/// API server gives it. `json` is consumed. Errors inside BadReview: malformed, limit, unsupported.
ReviewOrError read_review(std::string json, MemoryBudget* budget);

/// Makes a Subject of a bare object (`review` of a manifest, the other doors): CREATE, or UPDATE when
/// `old` is given. Errors: malformed when apiVersion, kind or metadata are not there.
Result<Subject> subject_of(const DocumentPtr& object, const DocumentPtr& old);

/// What is sent back. Kept small and plain: every slip in it is fail-open under failurePolicy Ignore.
struct Answer {
  std::string uid;
  bool allowed = false;
  int code = 403;             ///< Of a refusal.
  std::string reason;         ///< "Forbidden", "Invalid", …
  std::string message;        ///< Printable, at most limits::kDenialBytes.
  struct Cause {
    std::string type;
    std::string message;
    std::string field;
  };
  std::vector<Cause> causes;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> annotations;  ///< Keys without '/'.
};

/// The AdmissionReview that carries the answer, on one line.
std::string write_answer(const Answer& answer);

/// The canonical JSON whose SHA-256 is the content digest: the object without `status` and without
/// metadata.{managedFields, resourceVersion, generation} (design §5.4). `source`: the text of its
/// document, if it is at hand, makes that cheaper and changes nothing.
std::string content_form(const Value& object, std::string_view source = {});

}  // namespace portreeve::kube
