// One page: no script, no font, no image, nothing from anywhere.

#include "report/formats.h"
#include "report/rows.h"

namespace portreeve::report {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1.5rem}
h1{font-size:1.4rem;margin:0 0 .5rem}
code,pre{font:13px/1.5 ui-monospace,monospace}
pre{background:var(--soft);margin:.5rem 0;overflow-x:auto;padding:.5rem .75rem;border-radius:4px}
article{border:1px solid var(--line);border-left-width:5px;border-radius:4px;margin:1rem 0;padding:.6rem 1rem}
.deny{border-left-color:#c5221f}.undecided{border-left-color:#8430ce}.warning{border-left-color:#e37400}
.badge{border-radius:3px;color:#fff;font-weight:600;padding:.1rem .45rem}
.badge.deny{background:#c5221f}.badge.undecided{background:#8430ce}.badge.warning{background:#a85500}
.badge.allow{background:#137333}.badge.other{background:#5f6368}
.place{font-weight:600;overflow-wrap:anywhere}.rule{float:right;opacity:.75}
dl{display:grid;gap:.1rem .8rem;grid-template-columns:max-content 1fr;margin:.4rem 0 0}
dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.8rem}
.caret{color:#137333;font-weight:700})";

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
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
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, clean(text));
  return out;
}

std::string_view class_of(std::string_view word) noexcept {
  if (word == "warning, undecided") return "warning";
  return word == "deny" || word == "undecided" || word == "warning" || word == "allow"
             ? word
             : std::string_view("other");
}

std::string badge(std::string_view word) {
  return "<span class=\"badge " + std::string(class_of(word)) + "\">" + std::string(word) +
         "</span>";
}

void append_pair(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out += "<dt>" + std::string(name) + "</dt><dd>" + escaped(text) + "</dd>";
}

void append_quote(std::string& out, const Report& report, const Finding& finding) {
  if (!finding.location.has_value() || finding.location->column == 0) return;
  const auto line = quoted_line(report, *finding.location);
  if (!line.has_value()) return;
  out += "<pre>" + std::to_string(finding.location->line) + " | " + escaped(*line) + "</pre>";
}

void append_group(std::string& out, const Report& report, const Group& group) {
  const Finding& finding = *group.findings.front();
  const std::string_view word = word_of(finding);
  out += "<article class=\"" + std::string(class_of(word)) + "\"><code class=\"rule\">" +
         escaped(finding.rule) + " (" + std::string(to_string(finding.severity)) + ")</code>" +
         badge(word) + " <span class=\"place\">" + escaped(place_of(finding)) + "</span>";
  append_quote(out, report, finding);
  out += "<div>" + escaped(finding.message) + "</div><dl>";
  append_pair(out, "subject", finding.subject);
  append_pair(out, "found", finding.found);
  append_pair(out, "expected", finding.expected);
  append_pair(out, "fix", finding.fix);
  append_pair(out, "note", finding.note);
  append_pair(out, "waiver", finding.waiver);
  out += "</dl>";
  if (group.findings.size() > 1) {
    out += "<details><summary>and " + std::to_string(group.findings.size() - 1) +
           " more</summary><ul>";
    for (std::size_t i = 1; i < group.findings.size(); ++i) {
      out += "<li>" + escaped(other_of(group, i)) + "</li>";
    }
    out += "</ul></details>";
  }
  out += "</article>\n";
}

void append_examined(std::string& out, const Examined& examined) {
  out += "<footer><p>Examined " + escaped(counts_text(examined)) + ".</p>";
  const std::vector<std::string> skipped = skipped_lines(examined);
  if (!skipped.empty()) {
    out += "<ul>";
    for (const std::string& line : skipped) out += "<li>" + escaped(line) + "</li>";
    out += "</ul>";
  }
  if (!examined.elsewhere.empty()) {
    out += "<p>Decided by the published artifact or the cluster only:";
    for (std::size_t i = 0; i < examined.elsewhere.size(); ++i) {
      out += (i == 0 ? " <code>" : ", <code>") + escaped(examined.elsewhere[i]) + "</code>";
    }
    out += "</p>";
  }
  out += "</footer>\n";
}

void append_node(std::string& out, const TreeNode& node) {
  out += "<li><b>" + escaped(node.kind) + "</b> <code>" + escaped(node.name) + "</code> " +
         escaped(node.state);
  for (const std::string& note : node.notes) out += "<br>" + escaped(note);
  if (!node.children.empty()) {
    out += "<ul>";
    for (const TreeNode& child : node.children) append_node(out, child);
    out += "</ul>";
  }
  out += "</li>";
}

// What each artifact is made of, for those that were followed.
void append_trees(std::string& out, const Report& report) {
  for (const SubjectReport& subject : report.subjects) {
    if (subject.tree.empty()) continue;
    out += "<section><h2>" + escaped(subject.subject) + "</h2><ul>";
    for (const TreeNode& node : subject.tree) append_node(out, node);
    out += "</ul></section>\n";
  }
}

}  // namespace

std::string to_html(const Report& report, const RenderOptions& options) {
  const Summary summary = summarize(report);
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
      escaped(options.command) + "</title>\n<style>" + std::string(kStyle) +
      "\n</style>\n</head>\n<body>\n<h1>" + escaped(options.command) + " " +
      badge(to_string(summary.verdict)) + "</h1>\n<p>" + escaped(verdict_line(summary)) + "</p>\n";
  for (const std::string& note : report.notes) out += "<p>" + escaped(note) + "</p>\n";
  for (const Group& group : grouped(report, {false, 4})) append_group(out, report, group);
  append_trees(out, report);
  if (report.examined.has_value()) append_examined(out, *report.examined);
  return out + "</body>\n</html>\n";
}

}  // namespace portreeve::report
