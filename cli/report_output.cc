#include "cli/report_output.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "report/formats.h"

namespace portreeve::cli {
namespace {

Outcome known_format(const std::string& format, std::string_view option) {
  if (report::parse_format(format).has_value()) return Done{};
  return Error{Errc::misconfigured,
               std::string(option) + ": expected " + report::format_words() + ", found " + format};
}

}  // namespace

void add_report_options(CLI::App& app, ReportOptions& options) {
  app.add_option("--format", options.format,
                 "What is printed: " + report::format_words() + ". Default: text.")
      ->type_name("FORMAT");
  app.add_option("--output", options.outputs,
                 "Also write this format to this file, which is replaced; may be repeated. "
                 "Default: none.")
      ->type_name("FORMAT=FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--verbose", options.verbose,
               "In text, also what has no effect, and every finding by itself.");
}

Outcome check_report_options(const ReportOptions& options) {
  PORTREEVE_CHECK(known_format(options.format, "--format"));
  for (const std::string& output : options.outputs) {
    const std::size_t equals = output.find('=');
    if (equals == std::string::npos || equals + 1 == output.size()) {
      return Error{Errc::misconfigured, "--output: expected FORMAT=FILE, found " + output};
    }
    PORTREEVE_CHECK(known_format(output.substr(0, equals), "--output"));
  }
  return Done{};
}

bool color_wanted(const Io& io) noexcept {
  return &io.out == &std::cout && ::isatty(STDOUT_FILENO) == 1 &&
         std::getenv("NO_COLOR") == nullptr;
}

Outcome write_report_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Error{Errc::misconfigured, "--output: " + file + " cannot be written"};
  return Done{};
}

Outcome print_report(const report::Report& report, const ReportOptions& options,
                     const std::string& command, Io& io) {
  report::RenderOptions render{command, color_wanted(io), options.verbose};
  io.out << report::render(report, *report::parse_format(options.format), render);
  render.color = false;
  for (const std::string& output : options.outputs) {
    const std::size_t equals = output.find('=');
    PORTREEVE_CHECK(write_report_file(
        output.substr(equals + 1),
        report::render(report, *report::parse_format(output.substr(0, equals)), render)));
  }
  return Done{};
}

}  // namespace portreeve::cli
