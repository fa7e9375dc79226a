#pragma once

// The options by which a command is told what to judge with, and the set they amount to.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "policies/sources.h"

namespace portreeve::cli {

using PolicyOptions = policies::SourceOptions;

/// Adds --policies, --config and --profile. `options` outlives the parsing.
void add_policy_options(CLI::App& app, PolicyOptions& options);

/// The set that `serve` would judge with; the operator's examples are run. Errors: misconfigured.
Result<std::shared_ptr<const policies::PolicySet>> load_policies(const PolicyOptions& options);

/// "profile identity, because no Config and no --profile was given", or the profile's name alone
/// when somebody chose it: the first line of every report.
std::string profile_note(const policies::PolicySet& set);

}  // namespace portreeve::cli
