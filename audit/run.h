#pragma once

#include <functional>

#include "audit/target.h"
#include "report/report.h"

namespace portreeve::audit {

/// Told after each target: how many of them are done. Called by the thread that called run().
using Progress = std::function<void(std::size_t done, std::size_t all)>;

/// Judges all targets, several at once, and reports them in the order in which they were given.
/// Never fails: a target that cannot be read is undecided.
report::Report run(const TargetList& list, const Session& session, const Progress& progress);

}  // namespace portreeve::audit
