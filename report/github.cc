// GitHub Actions workflow commands:
// docs.github.com/actions/reference/workflow-commands-for-github-actions.

#include <algorithm>

#include "report/formats.h"
#include "report/rows.h"

namespace portreeve::report {
namespace {

constexpr std::size_t kMostAnnotations = 10;  // GitHub shows ten of a step.

void append_data(std::string& out, std::string_view text, bool property) {
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
}

std::string_view command_of(const Finding& finding) noexcept {
  if (finding.effect == Effect::deny) return "error";
  return finding.effect == Effect::warn ? "warning" : "notice";
}

void append(std::string& out, const Finding& finding) {
  out += "::" + std::string(command_of(finding)) + " ";
  if (finding.location.has_value()) {
    out += "file=";
    append_data(out, clean(finding.location->file), true);
    if (finding.location->line > 0) {
      out += ",line=" + std::to_string(finding.location->line) +
             ",col=" + std::to_string(finding.location->column);
    }
    out += ",";
  }
  out += "title=";
  append_data(out, clean(finding.rule), true);
  out += "::";
  std::string text = clean(finding.message);
  if (finding.status == FindingStatus::waived) text = "waived: " + text;
  if (!finding.found.empty()) text += "\nfound: " + clean(finding.found);
  if (!finding.expected.empty()) text += "\nexpected: " + clean(finding.expected);
  if (!finding.fix.empty()) text += "\nfix: " + clean(finding.fix);
  append_data(out, text, false);
  out += "\n";
}

}  // namespace

std::string to_github(const Report& report) {
  std::vector<const Finding*> rows;
  for (const Group& group : grouped(report, {false, 0})) rows.push_back(group.findings.front());
  std::stable_sort(rows.begin(), rows.end(), [&](const Finding* a, const Finding* b) {
    const auto order = [&](const Finding& finding) {
      const bool denies = finding.effect == Effect::deny;
      return denies && on_changed_line(report, finding) ? 0 : denies ? 1 : 2;
    };
    return order(*a) < order(*b);
  });
  std::string out;
  const std::size_t shown = std::min(rows.size(), kMostAnnotations);
  for (std::size_t i = 0; i < shown; ++i) append(out, *rows[i]);
  if (rows.size() > shown) {
    out += "::notice title=portreeve::" + std::to_string(rows.size() - shown) + " more\n";
  }
  // Plain text in the log: a command must not be made of it.
  const std::string verdict = verdict_line(summarize(report));
  return out + verdict + "\n";
}

}  // namespace portreeve::report
