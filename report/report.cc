#include "report/report.h"

#include "core/utf8.h"

namespace portreeve::report {
namespace {

constexpr std::size_t kTextBytes = 4096;

std::string counted(std::uint32_t count, std::string_view one) {
  return std::to_string(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

void count(const Verdict& verdict, Summary& summary) {
  summary.rules_passed += verdict.rules_passed;
  summary.rules_inactive += verdict.rules_inactive;
  summary.rules_skipped += verdict.rules_skipped;
  if (!verdict.gated) ++summary.not_gated;
  if (verdict.other_operation) ++summary.other_operation;
  for (const Finding& finding : verdict.findings) {
    if (finding.status == FindingStatus::waived) {
      ++summary.waived;
      continue;
    }
    switch (finding.effect) {
      case Effect::deny:
        ++(finding.status == FindingStatus::undecided ? summary.undecided : summary.deny);
        break;
      case Effect::warn: ++summary.warn; break;
      case Effect::report: ++summary.report; break;
      case Effect::none: break;
    }
  }
}

void add(std::string& details, const std::string& detail) {
  details += (details.empty() ? "" : ", ") + detail;
}

}  // namespace

void Examined::skip(const std::string& why, const std::string& what) {
  for (Skipped& group : skipped) {
    if (group.why != why) continue;
    ++group.count;
    if (group.first.size() < Skipped::kNamed) group.first.push_back(what);
    return;
  }
  skipped.push_back({why, 1, {what}});
}

Summary summarize(const Report& report) {
  Summary out;
  for (const SubjectReport& subject : report.subjects) {
    ++out.subjects;
    count(subject.verdict, out);
    switch (subject.verdict.decision) {
      case Decision::allow: break;
      case Decision::deny:
        ++out.denied;
        out.verdict = Decision::deny;
        break;
      case Decision::undecided:
        if (out.verdict == Decision::allow) out.verdict = Decision::undecided;
        break;
    }
  }
  return out;
}

std::string verdict_line(const Summary& summary) {
  std::string details;
  if (summary.deny > 0) add(details, counted(summary.deny, "finding"));
  if (summary.undecided > 0) {
    add(details, summary.verdict == Decision::deny
                     ? std::to_string(summary.undecided) + " undecided"
                     : counted(summary.undecided, "finding"));
  }
  if (summary.verdict == Decision::deny && summary.subjects > 1) {
    details += " in " + std::to_string(summary.denied) + " of " +
               counted(summary.subjects, "object");
  }
  if (summary.warn > 0) add(details, counted(summary.warn, "warning"));
  if (summary.waived > 0) add(details, std::to_string(summary.waived) + " waived");
  if (const std::uint32_t unnamed = summary.not_gated - summary.other_operation; unnamed > 0) {
    add(details, summary.subjects == 1
                     ? "no policy names this kind"
                     : counted(unnamed, "object") + " of kinds that no policy names");
  }
  if (summary.other_operation > 0) {
    add(details, summary.subjects == 1
                     ? "only CREATE and UPDATE are judged"
                     : counted(summary.other_operation, "object") + " neither created nor updated");
  }
  if (summary.verdict != Decision::deny && summary.rules_skipped > 0) {
    add(details, counted(summary.rules_skipped, "rule") + " skipped on request");
  }
  const std::string verdict(to_string(summary.verdict));
  return details.empty() ? verdict : verdict + " (" + details + ")";
}

std::string clean(std::string_view text) { return utf8::printable(text, kTextBytes); }

}  // namespace portreeve::report
