#pragma once

// Charts of a repository as chart-* rules read them (policies/chart_facts.h).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "charts/reader.h"
#include "core/evidence.h"
#include "core/memory_budget.h"
#include "guard/inventory.h"
#include "policies/chart_facts.h"

namespace portreeve::guard {

/// Files by path, of a work tree or of a base.
using TreeFiles = std::map<std::string, const TreeFile*, std::less<>>;

/// What stands below a chart's folder: from memory where it was read, else from disk. Borrows.
class ChartFolder final : public charts::FileSource {
 public:
  ChartFolder(const std::string& root, const std::string& chart, const TreeFiles& files,
              const std::vector<FileEntry>& entries);
  std::vector<charts::FolderEntry> list() const override;
  Result<std::string> read(const std::string& path) const override;

 private:
  const std::string root_;
  const std::string prefix_;
  const TreeFiles& files_;
  const std::vector<FileEntry>& entries_;
};

class PinIndex;
/// Reads the chart of a folder with what the tree knows of it: its Blueprint, and all that says its
/// version again.
policies::ChartFacts read_chart(const ChartFolder& folder, const std::string& chart,
                                const TreeFiles& files, const PinIndex& pins, MemoryBudget& budget);

/// A chart's package in a tree. Judged are those outside of charts' own folders; what holds no
/// Chart.yaml is another kind of archive.
struct PackageFile {
  std::string path;
  std::string bytes;
  std::optional<Error> unread;
  policies::ChartFacts facts;

  static bool named_so(std::string_view path) noexcept;
  bool is_chart() const noexcept;
};
PackageFile read_package(const std::string& root, const std::string& path, MemoryBudget& budget);

/// The subject of a chart that was read, and the evidence about it.
Subject chart_subject(const policies::ChartFacts& facts, const std::string& chart_yaml);
EvidenceMap chart_evidence(std::shared_ptr<const policies::ChartFacts> facts,
                           const std::string& chart_yaml, Evidence render);

}  // namespace portreeve::guard
