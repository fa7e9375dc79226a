#pragma once

#include <string>
#include <string_view>
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

/// What stands in a printed Waiver for what nobody said yet: read_waiver() refuses it, by field.
inline constexpr std::string_view kWaiverOwner = "TEAM-WHO-ANSWERS-FOR-IT";
inline constexpr std::string_view kWaiverReason = "WHY-THE-RULE-CANNOT-HOLD-HERE-YET";
inline constexpr std::string_view kWaiverTicket = "WHERE-THE-WORK-IS-TRACKED";

struct WaiverRequest {
  std::string rule;
  std::string subject;
  std::string owner = {};  ///< Empty, as the next two: a placeholder.
  std::string reason = {};
  std::string ticket = {};
};

/// The YAML of a Waiver for 30 days (`portreeve waive`); it loads once all three are said. Its name
/// is made from rule and subject.
std::string waiver_text(const WaiverRequest& request, TimePoint now);

}  // namespace portreeve::policies
