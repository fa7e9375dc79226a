#pragma once

// Chart.yaml, requirements.yaml and the lock files: helm.sh/docs/topics/charts/#the-chartyaml-file,
// pkg/chart/{metadata,dependency}.go. Helm's JSON layer takes keys in any letter case, the last of
// two, and makes texts of numbers; a file where that matters shows two readers two charts, so it is
// refused.

#include <string>
#include <vector>

#include "charts/chart.h"
#include "core/value.h"

namespace portreeve::charts {

/// Collects faults about one file.
class FaultSink {
 public:
  FaultSink(std::vector<Fault>& out, std::string file) : out_(&out), file_(std::move(file)) {}
  void refuse(const Value& where, std::string reason) {
    add(Fault::Weight::refused, where, std::move(reason));
  }
  void doubt(const Value& where, std::string reason) {
    add(Fault::Weight::doubtful, where, std::move(reason));
  }
  void add(Fault::Weight weight, const Value& where, std::string reason);
  void add(Fault fault);
  /// What a reader refused: "line L column C: …" becomes a position.
  void add(Fault::Weight weight, const Error& error);
  const std::string& file() const noexcept { return file_; }
  /// The text that the values stand in, so that a number can be quoted as it is written.
  void reads(std::string_view source) noexcept { source_ = source; }
  std::string_view source() const noexcept { return source_; }

 private:
  std::vector<Fault>* out_;
  std::string file_;
  std::string_view source_;
};

/// Fills the chart from its parsed Chart.yaml, which stays in `chart.metadata`. False: there is no
/// telling what the chart is.
bool read_metadata(Chart& chart, FaultSink& faults);
/// The entries of a `dependencies` list; of a lock file when `locked`.
std::vector<Dependency> read_dependencies(const Value& list, bool locked, FaultSink& faults);
/// Keys that Helm would take for `known` ones though they are not written like that, and anchors,
/// aliases and tags anywhere below.
void refuse_disguises(const Value& root, FaultSink& faults);

/// Whether Helm's (Masterminds') lenient reader takes this for a version: "v1.2", "1.2.3-rc.1".
bool helm_version(std::string_view text);

}  // namespace portreeve::charts
