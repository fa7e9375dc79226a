// GitHub Flavored Markdown for job summaries and comments: texts from outside stand in code spans
// or are escaped, so that they can be neither markup nor a mention.

#include "report/formats.h"
#include "report/rows.h"

namespace portreeve::report {
namespace {

constexpr std::size_t kMostRows = 200;  // A comment holds 65,536 characters.

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '@':
        out += "&#64;";
        break;
      case '#':
        out += "&#35;";
        break;
      case '\n':
        out += " ";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '|':
      case '!':
      case '~':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  // A bare link would be made of it.
  for (std::size_t at = out.find("://"); at != std::string::npos; at = out.find("://", at + 8)) {
    out.replace(at, 3, "&#58;//");
  }
  return out;
}

std::string code(std::string_view text) {
  std::string body;
  for (const char c : clean(text)) body += c == '`' ? '\'' : c == '\n' ? ' ' : c;
  std::string out;
  for (const char c : body) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out.empty() ? "" : "`" + out + "`";
}

void append_row(std::string& out, const Group& group) {
  const Finding& finding = *group.findings.front();
  out += "| " + std::string(word_of(finding)) + " | " + code(place_of(finding));
  if (group.findings.size() > 1) {
    out += " and " + std::to_string(group.findings.size() - 1) + " more";
  }
  out += " | " + code(finding.rule) + " | " + escaped(finding.message);
  if (!finding.found.empty()) out += "<br>found " + code(finding.found);
  if (!finding.expected.empty()) out += ", expected " + code(finding.expected);
  if (!finding.fix.empty()) out += "<br>**fix** " + escaped(finding.fix);
  out += " |\n";
}

}  // namespace

std::string to_markdown(const Report& report, const RenderOptions& options) {
  const Summary summary = summarize(report);
  std::string out =
      "## " + escaped(options.command) + ": " + escaped(verdict_line(summary)) + "\n\n";
  for (const std::string& note : report.notes) out += escaped(note) + "\n\n";
  const std::vector<Group> groups = grouped(report, {false, 4});
  if (!groups.empty()) {
    out += "| | where | rule | what |\n|---|---|---|---|\n";
    for (std::size_t i = 0; i < groups.size() && i < kMostRows; ++i) append_row(out, groups[i]);
    if (groups.size() > kMostRows) {
      out += "\n" + std::to_string(groups.size() - kMostRows) + " more: `--format json` has all.\n";
    }
    out += "\n";
  }
  if (!report.examined.has_value()) return out;
  out += "Examined " + escaped(counts_text(*report.examined)) + ".\n";
  for (const std::string& line : skipped_lines(*report.examined)) out += "\n- " + escaped(line);
  if (!report.examined->skipped.empty()) out += "\n";
  if (!report.examined->elsewhere.empty()) {
    out += "\nDecided by the published artifact or the cluster only:";
    for (std::size_t i = 0; i < report.examined->elsewhere.size(); ++i) {
      out += (i == 0 ? " " : ", ") + code(report.examined->elsewhere[i]);
    }
    out += "\n";
  }
  return out;
}

}  // namespace portreeve::report
