#pragma once

// All of a repository that a run looks at: files, roles, content, and what is left out with why.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/pattern.h"
#include "guard/base.h"
#include "guard/chart_source.h"
#include "report/report.h"

namespace portreeve::guard {

/// The work tree (or the index) after reading, and the base's side of what changed. Immutable.
class WorkTree {
 public:
  struct Parts {
    std::string folder;
    const Base* base = nullptr;  ///< Null: the whole tree is judged.
    std::vector<Glob> exclude;
    engine::Threads* threads = nullptr;
    MemoryBudget* budget = nullptr;
  };
  /// `entries` are those of the folder, by list_files(). What is skipped goes to `examined`.
  static std::unique_ptr<WorkTree> read(const Parts& parts, std::vector<FileEntry> entries,
                                        report::Examined& examined);

  const std::vector<FileEntry>& entries() const noexcept { return entries_; }
  const Layout& layout() const noexcept { return *layout_; }
  /// All files that were read or should have been.
  const TreeFiles& files() const noexcept { return files_; }
  /// The base's side: unchanged files, and changed ones as they were.
  const TreeFiles& base_files() const noexcept { return base_files_; }
  /// With a base: what the change did to a file, or null.
  const FileChange* change_of(const std::string& path) const;
  /// Whether a file is judged: all of them, or with a base those that were added or modified.
  bool judged(const std::string& path) const;
  /// Paths of .gitmodules whose folders are empty.
  std::vector<std::string> missing_submodules() const;

 private:
  WorkTree() = default;
  void keep(const Parts& parts, std::vector<FileEntry> entries, report::Examined& examined);
  void read_files(const Parts& parts, report::Examined& examined);
  void read_base(const Parts& parts);

  std::vector<FileEntry> entries_;
  std::unique_ptr<Layout> layout_;
  std::vector<std::unique_ptr<TreeFile>> owned_;
  TreeFiles files_;
  TreeFiles base_files_;
  const Change* change_ = nullptr;
};

}  // namespace portreeve::guard
