#pragma once

// --format and --output of the commands that print findings.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/result.h"
#include "report/report.h"

namespace portreeve::cli {

struct ReportOptions {
  std::string format = "text";
  std::vector<std::string> outputs;  ///< "FORMAT=FILE"
  bool verbose = false;
};

/// Adds --format, --output and --verbose. `options` outlives the parsing.
void add_report_options(CLI::App& app, ReportOptions& options);
/// Errors: misconfigured, naming the formats.
Outcome check_report_options(const ReportOptions& options);
/// Prints to io.out and writes the files. Colours only on a terminal, and not with NO_COLOR.
/// Errors: misconfigured: a file cannot be written.
Outcome print_report(const report::Report& report, const ReportOptions& options,
                     const std::string& command, Io& io);
/// Whether `io.out` is a terminal that may be coloured.
bool color_wanted(const Io& io) noexcept;
/// Writes a file anew. Errors: misconfigured.
Outcome write_report_file(const std::string& file, const std::string& text);

}  // namespace portreeve::cli
