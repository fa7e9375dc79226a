#pragma once

// `audit --images`: from a chart to its images, and from each artifact to its SBOMs.

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "audit/job.h"
#include "audit/session.h"
#include "core/evidence.h"
#include "report/report.h"

namespace portreeve::audit {

/// The keys that say what an artifact is made of: its SBOMs, attested by whomever the policies
/// trust for that, or unsigned; and, where it may be a chart, the chart and its render.
std::vector<Key> keys_of_contents(const Session& session, const Reference& reference, bool chart);

/// One node for each SBOM among the evidence about `reference`, or one that says why there is none.
std::vector<report::TreeNode> sbom_nodes(const EvidenceMap& evidence, const Reference& reference);

/// The node of a chart with the Blueprint above it, if one of the Config's names the chart by name
/// and version. `children` become the chart's.
report::TreeNode chart_node(const Session& session, const std::string& name,
                            const std::string& version, std::string state,
                            std::vector<report::TreeNode> children);

/// The images of one chart, each judged like an artifact that somebody named. Not thread-safe but
/// for what start() begins.
class ImageJobs {
 public:
  ImageJobs(const Session& session, SourcePtr source)
      : session_(session), source_(std::move(source)) {}

  /// `done` is called once, from any thread, perhaps before this returns. At most
  /// limits::kEvidenceKeys images; the rest is named as left out.
  void start(const std::set<std::string>& images, std::function<void()> done);
  /// Nodes in the order of the images; findings about them are added. REQUIRES: `done` was called.
  std::vector<report::TreeNode> finish(Verdict& verdict, Proposals& proposals);

 private:
  struct Image {
    std::string text;
    JobPtr job;  ///< Null: no reference.
    std::string fault;
  };
  const Session& session_;
  const SourcePtr source_;
  std::vector<Image> images_;
  std::size_t left_out_ = 0;
  std::atomic<std::size_t> open_{0};
};

/// Why images are not known, as an undecided finding: who asked for them was not answered.
Finding images_unknown(const std::string& subject, const std::string& why);

}  // namespace portreeve::audit
