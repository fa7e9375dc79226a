#pragma once

// Waivers over all findings of a run: a waiver may name subjects that several made objects speak
// of.

#include <set>
#include <string>
#include <vector>

#include "core/time.h"
#include "policies/waiver.h"
#include "report/report.h"

namespace portreeve::guard {

/// Marks what a waiver covers as waived, and adds `waiver/expired`, `waiver/unused` (both deny) and
/// `waiver/expiring` (warns, 14 days before) to `own`. A waiver is unused if it covers nothing;
/// with `part` only if one of its subjects was judged. Verdicts are decided anew.
void apply_waivers(const std::vector<policies::Waiver>& waivers, TimePoint now, bool part,
                   std::vector<report::SubjectReport>& subjects, report::SubjectReport& own);

}  // namespace portreeve::guard
