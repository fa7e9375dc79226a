#pragma once

// The Blueprints of a tree as evidence about its Applications.

#include "guard/chart_source.h"
#include "guard/judge.h"

namespace portreeve::guard {

bool holds_blueprint(const TreeFile& file);

/// Answers section "blueprint" (policies/evidence.h) from these files: of a name and version that
/// is there exactly once. Of any other the cluster may know more, so nothing is answered. The
/// files' documents are kept alive; thread-safe.
TreeEvidence blueprints_of(const TreeFiles& files, const policies::PolicySet& policies);

}  // namespace portreeve::guard
