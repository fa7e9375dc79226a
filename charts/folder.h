#pragma once

// The entries of a chart's folder, before any of them is read.

#include <optional>
#include <string>
#include <vector>

#include "charts/package.h"

namespace portreeve::charts {

/// Whether all names are plain: before .helmignore, whose globs take ".." for a name.
bool check_paths(const std::vector<FolderEntry>& entries, const Chart& chart,
                 std::vector<Fault>& faults);

/// Takes out what .helmignore leaves out of the package, and notes it in `chart.ignored`. `rules`:
/// its text, if there is one. False: Helm cannot read it. REQUIRES: sorted entries.
bool apply_helmignore(const std::optional<std::string>& rules, std::vector<FolderEntry>& entries,
                      Chart& chart, std::vector<Fault>& faults);

/// Whether all entries are plain files. `allowance`: what they are counted
/// against, null if they were counted before. One that is not, and nothing of the chart is
/// believed.
bool check_entries(const std::vector<FolderEntry>& entries, const Chart& chart,
                   Allowance* allowance, std::vector<Fault>& faults);

}  // namespace portreeve::charts
