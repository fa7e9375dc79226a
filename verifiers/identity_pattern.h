#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::verifiers {

/// The expression to match with, if a pattern for an identity says enough about whom it trusts: without
/// anchors, and a dot in the host or the first segment of a path is one. Patterns match in full; this
/// refuses those that a stranger's identity could fit all the same, and those that were meant to match
/// a beginning and would match nothing. Works on the text of the expression, so that what it cannot
/// follow (a group or an alternative before the owner is fixed) is refused too.
/// Errors: misconfigured, with what to write instead.
Result<std::string> read_identity_pattern(std::string_view expression);

}  // namespace portreeve::verifiers
