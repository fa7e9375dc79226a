#pragma once

// What makes two texts one version, for every check that asks whether content may have changed.

#include "core/value.h"

namespace portreeve::policies {

/// Equal, or of one precedence (SemVer 2.0.0 §10 and §11): build metadata makes no other version,
/// nor does another spelling.
bool same_version(const Value& before, const Value& now);

}  // namespace portreeve::policies
