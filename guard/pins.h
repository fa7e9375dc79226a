#pragma once

// What of a repository says which version of a chart is installed or offered.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "guard/chart_source.h"
#include "guard/inventory.h"

namespace portreeve::guard {

/// Places that say a chart's version again, but for the Blueprint beside it: umbrellas (dependencies
/// of other charts) and seeds (Blueprints of a catalogue, those in templates too).
class PinIndex {
 public:
  /// Borrows the files.
  PinIndex(const TreeFiles& files, const Layout& layout);
  /// Those of a chart, by its name and folder, sorted by file.
  std::vector<policies::ChartPin> of_chart(std::string_view name, const std::string& folder) const;

 private:
  void add_umbrella(const TreeFile& file);
  void add_seeds(const TreeFile& file);

  std::map<std::string, std::vector<policies::ChartPin>, std::less<>> by_name_;
  std::vector<const TreeFile*> unread_;  ///< Templates with parts that are no YAML yet.
};

/// One object of Flux that installs a chart: a HelmRelease with its chart or by its `chartRef`, and
/// each HelmChart and OCIRepository that no HelmRelease refers to.
struct ChartInstall {
  const TreeFile* file = nullptr;  ///< Of the object that installs.
  std::string subject;
  std::string chart;           ///< Its name: the last part of a path or an address.
  std::string version;         ///< As a chart says it; empty: there is none.
  std::string opaque;          ///< Without a version: what pins it all the same (a digest).
  std::string missing;         ///< The source that it refers to and the tree does not hold; else empty.
  Origin chart_at, version_at;  ///< Where the two stand; in another file if that is the source.
};
std::vector<ChartInstall> chart_installs(const std::vector<const TreeFile*>& files);

}  // namespace portreeve::guard
