#pragma once

// The other direction of the codec: what an API server would ask about an object.

#include <string>
#include <string_view>

#include "core/subject.h"

namespace portreeve::kube {

/// The resource of a kind, "environmentpolicies" of "EnvironmentPolicy", as CRDs are named: lower
/// case, English plural. A guess: only the API server knows.
std::string resource_of(std::string_view kind);

/// The AdmissionReview v1 that asks about `subject`, on one line. The object has its members sorted
/// and numbers normalised.
std::string write_review(const Subject& subject, std::string_view uid, std::string_view user);

}  // namespace portreeve::kube
