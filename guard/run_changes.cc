// What a change does to a chart's version. The chart of the base is the one of the same name,
// wherever it stood: moving a chart does not make it a new one.

#include <algorithm>

#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "guard/run.h"

namespace portreeve::guard {
namespace {

std::string prefix_of(const std::string& folder) { return folder.empty() ? "" : folder + "/"; }

const TreeFile* metadata_of(const TreeFiles& files, const std::string& folder) {
  const auto at = files.find(prefix_of(folder) + "Chart.yaml");
  return at == files.end() ? nullptr : at->second;
}

Value root_of(const TreeFile* metadata) {
  return metadata == nullptr || metadata->documents.size() != 1 ? Value()
                                                                : metadata->documents[0]->root();
}

std::string printable_list(const std::vector<std::string>& folders) {
  std::string out;
  for (const std::string& folder : folders) {
    out += (out.empty() ? "" : ", ") + utf8::printable(prefix_of(folder) + "Chart.yaml", 200);
  }
  return out;
}

}  // namespace

// Folders of the base's charts by name. A subchart below charts/ is no chart of its own.
Run::FoldersByName Run::base_charts() const {
  FoldersByName out;
  std::vector<FileEntry> entries;
  for (const auto& [path, file] : parts_.tree->base_files()) {
    if (name_of(path) == "Chart.yaml") entries.push_back({path});
  }
  const Layout layout(entries);
  for (const std::string& folder : layout.charts()) {
    const Value name = root_of(metadata_of(parts_.tree->base_files(), folder))["name"];
    if (name.is_string()) out[std::string(name.text())].push_back(folder);
  }
  return out;
}

// The same place if the name is the same there; else the only place that the name had, or the only
// one of those that are gone. What stood here under another name, if there is no such place.
std::vector<std::string> Run::places_before(const std::string& chart, std::string_view name,
                                            const FoldersByName& before) const {
  const auto at = before.find(name);
  if (at == before.end()) {
    return metadata_of(parts_.tree->base_files(), chart) == nullptr
               ? std::vector<std::string>()
               : std::vector<std::string>{chart};
  }
  const std::vector<std::string>& places = at->second;
  if (std::find(places.begin(), places.end(), chart) != places.end()) return {chart};
  std::vector<std::string> gone;
  std::copy_if(places.begin(), places.end(), std::back_inserter(gone),
               [&](const std::string& folder) {
                 return root_of(metadata_of(parts_.tree->files(), folder))["name"].text() != name;
               });
  return gone.empty() ? places : gone;
}

// Of a file that is there; nothing: it cannot be read.
std::optional<std::string> Run::content_now(const std::string& path) const {
  const auto file = parts_.tree->files().find(path);
  if (file != parts_.tree->files().end() && file->second->text != nullptr)
    return *file->second->text;
  if (auto staged = parts_.base->staged(path)) return staged;
  Result<std::string> text =
      read_file(parts_.options->folder + "/" + path, limits::kChartBytes);
  return text.ok() ? std::optional<std::string>(std::move(text).value()) : std::nullopt;
}

// The same of the base; nothing too where it had no such file.
std::optional<std::string> Run::content_before(const std::string& path) const {
  const FileChange* const change = parts_.tree->change_of(path);
  return change == nullptr ? content_now(path) : change->before;
}

// Paths below the chart's folder whose content is another one than below `place` in the base.
std::vector<std::string> Run::changed_below(const std::string& chart,
                                            const std::string& place) const {
  const std::string prefix = prefix_of(chart);
  const std::string before = prefix_of(place);
  const auto below = [](const std::string& path, const std::string& folder) {
    return path.compare(0, folder.size(), folder) == 0;
  };
  std::set<std::string> out;
  if (chart == place) {
    for (const auto& [path, change] : parts_.base->change().files) {
      if (below(path, prefix)) out.insert(path.substr(prefix.size()));
    }
    return {out.begin(), out.end()};
  }
  std::set<std::string> there;
  for (const FileEntry& entry : parts_.tree->entries()) {
    if (!below(entry.path, prefix)) continue;
    const std::string rest = entry.path.substr(prefix.size());
    there.insert(rest);
    const std::optional<std::string> was = content_before(before + rest);
    if (!was.has_value() || was != content_now(entry.path)) out.insert(rest);
  }
  const auto missed = [&](const std::string& path) {
    if (below(path, before) && there.count(path.substr(before.size())) == 0)
      out.insert(path.substr(before.size()));
  };
  for (const auto& [path, change] : parts_.base->change().files) {
    if (change.kind != FileChange::Kind::added) missed(path);
  }
  for (const FileEntry& entry : parts_.tree->entries()) {
    const FileChange* const change = parts_.tree->change_of(entry.path);
    if (change == nullptr) missed(entry.path);
  }
  return {out.begin(), out.end()};
}

void Run::say_unknown_place(const TreeFile& chart, const std::vector<std::string>& places) {
  Finding finding = gate_finding(
      "chart-moved", FindingStatus::undecided, chart_label(chart),
      "undecided: the base has several charts of this name, and which of them this was is not told",
      "move a chart and rename its namesakes in changes of their own");
  finding.expected = "one chart of this name in the base";
  finding.found = printable_list(places);
  finding.location = Location{chart.path, 1, 1};
  own_.verdict.findings.push_back(std::move(finding));
}

// Where the base had a Chart.yaml that this change touches and that names no chart: one that seems
// new now may be what stood there.
std::vector<std::string> Run::unread_before() const {
  std::vector<FileEntry> entries;
  for (const auto& [path, file] : parts_.tree->base_files()) {
    if (name_of(path) == "Chart.yaml") entries.push_back({path});
  }
  for (const auto& [path, change] : parts_.base->change().files) {
    const bool was = change.kind != FileChange::Kind::added && !change.before.has_value();
    if (was && name_of(path) == "Chart.yaml") entries.push_back({path});
  }
  const Layout layout(entries);
  std::vector<std::string> out;
  for (const std::string& folder : layout.charts()) {
    if (parts_.tree->change_of(prefix_of(folder) + "Chart.yaml") == nullptr) continue;
    const Value root = root_of(metadata_of(parts_.tree->base_files(), folder));
    if (!root["name"].is_string()) out.push_back(folder);
  }
  return out;
}

void Run::say_unread_before(const TreeFile& chart, const std::vector<std::string>& places) {
  Finding finding = gate_finding(
      "chart-before", FindingStatus::undecided, chart_label(chart),
      "undecided: the base has a Chart.yaml that names no chart or cannot be read, so whether this "
      "chart's version moved is not told",
      "correct that Chart.yaml in a change of its own, which a person has to approve");
  finding.expected = "a Chart.yaml that can be read in the base";
  finding.found = printable_list(places);
  finding.location = Location{chart.path, 1, 1};
  own_.verdict.findings.push_back(std::move(finding));
}

void Run::judge_chart_change(const TreeFile& chart, const std::string& place,
                             const std::vector<std::string>& changed) {
  const TreeFile* const was = metadata_of(parts_.tree->base_files(), place);
  report::SubjectReport found = judge_.judge(make_chart_change(chart, was, changed));
  if (prefix_of(place) + "Chart.yaml" != chart.path) {
    for (Finding& finding : found.verdict.findings) {
      finding.note =
          "in the base it stood in " + utf8::printable(prefix_of(place) + "Chart.yaml", 200);
    }
  }
  if (!found.verdict.findings.empty()) add(std::move(found));
}

void Run::judge_chart_changes() {
  const auto before = base_charts();
  const std::vector<std::string> unread = unread_before();
  for (const std::string& chart : parts_.tree->layout().charts()) {
    const TreeFile* const file = metadata_of(parts_.tree->files(), chart);
    const Value root = root_of(file);
    if (!root.is_object()) continue;
    const std::vector<std::string> places = places_before(chart, root["name"].text(), before);
    const std::string place = places.size() == 1 ? places[0] : chart;
    const std::vector<std::string> changed = changed_below(chart, place);
    if (changed.empty() && place == chart) continue;
    if (std::find(unread.begin(), unread.end(), chart) != unread.end()) {
      say_unread_before(*file, {chart});
    } else if (places.empty() && !unread.empty()) {
      say_unread_before(*file, unread);
    } else if (places.size() > 1) {
      say_unknown_place(*file, places);
    } else {
      judge_chart_change(*file, place, changed);
    }
  }
}

}  // namespace portreeve::guard
