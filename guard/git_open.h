#pragma once

// Inside guard/git*.cc only: libgit2 objects that free themselves, and how a repository is opened.

#include <git2.h>

#include <memory>
#include <string>

#include "guard/git.h"

namespace portreeve::guard {

struct GitFree {
  void operator()(git_repository* p) const noexcept { git_repository_free(p); }
  void operator()(git_object* p) const noexcept { git_object_free(p); }
  void operator()(git_commit* p) const noexcept { git_commit_free(p); }
  void operator()(git_tree* p) const noexcept { git_tree_free(p); }
  void operator()(git_tree_entry* p) const noexcept { git_tree_entry_free(p); }
  void operator()(git_blob* p) const noexcept { git_blob_free(p); }
  void operator()(git_diff* p) const noexcept { git_diff_free(p); }
  void operator()(git_index* p) const noexcept { git_index_free(p); }
  void operator()(git_revwalk* p) const noexcept { git_revwalk_free(p); }
  void operator()(git_config* p) const noexcept { git_config_free(p); }
};
template <class T>
using GitPtr = std::unique_ptr<T, GitFree>;

/// What libgit2 said last, fit for a message.
std::string git_message();

/// Opens the repository that `folder` stands in, after git's own rule about its owner.
GitResult<GitPtr<git_repository>> open_repository(const std::string& folder);

/// Whether git's configuration names `directory` as safe (git-config: safe.directory, read from the
/// system, global and command scopes only; an empty value forgets the ones before).
bool is_safe_directory(const std::string& directory);

}  // namespace portreeve::guard
