#pragma once

// A chart as it is handed to Helm: its bytes, and subcharts that somebody supplies.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "charts/reader.h"
#include "core/digest.h"
#include "core/result.h"
#include "engine/subcharts.h"
#include "render/helm.h"

namespace portreeve::engine {

/// What is rendered, and what it is called.
struct RenderInput {
  render::ChartInput chart;  ///< `kube_version` is the renderer's.
  charts::Form form = charts::Form::source;
  std::string version;
  Digest digest;                   ///< Of the package, or of all paths and bytes of the tree.
  std::vector<std::string> notes;  ///< Which subcharts were supplied, and from where.
};

/// A source tree. Subcharts that it declares and does not hold are taken from `supply` (may be
/// null), never written to the tree. A version that Chart.lock names is the only one that will do.
/// Errors: not_found (subcharts are missing: which, and what to do), malformed (the chart was
/// refused by its reader, or a supplied one contradicts the lock), limit, and those of reading.
Result<RenderInput> input_of_tree(const charts::Reading& reading, const charts::FileSource& files,
                                  const SubchartSupply* supply);

/// A package, to which nothing is ever added. Errors: malformed (refused by its reader).
Result<RenderInput> input_of_package(const charts::Reading& reading, std::string bytes);

}  // namespace portreeve::engine
