#pragma once

// Inside guard/git*.cc only: libgit2 objects that free themselves, and how a repository is opened.

#include <memory>
#include <string>

#include "guard/git.h"
#include "guard/git_library.h"

namespace portreeve::guard {

struct GitFree {
  void operator()(git_repository* p) const noexcept { git().repository_free(p); }
  void operator()(git_object* p) const noexcept { git().object_free(p); }
  void operator()(git_commit* p) const noexcept { git().commit_free(p); }
  void operator()(git_tree* p) const noexcept { git().tree_free(p); }
  void operator()(git_tree_entry* p) const noexcept { git().tree_entry_free(p); }
  void operator()(git_blob* p) const noexcept { git().blob_free(p); }
  void operator()(git_diff* p) const noexcept { git().diff_free(p); }
  void operator()(git_index* p) const noexcept { git().index_free(p); }
  void operator()(git_revwalk* p) const noexcept { git().revwalk_free(p); }
  void operator()(git_config* p) const noexcept { git().config_free(p); }
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
