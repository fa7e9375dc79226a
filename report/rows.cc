#include "report/rows.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace portreeve::report {
namespace {

constexpr std::size_t kNamedOthers = 5;

bool visible(const Finding& finding, const RowOptions& options) noexcept {
  return options.notes || finding.effect != Effect::none;
}

int weight_of(const Finding& finding) noexcept {
  if (finding.status == FindingStatus::waived) return 4;
  const bool denies = finding.effect == Effect::deny;
  if (denies) return finding.status == FindingStatus::undecided ? 1 : 0;
  return finding.effect == Effect::warn ? 2 : finding.effect == Effect::report ? 3 : 5;
}

auto order_of(const Finding& finding) {
  static const Location kNowhere;
  const Location& at = finding.location ? *finding.location : kNowhere;
  return std::make_tuple(weight_of(finding), std::cref(at.file), at.line, at.column,
                         std::cref(finding.rule), std::cref(finding.subject));
}

// What keeps one place from being judged is one cause, however many rules wait for it.
std::string cause_of(const Finding& finding) {
  if (finding.status == FindingStatus::undecided) {
    return std::string(word_of(finding)) + '\x1F' + finding.message + '\x1F' + place_of(finding);
  }
  return std::string(word_of(finding)) + '\x1F' + finding.rule + '\x1F' + finding.message + '\x1F' +
         finding.fix;
}

}  // namespace

std::string_view word_of(const Finding& finding) noexcept {
  switch (finding.status) {
    case FindingStatus::pass:
      return "note";
    case FindingStatus::waived:
      return "waived";
    case FindingStatus::skipped:
      return "skipped";
    case FindingStatus::inactive:
      return "inactive";
    case FindingStatus::undecided:
      // What it does comes first, as it is counted.
      if (finding.effect == Effect::warn) return "warning, undecided";
      return finding.effect == Effect::report ? "report, undecided" : "undecided";
    case FindingStatus::fail:
      break;
  }
  if (finding.observed) return "would deny";
  switch (finding.effect) {
    case Effect::deny:
      return "deny";
    case Effect::warn:
      return "warning";
    case Effect::report:
      return "report";
    case Effect::none:
      return "note";
  }
  return "deny";
}

std::vector<Group> grouped(const Report& report, const RowOptions& options) {
  std::vector<const Finding*> all;
  for (const SubjectReport& subject : report.subjects) {
    for (const Finding& finding : subject.verdict.findings) {
      if (visible(finding, options)) all.push_back(&finding);
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Finding* a, const Finding* b) { return order_of(*a) < order_of(*b); });
  return folded(all, options.fold_from);
}

std::vector<Group> folded(const std::vector<const Finding*>& findings, std::size_t fold_from) {
  std::map<std::string, std::size_t> counts;
  for (const Finding* finding : findings) ++counts[cause_of(*finding)];
  std::map<std::string, std::size_t> groups;
  std::vector<Group> out;
  for (const Finding* finding : findings) {
    const std::string cause = cause_of(*finding);
    if (fold_from == 0 || counts[cause] < fold_from) {
      out.push_back({{finding}});
      continue;
    }
    const auto [at, added] = groups.emplace(cause, out.size());
    if (added) out.emplace_back();
    out[at->second].findings.push_back(finding);
  }
  return out;
}

std::string place_of(const Finding& finding) {
  if (!finding.location.has_value()) return finding.subject;
  const Location& at = *finding.location;
  if (at.line == 0) return at.file;
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string other_of(const Group& group, std::size_t index) {
  const Finding& other = *group.findings[index];
  return other.rule == group.findings.front()->rule ? place_of(other) : other.rule;
}

std::string others_text(const Group& group, std::string_view how) {
  const std::size_t more = group.findings.size() - 1;
  if (more == 0) return {};
  std::string out = std::to_string(more) + " more: ";
  for (std::size_t i = 1; i <= more && i <= kNamedOthers; ++i) {
    out += (i == 1 ? "" : ", ") + other_of(group, i);
  }
  if (more > kNamedOthers) out += ", …";
  return out + " (all of them: " + std::string(how) + ")";
}

bool on_changed_line(const Report& report, const Finding& finding) {
  if (!finding.location.has_value()) return false;
  const auto file = report.changed.find(finding.location->file);
  if (file == report.changed.end()) return false;
  return std::any_of(file->second.begin(), file->second.end(), [&](const LineRange& range) {
    return finding.location->line >= range.first && finding.location->line <= range.second;
  });
}

std::optional<std::string_view> quoted_line(const Report& report, const Location& location) {
  const auto file = report.sources.find(location.file);
  if (file == report.sources.end() || file->second == nullptr || location.line == 0) return {};
  const std::string_view text = *file->second;
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < location.line; ++line) {
    begin = text.find('\n', begin);
    if (begin == std::string_view::npos) return {};
    ++begin;
  }
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string counts_text(const Examined& examined) {
  std::string out;
  for (const Examined::Count& count : examined.counts) {
    out += (out.empty() ? "" : ", ") + std::to_string(count.count) + " " + count.what;
  }
  return out.empty() ? "nothing" : out;
}

std::vector<std::string> skipped_lines(const Examined& examined) {
  std::vector<std::string> out;
  for (const Examined::Skipped& group : examined.skipped) {
    std::string line = "skipped " + std::to_string(group.count) + ": " + clean(group.why) + " (";
    for (std::size_t i = 0; i < group.first.size(); ++i) {
      line += (i == 0 ? "" : ", ") + clean(group.first[i]);
    }
    if (group.count > group.first.size()) line += ", …";
    out.push_back(line + ")");
  }
  return out;
}

}  // namespace portreeve::report
