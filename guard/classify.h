#pragma once

// What a file of a repository is, by where it stands. Nothing here reads it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guard/files.h"

namespace portreeve::guard {

enum class Role : std::uint8_t {
  manifest,       ///< YAML or JSON that may hold Kubernetes objects.
  chart,          ///< Chart.yaml of a chart that is the repository's own.
  chart_values,   ///< values.yaml, Chart.lock, values.schema.json … of a chart.
  template_file,  ///< Below a chart's templates/: no manifest before it is rendered.
  vendored,       ///< Below a chart's charts/: somebody else's.
  kustomization,  ///< kustomization.yaml
  settings,       ///< .portreeve/: ours.
  text,           ///< All else.
};

/// The folders with a Chart.yaml, and what follows from them for each path.
class Layout {
 public:
  explicit Layout(const std::vector<FileEntry>& files);

  Role role_of(std::string_view path) const;
  /// The innermost chart that a path belongs to ("platform/x/chart"; "" is the repository itself),
  /// or nothing.
  const std::string* chart_of(std::string_view path) const;
  /// Chart folders that are no vendored subcharts, sorted.
  const std::vector<std::string>& charts() const noexcept { return own_; }
  /// Chart folders below a chart's charts/.
  const std::vector<std::string>& vendored() const noexcept { return vendored_; }

 private:
  std::set<std::string, std::less<>> folders_;
  std::vector<std::string> own_;
  std::vector<std::string> vendored_;
};

/// The last part of a path, and all before its '/'.
std::string_view name_of(std::string_view path) noexcept;
std::string_view folder_of(std::string_view path) noexcept;
/// `path` as seen from `folder`, without "." and ".."; nothing: it leads out of the repository.
std::optional<std::string> joined_path(std::string_view folder, std::string_view path);

}  // namespace portreeve::guard
