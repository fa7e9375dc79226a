#pragma once

// Reading a chart from a folder or from a package. No I/O: the caller has the bytes. Strict: what
// Helm would refuse, and what two readers would read differently, is a Fault with its reason and
// place.
//
// Limits (core/limits.h): kChartBytes compressed, kChartUnpackedBytes and kChartFiles over all
// levels, kChartFileBytes a file, kChartDepth levels of subcharts, kChartYamlBytes for Chart.yaml
// and locks.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "charts/chart.h"
#include "core/result.h"

namespace portreeve::charts {

/// One thing below a chart's folder; folders themselves are not listed.
struct FolderEntry {
  enum class Type { file, symbolic_link, other };
  std::string path;  ///< From the chart's folder: "templates/deployment.yaml"
  Type type = Type::file;
  std::uint64_t size = 0;  ///< Of a file.
};

/// The files of one folder, wherever they are: on disk, in a git tree, in memory.
class FileSource {
 public:
  virtual ~FileSource() = default;
  /// In any order, each path once.
  virtual std::vector<FolderEntry> list() const = 0;
  /// The bytes of a listed file. Errors: as the source has them.
  virtual Result<std::string> read(const std::string& path) const = 0;
};

/// Files in memory.
class MemoryFiles final : public FileSource {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;
  explicit MemoryFiles(Map files) : files_(std::move(files)) {}
  std::vector<FolderEntry> list() const override;
  Result<std::string> read(const std::string& path) const override;

 private:
  Map files_;
};

/// Reads the chart whose Chart.yaml stands at the top of `files`, as `helm package` would: what
/// .helmignore leaves out is not looked at. With Form::package nothing is left out, as when Helm
/// loads a package. `memory` may be null. Never fails otherwise than by faults.
Reading read_folder(const FileSource& files, Form form, MemoryBudget* memory);

/// Reads a package (.tgz).
Reading read_package(std::string_view bytes, MemoryBudget* memory);

}  // namespace portreeve::charts
