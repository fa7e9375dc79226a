#pragma once

// What can be said of a template without running it. Nothing is rendered here: where the text does
// not decide, the answer is unknown, and a render decides.

#include <string_view>

#include "charts/chart.h"
#include "core/value.h"

namespace portreeve::charts {

enum class Prints { nothing, something, unknown };

/// What `text`, a template of Go's text/template as Helm runs it, prints: nothing but comments,
/// blank lines and document separators; surely something; or unknown. `values`: the chart's default
/// values, an absent one when they are not known.
Prints prints_with(std::string_view text, const Value& values, bool values_known);

/// The same of a whole chart's own templates with its default values.
Prints prints_by_default(const Chart& chart);

/// Whether the chart can put anything into a cluster, whatever its values: it is no library, and
/// some template may print, or it has CRDs, or one of its subcharts can. Unknown as "may".
bool contributes(const Chart& chart);

/// Whether a dependency is switched off by the default values of the chart that declares it: its
/// condition, the first path of it that is a boolean, or its tags (helm.sh/docs/topics/charts).
bool off_by_default(const Dependency& dependency, const Chart& parent);

/// The value at a dotted path ("a.b.c"); absent if there is none.
Value value_at(const Value& root, std::string_view path);

}  // namespace portreeve::charts
