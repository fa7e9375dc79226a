#include "guard/chart_source.h"

#include <algorithm>
#include <any>
#include <set>
#include <utility>

#include "core/file.h"
#include "core/limits.h"
#include "guard/pins.h"

namespace portreeve::guard {
namespace {

using policies::ChartFacts;
using policies::ChartPin;

std::string prefix_of(const std::string& chart) { return chart.empty() ? "" : chart + "/"; }

const TreeFile* find(const TreeFiles& files, const std::string& path) {
  const auto at = files.find(path);
  return at == files.end() ? nullptr : at->second;
}

// The Blueprint of a chart stands beside its folder or in it.
void add_blueprint(const std::string& chart, const TreeFiles& files, ChartFacts& facts) {
  std::set<std::string> paths;  // A chart at the top has both places in one.
  for (const std::string& folder : {prefix_of(std::string(folder_of(chart))), prefix_of(chart)}) {
    for (const char* name : {"blueprint.yaml", "blueprint.yml"}) paths.insert(folder + name);
  }
  for (const std::string& path : paths) {
    const TreeFile* file = find(files, path);
    if (file == nullptr) continue;
    for (const ObjectEntry& object : objects_of(*file)) {
      if (object.subject.kind != "Blueprint") continue;
      ChartPin pin;
      pin.kind = ChartPin::Kind::blueprint;
      pin.file = path;
      pin.document = object.subject.document;
      pin.version = object.subject.object["spec"]["version"];
      facts.pins.push_back(std::move(pin));
    }
  }
}

}  // namespace

ChartFolder::ChartFolder(const std::string& root, const std::string& chart, const TreeFiles& files,
                         const std::vector<FileEntry>& entries)
    : root_(root), prefix_(prefix_of(chart)), files_(files), entries_(entries) {}

std::vector<charts::FolderEntry> ChartFolder::list() const {
  std::vector<charts::FolderEntry> out;
  const auto first = std::lower_bound(
      entries_.begin(), entries_.end(), prefix_,
      [](const FileEntry& entry, const std::string& path) { return entry.path < path; });
  for (auto at = first; at != entries_.end(); ++at) {
    const FileEntry& entry = *at;
    if (entry.path.compare(0, prefix_.size(), prefix_) != 0) break;
    charts::FolderEntry one;
    one.path = entry.path.substr(prefix_.size());
    one.size = entry.size;
    one.type = entry.kind == FileEntry::Kind::link    ? charts::FolderEntry::Type::symbolic_link
               : entry.kind == FileEntry::Kind::other ? charts::FolderEntry::Type::other
                                                      : charts::FolderEntry::Type::file;
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::string> ChartFolder::read(const std::string& path) const {
  const auto file = files_.find(prefix_ + path);
  if (file != files_.end() && file->second->text != nullptr) return *file->second->text;
  return read_file(root_ + "/" + prefix_ + path, limits::kReviewBytes);
}

ChartFacts read_chart(const ChartFolder& folder, const std::string& chart, const TreeFiles& files,
                      const PinIndex& pins, MemoryBudget& budget) {
  ChartFacts out;
  out.reading = charts::read_folder(folder, charts::Form::source, &budget);
  out.folder = chart;
  out.in_tree = true;
  add_blueprint(chart, files, out);
  if (out.reading.chart != nullptr) {
    for (ChartPin& pin : pins.of_chart(out.reading.chart->name, chart)) {
      const bool beside = std::any_of(out.pins.begin(), out.pins.end(), [&](const ChartPin& other) {
        return other.document == pin.document && other.version.same_node(pin.version);
      });
      if (!beside) out.pins.push_back(std::move(pin));
    }
  }
  out.pins_known = true;
  return out;
}

bool PackageFile::named_so(std::string_view path) noexcept {
  return path.size() > 4 && path.substr(path.size() - 4) == ".tgz";
}

bool PackageFile::is_chart() const noexcept {
  if (facts.reading.chart != nullptr) return true;
  // Whatever else is called NAME-1.2.3.tgz has one top folder too, and no Chart.yaml in it.
  const charts::Fault* const worst = facts.reading.worst();
  return worst == nullptr || worst->file != "Chart.yaml" || worst->reason != "is missing";
}

PackageFile read_package(const std::string& root, const std::string& path, MemoryBudget& budget) {
  PackageFile out;
  out.path = path;
  Result<std::string> bytes = read_file(root + "/" + path, limits::kChartBytes);
  if (!bytes.ok()) {
    out.unread = bytes.error();
    return out;
  }
  out.bytes = std::move(bytes).value();
  out.facts.reading = charts::read_package(out.bytes, &budget);
  out.facts.folder = path;
  out.facts.in_tree = true;
  return out;
}

Subject chart_subject(const ChartFacts& facts, const std::string& chart_yaml) {
  Subject out;
  out.door = Door::guard;
  out.nature = Nature::chart;
  out.file = chart_yaml;
  out.called = "repo:" + chart_yaml;
  if (facts.reading.chart == nullptr) return out;
  const charts::Chart& chart = *facts.reading.chart;
  out.document = chart.metadata;
  out.object = chart.metadata->root();
  if (!chart.name.empty()) out.called = "chart:" + chart.name + "@" + chart.version;
  return out;
}

EvidenceMap chart_evidence(std::shared_ptr<const ChartFacts> facts, const std::string& chart_yaml,
                           Evidence render) {
  EvidenceMap out;
  Fact fact;
  fact.value = std::make_shared<const std::any>(*facts);
  fact.provenance = chart_yaml;
  out.emplace(policies::tree_key(chart_yaml), std::move(fact));
  out.emplace(policies::tree_key(chart_yaml, "render"), std::move(render));
  return out;
}

}  // namespace portreeve::guard
