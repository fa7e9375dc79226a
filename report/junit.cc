// JUnit XML as Jenkins, GitLab and GitHub actions read it: a suite for each subject, a case for
// each finding; what passed is one case with a count.

#include "report/formats.h"
#include "report/rows.h"

namespace portreeve::report {
namespace {

void append_escaped(std::string& out, std::string_view text) {
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
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20U) out += c;
    }
  }
}

std::string attribute(std::string_view name, std::string_view text) {
  std::string out = " " + std::string(name) + "=\"";
  append_escaped(out, text);
  return out + "\"";
}

std::string body_of(const Finding& finding) {
  std::string out = place_of(finding) + "\n" + finding.message;
  if (!finding.found.empty()) out += "\nfound: " + finding.found;
  if (!finding.expected.empty()) out += "\nexpected: " + finding.expected;
  if (!finding.fix.empty()) out += "\nfix: " + finding.fix;
  return out;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

void append_case(std::string& out, const Finding& finding, Counts& counts) {
  std::string element;
  const bool denies = finding.effect == Effect::deny;
  if (finding.status == FindingStatus::waived) {
    element = "skipped";
    ++counts.skipped;
  } else if (denies && finding.status == FindingStatus::undecided) {
    element = "error";
    ++counts.errors;
  } else if (denies) {
    element = "failure";
    ++counts.failures;
  } else if (finding.status == FindingStatus::skipped) {
    element = "skipped";
    ++counts.skipped;
  }
  ++counts.tests;
  out +=
      "    <testcase" + attribute("name", finding.rule) + attribute("classname", finding.subject);
  if (finding.location.has_value()) {
    out += attribute("file", finding.location->file) +
           attribute("line", std::to_string(finding.location->line));
  }
  out += ">";
  const std::string text =
      element == "skipped" && finding.message.empty() ? finding.note : body_of(finding);
  if (element.empty()) {
    out += "<system-out>";
    append_escaped(out, std::string(word_of(finding)) + ": " + text);
    out += "</system-out>";
  } else if (element == "skipped") {
    out += "<skipped" + attribute("message", text) + "/>";
  } else {
    out += "<" + element + attribute("message", finding.message) +
           attribute("type", to_string(finding.severity)) + ">";
    append_escaped(out, text);
    out += "</" + element + ">";
  }
  out += "</testcase>\n";
}

std::string numbers(const Counts& counts) {
  return attribute("tests", std::to_string(counts.tests)) +
         attribute("failures", std::to_string(counts.failures)) +
         attribute("errors", std::to_string(counts.errors)) +
         attribute("skipped", std::to_string(counts.skipped));
}

}  // namespace

std::string to_junit(const Report& report, const RenderOptions& options) {
  std::string suites;
  Counts all;
  for (const SubjectReport& subject : report.subjects) {
    std::string cases;
    Counts counts;
    for (const Finding& finding : subject.verdict.findings) {
      if (finding.effect == Effect::none && finding.status != FindingStatus::skipped) continue;
      append_case(cases, finding, counts);
    }
    if (subject.verdict.rules_passed > 0) {
      ++counts.tests;
      cases += "    <testcase" +
               attribute("name", std::to_string(subject.verdict.rules_passed) + " rules passed") +
               attribute("classname", subject.subject) + "/>\n";
    }
    if (counts.tests == 0) continue;
    suites += "  <testsuite" + attribute("name", subject.subject) + numbers(counts) + ">\n" +
              cases + "  </testsuite>\n";
    all.tests += counts.tests;
    all.failures += counts.failures;
    all.errors += counts.errors;
    all.skipped += counts.skipped;
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
         attribute("name", options.command) + numbers(all) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace portreeve::report
