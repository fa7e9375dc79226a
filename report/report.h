#pragma once

// The one model behind every output format: what was judged, and what was said about it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/verdict.h"

namespace portreeve::report {

/// One thing that was judged.
struct SubjectReport {
  std::string subject;  ///< "group/Kind/namespace/name", as in its findings.
  std::string origin;   ///< Where it was read: "bp.yaml", "bp.yaml, document 2"; may be empty.
  Verdict verdict;
};

/// One run. Subjects stand in the order in which they were given, findings in sort_findings' order.
struct Report {
  std::vector<std::string> notes;  ///< Said before anything else: the profile in use.
  std::vector<SubjectReport> subjects;
};

/// Counts over all subjects.
struct Summary {
  Decision verdict = Decision::allow;
  std::uint32_t subjects = 0;
  std::uint32_t denied = 0;     ///< Subjects.
  std::uint32_t deny = 0;       ///< Findings that deny.
  std::uint32_t undecided = 0;  ///< Undecided findings that deny.
  std::uint32_t warn = 0;
  std::uint32_t report = 0;
  std::uint32_t waived = 0;
  std::uint32_t rules_passed = 0;
  std::uint32_t rules_inactive = 0;
  std::uint32_t rules_skipped = 0;
  std::uint32_t not_gated = 0;  ///< Subjects that are not judged.
  std::uint32_t other_operation = 0;  ///< Of these, those that are neither created nor updated.
};

/// deny outweighs undecided outweighs allow. Without subjects: allow.
Summary summarize(const Report& report);

/// The last line of every text: "deny (3 findings)", "allow (2 rules skipped on request)".
std::string verdict_line(const Summary& summary);

/// Text that may quote what was judged, fit for a terminal whatever wrote it.
std::string clean(std::string_view text);

}  // namespace portreeve::report
