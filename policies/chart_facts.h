#pragma once

// Evidence sections "chart" and "render": what chart-* checks read, wherever the chart came from.
//
// THE SEAM WITH THE DOORS. One rule, three places; a policy says so with
// `match: {artifacts: [...], paths: ['**/Chart.yaml']}`.
//  - Admission and `audit`: the subject is an object; for each artifact that it names
//  (ArtifactRule) the
//    check asks for chart_key(): {"chart", "host/repository:tag[@digest]", trust}.
//    engine/providers/chart answers with the chart of the digest behind it.
//  - `guard`, and `audit chart:FILE`: the subject is the chart itself: Subject{nature: chart,
//    called: "chart:NAME@VERSION", file: "platform/x/chart/Chart.yaml", object:
//    facts.reading.chart-> metadata->root(), document: that document, door: guard}. The check asks
//    for {"chart", "tree:platform/x/chart", ""}: tree_key(file). The door answers with ChartFacts
//    of charts::read_folder(), either by an EvidenceProvider for sections "chart" and "render", or
//    by a map given to PolicySet::judge(). A chart without a readable Chart.yaml still has a
//    subject: `called` "repo:FILE", an object that is absent, and ChartFacts whose reading holds
//    the faults.
//  - Section "render" has the same artifact and scope; its value is RenderFacts, of
//    outcome `skipped` for `guard --render never`, which the checks list as skipped. No helm is
//    Absent{unavailable}.
//
// A finding about a place in another file than the subject's has Finding::location: `file` is the
// path in the repository (ChartFacts::folder + "/" + path), or in the package.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charts/chart.h"
#include "core/digest.h"
#include "core/evidence.h"
#include "core/value.h"

namespace portreeve::policies {

/// A place outside the chart that says the chart's version again.
struct ChartPin {
  enum class Kind {
    blueprint,  ///< spec.version of the Blueprint beside the chart.
    kit,        ///< A HelmRelease or the like that installs the chart.
    seed,       ///< A Blueprint of a catalogue, or its source.version.
    umbrella,   ///< A dependency of another chart of the tree.
  };
  Kind kind = Kind::blueprint;
  std::string file;      ///< Repository path.
  DocumentPtr document;  ///< Owns `version`.
  Value version;         ///< Absent: it names the chart, and no version.
  Value place{};         ///< Where an absent version should stand; absent: the document.
  std::string unread{};  ///< Why the version is not known; then `version` says nothing.
};
std::string_view to_string(ChartPin::Kind kind) noexcept;

/// Section "chart".
struct ChartFacts {
  charts::Reading reading;
  /// Its folder in the repository ("platform/x/chart", "" for the top), or its package
  /// ("dist/x-1.0.0.tgz"); only of what `guard` reads.
  std::string folder;
  bool in_tree = false;
  /// Of an artifact: what it was published as.
  std::string repository;  ///< "ghcr.io/openova-io/bp-x"
  std::string tag;         ///< Empty when it was named by digest alone.
  Digest digest;           ///< Of the manifest.
  /// Config media type of an artifact that is no Helm chart; then `reading` is empty.
  std::string other_type;
  /// What a tree knows besides; `pins_known` tells "there are none" from "nobody looked".
  std::vector<ChartPin> pins;
  bool pins_known = false;
};

/// One YAML document that Helm printed.
struct RenderedDocument {
  std::string source;      ///< "bp-x/templates/deployment.yaml", as "# Source:" says; of a subchart
                           ///< "bp-x/charts/y/templates/…".
  DocumentPtr document;    ///< Null: comments only, or null, {} or [].
  std::uint32_t line = 0;  ///< In the whole output, of the document's first line; from 1.
  bool hook = false;
  /// Helm takes it, our reader does not: what it holds is undecided, and `document` is null.
  std::string unread{};

  bool empty() const noexcept { return document == nullptr && unread.empty(); }
};

/// Section "render": `helm template smoke-NAME CHART --namespace smoke-NAME` with default values.
struct RenderFacts {
  enum class Outcome {
    rendered,
    failed,
    skipped,  ///< Not asked for: the only one that lets pass without a render.
  };
  Outcome outcome = Outcome::rendered;
  std::string reason;  ///< Of failed: Helm's stderr, fit for printing, at most 2 KiB.
  std::vector<RenderedDocument> documents;  ///< All, empty ones too, in order of output.
  std::uint64_t lines = 0;                  ///< As `wc -l` counts: upstream's measure.
  std::uint64_t packed_bytes = 0;  ///< Of the whole output as gzip (core/inflate.h, GzipCounter).
  /// Who rendered.
  enum class Origin { child, attestation };
  Origin origin = Origin::child;
  std::string helm;          ///< "v3.18.4"
  bool pinned = false;       ///< By digest in Config; else found in PATH.
  std::string kube_version;  ///< "1.31.0"
  Digest chart;              ///< Of what was rendered.
  Digest program;            ///< Of helm.
  struct Confinement {
    std::string name;  ///< "network", "seccomp", "namespaces", "memory", …
    bool held = false;
    std::string why;  ///< Of one that did not hold.
  };
  std::vector<Confinement> confinement;
  std::vector<std::string> notes;  ///< What else a report should say.
};

/// {"chart", "tree:FOLDER", ""} of a Chart.yaml in a repository.
Key tree_key(std::string_view chart_yaml, std::string_view section = "chart");

}  // namespace portreeve::policies
