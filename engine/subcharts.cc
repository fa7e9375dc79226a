#include "engine/subcharts.h"

#include <dirent.h>

#include <algorithm>
#include <optional>

#include "charts/reader.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "oci/image_layout.h"
#include "oci/manifest.h"

namespace portreeve::engine {
namespace {

constexpr std::string_view kLayout = "oci-layout:";
constexpr std::string_view kChartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Result<std::vector<std::string>> packages_in(const std::string& folder) {
  struct Close {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir(folder.c_str()));
  if (directory == nullptr) {
    return Error{Errc::not_found, utf8::printable(folder, 200) + ": no folder that can be read"};
  }
  std::vector<std::string> out;
  while (const dirent* const entry = ::readdir(directory.get())) {
    if (ends_with(entry->d_name, ".tgz")) out.emplace_back(entry->d_name);
  }
  std::sort(out.begin(), out.end());
  if (out.size() > limits::kChartFiles) {
    return Error{Errc::limit, utf8::printable(folder, 200) + ": more than " +
                                  std::to_string(limits::kChartFiles) + " packages"};
  }
  return out;
}

// Helm's own comparison knows a "v" and missing numbers; the lowest that it can mean is compared.
std::optional<Version> reading_of(const std::string& text) { return lowest_reading(text); }

}  // namespace

Result<std::shared_ptr<const SubchartSupply>> SubchartSupply::open(const std::string& place,
                                                                   MemoryBudget* memory) {
  const auto out = std::make_shared<SubchartSupply>();
  const bool layout = std::string_view(place).substr(0, kLayout.size()) == kLayout;
  PORTREEVE_CHECK(layout ? out->open_layout(place.substr(kLayout.size()), memory)
                         : out->open_folder(place, memory));
  return std::shared_ptr<const SubchartSupply>(out);
}

void SubchartSupply::add(std::string where, std::string bytes, MemoryBudget* memory) {
  where = utf8::printable(where, limits::kQuotedBytes);
  const charts::Reading reading = charts::read_package(bytes, memory);
  if (reading.refused() || reading.chart == nullptr) {
    const charts::Fault* const worst = reading.worst();
    faults_.push_back(where + ": " + (worst != nullptr ? worst->text() : "no chart"));
    return;
  }
  SuppliedChart one{reading.chart->name, reading.chart->version, std::move(where),
                    std::make_shared<const std::string>(std::move(bytes))};
  by_name_[one.name].push_back(std::move(one));
}

Outcome SubchartSupply::open_folder(const std::string& folder, MemoryBudget* memory) {
  PORTREEVE_TRY(const std::vector<std::string> names, packages_in(folder));
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    Result<std::string> bytes = read_file(path, limits::kChartBytes);
    if (!bytes.ok()) {
      faults_.push_back(bytes.error().message);
    } else {
      add(path, std::move(bytes).value(), memory);
    }
  }
  return Done{};
}

Outcome SubchartSupply::open_layout(const std::string& folder, MemoryBudget* memory) {
  PORTREEVE_TRY(std::unique_ptr<oci::LayoutFiles> files, oci::open_layout_directory(folder));
  PORTREEVE_TRY(const std::shared_ptr<const oci::ImageLayout> layout,
                oci::ImageLayout::open(std::move(files), oci::LayoutNames::bare));
  PORTREEVE_TRY(const std::vector<oci::Descriptor> entries, layout->entries());
  oci::Ask ask;
  ask.deadline = SteadyTime::max();
  ask.memory = memory;
  for (const oci::Descriptor& entry : entries) {
    const auto content = layout->fetch_one(oci::Wanted::manifest("", entry.digest), ask);
    if (!content.ok()) {
      faults_.push_back(content.error().message);
      continue;
    }
    const auto document =
        oci::parse_manifest(content.value()->bytes, content.value()->media_type, memory);
    const auto* const manifest =
        document.ok() ? std::get_if<oci::Manifest>(&document.value()) : nullptr;
    if (manifest == nullptr) continue;
    for (const oci::Descriptor& layer : manifest->layers) {
      if (layer.media_type != kChartLayer) continue;
      const auto blob = layout->fetch_one(oci::Wanted::blob("", layer, limits::kChartBytes), ask);
      if (!blob.ok()) {
        faults_.push_back(blob.error().message);
      } else {
        add("layout " + folder + ", " + layer.digest.text(), blob.value()->bytes, memory);
      }
    }
  }
  return Done{};
}

std::size_t SubchartSupply::size() const noexcept {
  std::size_t out = 0;
  for (const auto& [name, charts] : by_name_) out += charts.size();
  return out;
}

std::string SubchartSupply::versions_of(std::string_view name) const {
  std::string out;
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return out;
  for (const SuppliedChart& one : at->second) {
    if (out.size() < 200) out += (out.empty() ? "" : ", ") + one.version;
  }
  return out;
}

const SuppliedChart* SubchartSupply::exactly(std::string_view name,
                                             std::string_view version) const {
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return nullptr;
  for (const SuppliedChart& one : at->second) {
    if (one.version == version) return &one;
  }
  return nullptr;
}

const SuppliedChart* SubchartSupply::within(std::string_view name, std::string_view range) const {
  const auto at = by_name_.find(name);
  const Result<VersionRange> wanted = VersionRange::parse(range);
  if (at == by_name_.end() || !wanted.ok()) return nullptr;
  const SuppliedChart* best = nullptr;
  std::optional<Version> best_version;
  for (const SuppliedChart& one : at->second) {
    const std::optional<Version> version = reading_of(one.version);
    if (!version || !wanted.value().contains(*version)) continue;
    if (best_version && compare(*version, *best_version) <= 0) continue;
    best = &one;
    best_version = version;
  }
  return best;
}

}  // namespace portreeve::engine
