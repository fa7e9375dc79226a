#pragma once

// `helm template`, run confined. One way to call it, so that everybody judges the same render:
//
//   helm template smoke-NAME CHART --namespace smoke-NAME --kube-version V [--values FILE]...
//
// with default values, in a folder of its own, with an empty environment. Helm 3 and 4.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "render/child.h"
#include "render/descriptor.h"

namespace portreeve::render {

struct InputFile {
  std::string path;  ///< From the chart's folder.
  std::string content;
};

/// A chart as Helm is to see it. Either the package, which Helm unpacks itself so that what is
/// judged is what would be installed, or the files of a source tree, whose .helmignore it applies.
struct ChartInput {
  std::string name;     ///< Of Chart.yaml.
  std::string package;  ///< The bytes of a .tgz; empty: `files`.
  std::vector<InputFile> files;
  std::vector<std::string> values;  ///< Texts of values files on top of the defaults.
  std::string kube_version;         ///< "1.33.0"; it is always said.
  std::string scratch;              ///< Folder for the private copy; empty: /tmp.
};

/// How one run ended that was the chart's own doing. (Anything else is an Error.)
struct HelmRun {
  bool rendered = false;
  std::string output;  ///< What it printed; empty unless rendered.
  std::string
      message;  ///< Its standard error; of a failure the reason, else warnings. Not escaped.
  Confinement confinement;
};

/// The program, opened once: what is run is the file that was opened. Movable; thread-safe.
class Helm {
 public:
  /// Errors: not_found, unavailable (not an executable ELF file).
  static Result<Helm> open(const std::string& path);
  /// The first executable of that name in a list of folders as $PATH has it; empty if none.
  /// Relative folders are passed over.
  static std::string find(std::string_view name, std::string_view folders);

  const std::string& path() const noexcept { return path_; }
  /// Feeds the program's bytes to `take`, for a digest. Errors: unavailable.
  Outcome read(const std::function<void(std::string_view)>& take) const;
  /// "v3.18.4", as it says itself. Errors: as render(); unsupported if that is no version of 3
  /// or 4.
  Result<std::string> version() const;
  /// Errors: limit (time, processor, memory, output), unavailable (it crashed, or cannot be run),
  /// unsupported (it does not know the arguments), malformed (a path, a Kubernetes version).
  Result<HelmRun> render(const ChartInput& chart) const;

 private:
  Helm(std::string path, Descriptor program)
      : path_(std::move(path)), program_(std::move(program)) {}
  Result<HelmRun> run(std::vector<std::string> arguments, const std::string& folder) const;

  std::string path_;
  Descriptor program_;
};

}  // namespace portreeve::render
