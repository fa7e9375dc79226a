#pragma once

// Local feeds about vulnerabilities: EPSS (CSV as FIRST publishes it) and CISA's KEV (JSON).

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "core/value.h"

namespace portreeve::sbom {

struct EpssScore {
  double score = 0;       ///< 0 to 1.
  double percentile = 0;  ///< 0 to 1.
};
struct EpssFeed {
  std::optional<TimePoint> made;  ///< score_date of the comment.
  std::map<std::string, EpssScore, std::less<>> by_cve;
  /// The whole text: an optional comment, "cve,epss,percentile", one row a CVE.
  /// Errors: malformed with the line; limit.
  static Result<EpssFeed> parse(std::string_view text);
};

struct KnownExploited {
  std::string due;  ///< "2027-03-01"
  bool ransomware = false;
};
struct KevFeed {
  std::optional<TimePoint> made;  ///< dateReleased
  std::map<std::string, KnownExploited, std::less<>> by_cve;
  /// Errors: malformed.
  static Result<KevFeed> read(const Value& root);
};

inline constexpr std::size_t kFeedRows = 1'000'000;

}  // namespace portreeve::sbom
