#pragma once

#include <string>

#include "report/report.h"
#include "report/text.h"

namespace portreeve::report {

/// The report as lines "file:line:column: deny rule", each with the source line quoted and a caret
/// below it; equal causes folded into one entry. REQUIRES: report.examined. The last line is the
/// verdict.
std::string to_listing(const Report& report, const TextOptions& options);

}  // namespace portreeve::report
