#pragma once

// Data documents that are files of others: EPSS (CSV as FIRST publishes it) and CISA's KEV (JSON).
//
//   spec: {epss: {file: epss_scores.csv}}     a table CVE -> "score percentile"
//   spec: {kev: {file: kev.json}}             a list of CVEs
//
// Read when the set is loaded, at most limits::kSbomBytes; a file that is not there, or is none,
// is misconfigured. What is known of the file itself stands in the table feed_table(name).

#include <string>
#include <string_view>

#include "policies/data.h"
#include "policies/reader.h"

namespace portreeve::policies {

inline constexpr std::string_view kFeedMade = "made";      ///< "2027-01-31"; absent: it does not say.
inline constexpr std::string_view kFeedDigest = "digest";  ///< Of its bytes.

struct FeedData {
  TableData scores;    ///< Of epss.
  ListData exploited;  ///< Of kev.
  TableData about;     ///< kFeedMade, kFeedDigest.
};

/// The name under which a DataSet keeps FeedData::about. No Data document can have it.
std::string feed_table(std::string_view name);

Result<FeedData> read_epss_data(const Source& source, const Value& spec);
Result<FeedData> read_kev_data(const Source& source, const Value& spec);

}  // namespace portreeve::policies
