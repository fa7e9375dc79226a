#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace portreeve::report {

/// The first thing in which `value` is not what `schema` says, as "pointer: what"; empty if nothing.
/// Knows the keywords that docs/report.schema.json uses, and fails on any other.
std::string schema_problem(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace portreeve::report
