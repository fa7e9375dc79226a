#include "sbom/feeds.h"

#include <cstdlib>

#include "core/utf8.h"

namespace portreeve::sbom {
namespace {

Error malformed(std::size_t line, std::string_view what) {
  return {Errc::malformed, "EPSS: line " + std::to_string(line) + ": " + std::string(what)};
}

bool is_cve(std::string_view text) {
  if (text.size() < 13 || text.size() > 32 || text.substr(0, 4) != "CVE-" || text[8] != '-')
    return false;
  for (std::size_t i = 4; i < text.size(); ++i) {
    if (i != 8 && (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

/// 0 to 1, digits and a point or an exponent.
std::optional<double> fraction(std::string_view text) {
  if (text.empty() || text.size() > 24 ||
      text.find_first_not_of("0123456789.eE-+") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string written(text);
  char* end = nullptr;
  const double value = std::strtod(written.c_str(), &end);
  if (end != written.c_str() + written.size() || !(value >= 0) || !(value <= 1))
    return std::nullopt;
  return value;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Result<EpssFeed> EpssFeed::parse(std::string_view text) {
  EpssFeed out;
  std::size_t number = 0;
  bool header = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++number;
    if (!header && !line.empty() && line.front() == '#') {
      constexpr std::string_view kDate = "score_date:";
      const std::size_t at = line.find(kDate);
      if (at != std::string_view::npos) {
        const std::string_view date = line.substr(at + kDate.size(), 10);
        const Result<TimePoint> made = parse_date(date);
        if (!made.ok()) return malformed(number, "score_date is no date");
        out.made = made.value();
      }
      continue;
    }
    if (!header) {
      if (line != "cve,epss,percentile")
        return malformed(number, "expected \"cve,epss,percentile\"");
      header = true;
      continue;
    }
    if (line.empty() && text.empty()) break;
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
      return malformed(number, "expected three values");
    }
    const auto score = fraction(line.substr(first + 1, second - first - 1));
    const auto percentile = fraction(line.substr(second + 1));
    if (!is_cve(line.substr(0, first)) || !score || !percentile) {
      return malformed(number, "expected a CVE and two numbers from 0 to 1");
    }
    if (out.by_cve.size() == kFeedRows) return Error{Errc::limit, "EPSS: too many rows"};
    if (!out.by_cve.emplace(line.substr(0, first), EpssScore{*score, *percentile}).second) {
      return malformed(number, "a CVE twice");
    }
  }
  if (!header) return malformed(number, "expected \"cve,epss,percentile\"");
  return out;
}

Result<KevFeed> KevFeed::read(const Value& root) {
  KevFeed out;
  const auto made = parse_time(root["dateReleased"].text());
  if (made.ok()) out.made = made.value();
  const Value list = root["vulnerabilities"];
  if (!list.is_array()) return Error{Errc::malformed, "KEV: vulnerabilities: expected a list"};
  for (const Value row : list) {
    const std::string_view cve = row["cveID"].text();
    if (!is_cve(cve)) {
      return Error{Errc::malformed, "KEV: line " + std::to_string(row.position().line) +
                                        ": cveID \"" + utf8::printable(cve, 64) + "\""};
    }
    if (out.by_cve.size() == kFeedRows) return Error{Errc::limit, "KEV: too many rows"};
    KnownExploited entry;
    entry.due = std::string(row["dueDate"].text());
    entry.ransomware = row["knownRansomwareCampaignUse"].text() == "Known";
    out.by_cve.emplace(cve, std::move(entry));
  }
  return out;
}

}  // namespace portreeve::sbom
