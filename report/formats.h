#pragma once

// Every output format, from one model.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace portreeve::report {

enum class Format {
  text,      ///< For people at a terminal.
  json,      ///< docs/report.schema.json
  sarif,     ///< SARIF 2.1.0 (OASIS, errata 01): code scanning.
  junit,     ///< JUnit XML as Jenkins and GitLab read it.
  github,    ///< Workflow commands of GitHub Actions: annotations.
  markdown,  ///< Job summaries and comments (GitHub Flavored Markdown).
  html,      ///< One page, nothing loaded from anywhere.
};

std::optional<Format> parse_format(std::string_view word) noexcept;
/// "text, json, …" for messages and help.
std::string format_words();

struct RenderOptions {
  std::string command = "portreeve";  ///< Title of the page: "portreeve guard".
  bool color = false;                 ///< text: terminal colours.
  bool verbose = false;               ///< text: also what has no effect, nothing folded.
};

std::string render(const Report& report, Format format, const RenderOptions& options);

// One file each.
std::string to_sarif(const Report& report);
std::string to_junit(const Report& report, const RenderOptions& options);
std::string to_github(const Report& report);
std::string to_markdown(const Report& report, const RenderOptions& options);
std::string to_html(const Report& report, const RenderOptions& options);

}  // namespace portreeve::report
