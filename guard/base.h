#pragma once

// The base that a change is judged against: a revision of the repository, or an exported tree.

#include <memory>
#include <optional>
#include <string>

#include "guard/files.h"
#include "guard/git.h"
#include "guard/settings.h"

namespace portreeve::guard {

struct BaseOptions {
  std::string folder;    ///< That is judged.
  std::string revision;  ///< --base
  std::string tree;      ///< --base-tree
  bool staged = false;   ///< The index rather than the work tree.
};

/// Not thread-safe.
class Base {
 public:
  /// `files` are those of the judged folder. What keeps the base from being read is a fault.
  static GitResult<std::unique_ptr<Base>> open(const BaseOptions& options,
                                               const std::vector<FileEntry>& files);

  const Change& change() const noexcept { return change_; }
  /// Files directly below a folder of the base ("" for its top is not asked).
  Result<FileTexts> files_below(const std::string& folder) const;
  /// What is judged instead of the work tree's content; nothing: the work tree's.
  std::optional<std::string> staged(const std::string& path) const;
  bool staged() const noexcept { return options_.staged; }

 private:
  explicit Base(BaseOptions options) : options_(std::move(options)) {}
  std::optional<GitFault> compare_trees(const std::vector<FileEntry>& files);

  BaseOptions options_;
  std::unique_ptr<GitRepository> repository_;
  Change change_;
};

/// Files directly in a folder on disk, by path below `top`. A folder that is not there has none.
Result<FileTexts> files_in(const std::string& top, const std::string& folder);

}  // namespace portreeve::guard
