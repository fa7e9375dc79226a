#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace portreeve::report {

inline constexpr std::string_view kJsonSchema = "portreeve.openova.io/report/v1";

/// The report as docs/report.schema.json describes it: indented, one line end at the end, members
/// always in the same order.
std::string to_json(const Report& report);

}  // namespace portreeve::report
