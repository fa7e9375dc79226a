#include "core/verdict.h"

#include <algorithm>
#include <tuple>

namespace portreeve {

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::critical: return "critical";
    case Severity::high: return "high";
    case Severity::medium: return "medium";
    case Severity::low: return "low";
    case Severity::info: return "info";
  }
  return "critical";
}

std::string_view to_string(FindingStatus status) noexcept {
  switch (status) {
    case FindingStatus::pass: return "pass";
    case FindingStatus::fail: return "fail";
    case FindingStatus::undecided: return "undecided";
    case FindingStatus::waived: return "waived";
    case FindingStatus::skipped: return "skipped";
    case FindingStatus::inactive: return "inactive";
  }
  return "undecided";
}

std::string_view to_string(Effect effect) noexcept {
  switch (effect) {
    case Effect::deny: return "deny";
    case Effect::warn: return "warn";
    case Effect::report: return "report";
    case Effect::none: return "none";
  }
  return "deny";
}

std::string_view to_string(Decision decision) noexcept {
  switch (decision) {
    case Decision::allow: return "allow";
    case Decision::deny: return "deny";
    case Decision::undecided: return "undecided";
  }
  return "undecided";
}

Decision decide(const std::vector<Finding>& findings) noexcept {
  Decision decision = Decision::allow;
  for (const Finding& finding : findings) {
    if (finding.effect != Effect::deny) continue;
    if (finding.status == FindingStatus::fail) return Decision::deny;
    if (finding.status == FindingStatus::undecided) decision = Decision::undecided;
  }
  return decision;
}

void sort_findings(std::vector<Finding>& findings) {
  const auto key = [](const Finding& f) {
    return std::tie(f.effect, f.status, f.severity, f.rule, f.path, f.message);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
}

}  // namespace portreeve
