#include "guard/waivers.h"

#include <algorithm>
#include <chrono>

namespace portreeve::guard {
namespace {

using policies::Waiver;

constexpr auto kWarnBefore = std::chrono::hours(24) * 14;

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool waivable(const Finding& finding) {
  const auto begins = [&](std::string_view prefix) {
    return std::string_view(finding.rule).substr(0, prefix.size()) == prefix;
  };
  return finding.status == FindingStatus::fail && finding.effect != Effect::none &&
         !begins("waiver/") && !begins("gate/");
}

// "file:line:column", as a waiver says where it stands.
std::optional<Location> location_of(const std::string& where) {
  const std::size_t column = where.rfind(':');
  if (column == std::string::npos || column == 0) return std::nullopt;
  const std::size_t line = where.rfind(':', column - 1);
  if (line == std::string::npos) return std::nullopt;
  const auto number = [&](std::size_t begin) {
    return static_cast<std::uint32_t>(std::strtoul(where.c_str() + begin, nullptr, 10));
  };
  return Location{where.substr(0, line), number(line + 1), number(column + 1)};
}

Finding about(const Waiver& waiver, std::string rule, Effect effect) {
  Finding out;
  out.rule = "waiver/" + std::move(rule);
  out.effect = effect;
  out.subject = waiver.subjects.front();
  out.location = location_of(waiver.where);
  out.waiver = waiver.name;
  return out;
}

std::string last_day(const Waiver& waiver) { return format_date(waiver.expires - Milliseconds(1)); }

bool mark(const Waiver& waiver, std::vector<report::SubjectReport>& subjects) {
  bool used = false;
  for (report::SubjectReport& subject : subjects) {
    for (Finding& finding : subject.verdict.findings) {
      if (!waivable(finding) || !has(waiver.rules, finding.rule) ||
          !has(waiver.subjects, finding.subject)) {
        continue;
      }
      finding.status = FindingStatus::waived;
      finding.effect = Effect::report;
      finding.waiver = waiver.name;
      used = true;
    }
  }
  return used;
}

bool judged(const Waiver& waiver, const std::vector<report::SubjectReport>& subjects) {
  return std::any_of(subjects.begin(), subjects.end(), [&](const report::SubjectReport& subject) {
    return has(waiver.subjects, subject.subject);
  });
}

}  // namespace

void apply_waivers(const std::vector<Waiver>& waivers, TimePoint now, bool part,
                   std::vector<report::SubjectReport>& subjects, report::SubjectReport& own) {
  std::vector<Finding>& out = own.verdict.findings;
  for (const Waiver& waiver : waivers) {
    if (waiver.expired(now)) {
      if (part && !judged(waiver, subjects)) continue;
      Finding finding = about(waiver, "expired", Effect::deny);
      finding.message = "waiver \"" + waiver.name + "\" ended with " + last_day(waiver);
      finding.fix = "remove it, or have " + waiver.owner + " renew it (" + waiver.ticket + ")";
      out.push_back(std::move(finding));
      continue;
    }
    if (!mark(waiver, subjects)) {
      if (part && !judged(waiver, subjects)) continue;
      Finding finding = about(waiver, "unused", Effect::deny);
      finding.message = "waiver \"" + waiver.name + "\" matches no finding";
      finding.fix = "remove it";
      out.push_back(std::move(finding));
    } else if (now >= waiver.expires - kWarnBefore) {
      Finding finding = about(waiver, "expiring", Effect::warn);
      finding.message = "waiver \"" + waiver.name + "\" ends with " + last_day(waiver);
      finding.fix = "correct what it excuses, or have " + waiver.owner + " renew it";
      out.push_back(std::move(finding));
    }
  }
  for (report::SubjectReport& subject : subjects) {
    subject.verdict.decision = decide(subject.verdict.findings);
  }
}

}  // namespace portreeve::guard
