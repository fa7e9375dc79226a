#pragma once

#include <string>
#include <vector>

#include "core/finding.h"
#include "core/result.h"
#include "core/subject.h"
#include "core/time.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// A dated, owned exception: these rules do not hold for these subjects through that day (UTC).
struct Waiver {
  std::string name;
  std::vector<std::string> rules;     ///< Exact ids, "policy/rule".
  std::vector<std::string> subjects;  ///< Equal to a finding's subject.
  std::string owner;
  std::string reason;
  std::string ticket;
  TimePoint expires{};                ///< First instant after its last day.
  std::string where;                  ///< "file:line:column"

  bool expired(TimePoint now) const noexcept { return now >= expires; }
};

/// Reads one document of kind Waiver. Errors: misconfigured (every field is required).
Result<Waiver> read_waiver(const Source& source, const Value& root);

/// Marks the fails that a waiver covers as waived, and adds what is to be said about waivers of this
/// subject: expired, matching nothing, about to expire. Never touches undecided findings, nor rules
/// `waiver/…` and `gate/…`.
void apply_waivers(const std::vector<Waiver>& waivers, const Subject& subject, TimePoint now,
                   std::vector<Finding>& findings);

/// The YAML of a complete Waiver, ready to paste (`portreeve waive`).
std::string waiver_template(const std::string& rule, const std::string& subject, TimePoint now);

}  // namespace portreeve::policies
