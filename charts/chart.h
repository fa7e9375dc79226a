#pragma once

// Other people's Helm charts as values: what Helm 3 and 4 would load (pkg/chart/loader, 3.18.4), or
// why it would not, or why two readers would not load the same. Reference:
// helm.sh/docs/topics/charts.
//
// Everything here is immutable once read, owns its memory and is safe from many threads.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/value.h"

namespace portreeve::charts {

/// A source tree may hold what the package will not (.helmignore), and need not hold its subcharts.
enum class Form { source, package };
std::string_view to_string(Form form) noexcept;

/// Something that was not read as it stands. `file` is relative to the outermost chart; a file in
/// an archive below charts/ is "charts/x-1.0.0.tgz:Chart.yaml".
struct Fault {
  enum class Weight {
    refused,   ///< Helm fails, or readers disagree: such a chart is not judged as if it were read.
    unread,    ///< Helm may read it; we do not. What rests on it is undecided.
    doubtful,  ///< Worth a word; everything was read.
  };
  Weight weight = Weight::refused;
  Errc code = Errc::malformed;
  std::string file;
  Position at{0, 0};   ///< Line 0: the file as a whole.
  std::string reason;  ///< Fit for printing.
  /// "Chart.yaml:3:1: reason"
  std::string text() const;
};

/// One entry of `dependencies`, in Chart.yaml, requirements.yaml or Chart.lock.
struct Dependency {
  std::string name, version, repository, alias, condition;
  std::vector<std::string> tags;
  Value entry;  ///< Where it stands.
};

struct Lock {
  DocumentPtr document;
  std::string digest;  ///< "sha256:…" as written.
  std::vector<Dependency> dependencies;
};

/// A file below templates/, partials and notes included.
struct Template {
  std::string path;  ///< "templates/deployment.yaml"
  std::string text;
  /// Helm prints what it makes: not a partial ("_x"), not NOTES.txt.
  bool prints() const noexcept;
};

struct ChartFile {
  std::string path;
  std::uint64_t size = 0;
};

struct Chart;
using ChartPtr = std::shared_ptr<const Chart>;

/// One chart with its subcharts.
struct Chart {
  Form form = Form::source;
  std::string place;  ///< From the outermost chart: "", "charts/common", "charts/x-1.tgz:charts/y".

  DocumentPtr metadata;  ///< Chart.yaml; never null.
  std::string api_version, name, version, app_version, type, kube_version;
  std::vector<Dependency> dependencies;
  DocumentPtr
      dependencies_document;  ///< `metadata`, or requirements.yaml of an apiVersion v1 chart.
  std::string dependencies_file = "Chart.yaml";

  std::optional<Lock> lock;
  std::string lock_file = "Chart.lock";
  DocumentPtr values;          ///< Null: none, empty, or not read.
  bool values_unread = false;  ///< There is a values.yaml that could not be read.
  std::vector<Template> templates;
  std::vector<ChartFile> files;      ///< All that Helm loads, own ones only, sorted.
  std::vector<std::string> ignored;  ///< Left out by .helmignore; a folder ends in '/'.
  std::vector<ChartPtr> subcharts;   ///< In order of their names below charts/.
  bool subcharts_unread = false;     ///< There is one that could not be read.
  bool has_crds = false;             ///< Something below crds/.
  /// About what its own files take in the release Secret, before the rendered manifest: bytes of
  /// gzip over their base64. An upper bound where they are few (`packed_exact` is false).
  std::uint64_t packed_bytes = 0;
  bool packed_exact = false;

  MemoryBudget::Reservation memory;

  bool library() const noexcept { return type == "library"; }
  /// A file's path from the outermost chart, as Fault::file writes it.
  std::string path_of(std::string_view file) const;
  Value annotation(std::string_view key) const { return metadata->root()["annotations"][key]; }
};

/// A scalar as its text writes it, quotes included: "1.10", where the value is 1.1. Empty for what
/// is no scalar of one line. `source`: of its document.
std::string_view source_of(std::string_view source, const Value& scalar) noexcept;

/// What came of reading: the chart (null: not even its Chart.yaml was read) and every fault, of
/// subcharts too, in order of discovery; at most kMostFaults.
struct Reading {
  ChartPtr chart;
  std::vector<Fault> faults;
  static constexpr std::size_t kMostFaults = 64;

  /// The first of the heaviest weight, or null.
  const Fault* worst() const noexcept;
  bool refused() const noexcept;
};

}  // namespace portreeve::charts
