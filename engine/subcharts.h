#pragma once

// Subcharts for source trees that do not hold theirs, without a network: `--subcharts DIR` and
// `--subcharts oci-layout:DIR`.

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve::engine {

/// One package, read and found to be the chart that it says.
struct SuppliedChart {
  std::string name, version;
  std::string where;  ///< "vendor/common-2.1.0.tgz", "layout vendor, common:2.1.0"
  std::shared_ptr<const std::string> bytes;
};

/// Chart packages by name. What a package is called says its Chart.yaml, not its file. Immutable.
class SubchartSupply {
 public:
  /// A folder of *.tgz, or "oci-layout:DIR". A file that is no readable chart is passed over and
  /// named in faults(). Errors: not_found, unavailable, malformed (the layout), limit.
  static Result<std::shared_ptr<const SubchartSupply>> open(const std::string& place,
                                                            MemoryBudget* memory);

  /// Exactly this version; with a `range` instead (Helm's notation), the highest that it contains.
  /// Null: none.
  const SuppliedChart* exactly(std::string_view name, std::string_view version) const;
  const SuppliedChart* within(std::string_view name, std::string_view range) const;
  /// "common 2.1.0, 2.2.0"; empty if there is none of that name.
  std::string versions_of(std::string_view name) const;
  const std::vector<std::string>& faults() const noexcept { return faults_; }
  std::size_t size() const noexcept;

 private:
  Outcome open_folder(const std::string& folder, MemoryBudget* memory);
  Outcome open_layout(const std::string& folder, MemoryBudget* memory);
  void add(std::string where, std::string bytes, MemoryBudget* memory);

  std::map<std::string, std::vector<SuppliedChart>, std::less<>> by_name_;
  std::vector<std::string> faults_;
};

}  // namespace portreeve::engine
