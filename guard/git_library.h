#pragma once

// Inside guard/git*.cc only: libgit2, loaded by the first repository that is opened.

#include <git2.h>

#include "core/result.h"

namespace portreeve::guard {

// clang-format off
#define PORTREEVE_GIT_FUNCTIONS(X)                                                              \
  X(blob_free) X(blob_lookup) X(blob_rawcontent) X(blob_rawsize) X(commit_free)                 \
  X(commit_lookup) X(commit_message) X(commit_parentcount) X(commit_tree) X(config_free)        \
  X(config_get_multivar_foreach) X(config_open_ondisk) X(diff_buffers) X(diff_free)             \
  X(diff_get_delta) X(diff_num_deltas) X(diff_tree_to_index)                                    \
  X(diff_tree_to_workdir_with_index) X(error_last) X(ignore_path_is_ignored) X(index_free)      \
  X(index_get_bypath) X(libgit2_init) X(libgit2_opts) X(merge_base) X(object_free)              \
  X(object_id) X(object_peel) X(oid_tostr) X(reference_name_to_id) X(repository_free)           \
  X(repository_index) X(repository_is_shallow) X(repository_open_ext) X(repository_path)        \
  X(repository_workdir) X(revparse_single) X(revwalk_free) X(revwalk_hide) X(revwalk_new)       \
  X(revwalk_next) X(revwalk_push) X(tree_entry_byindex) X(tree_entry_bypath)                    \
  X(tree_entry_free) X(tree_entry_id) X(tree_entry_name) X(tree_entry_type) X(tree_entrycount)  \
  X(tree_free) X(tree_lookup)
// clang-format on

struct GitLibrary {
#define PORTREEVE_MEMBER(name) decltype(&::git_##name) name = nullptr;
  PORTREEVE_GIT_FUNCTIONS(PORTREEVE_MEMBER)
#undef PORTREEVE_MEMBER
};

/// Loads it once and keeps it from every configuration of the machine. Errors: misconfigured. Safe
/// from many threads.
Outcome load_git();

/// REQUIRES: load_git() succeeded.
const GitLibrary& git() noexcept;

}  // namespace portreeve::guard
