#pragma once

// The repository behind a work tree, through libgit2: what a change did, without a checkout.
//
// Nothing of the environment is honoured but git's own safe.directory. Every error tells what CI
// has to be told: the exact line to add.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace portreeve::guard {

/// What a change did to one file. Paths are relative to the folder that is judged.
struct FileChange {
  enum class Kind : std::uint8_t { added, modified, removed };
  Kind kind = Kind::modified;
  std::optional<std::string> before;  ///< Content in the base; nothing when added or too large.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> added_lines;  ///< First and last, from 1.
  bool submodule = false;
};

struct Commit {
  std::string id;  ///< Abbreviated, 12 digits.
  std::string message;
};

/// A change against a base revision.
struct Change {
  std::map<std::string, FileChange, std::less<>> files;
  std::vector<Commit> commits;  ///< BASE..HEAD, newest first.
  std::string base;             ///< What it is compared to, for messages: "main (1a2b3c4d5e6f)".
  bool commits_known = false;   ///< False with an exported base.
};

/// What a fault of a repository is and what helps, as a finding says it.
struct GitFault {
  Error error;      ///< unavailable, not_found, unsupported, misconfigured.
  std::string fix;  ///< "actions/checkout: add `fetch-depth: 0`"
};

/// Either a value or what keeps it from being there. Result<T> with a fix.
template <class T>
using GitResult = std::variant<T, GitFault>;

/// Not thread-safe.
class GitRepository {
 public:
  /// The repository that `folder` stands in. Paths outside `folder` are left out of everything.
  static GitResult<std::unique_ptr<GitRepository>> open(const std::string& folder);
  ~GitRepository();
  GitRepository(const GitRepository&) = delete;
  GitRepository& operator=(const GitRepository&) = delete;

  /// merge-base(revision, HEAD) against the work tree, or against the index.
  GitResult<Change> change_since(const std::string& revision, bool staged);
  /// The content of a file in the base of the last change_since(); nothing when it is not there.
  GitResult<std::map<std::string, std::string>> base_files_below(const std::string& prefix);
  /// Those of `paths` that .gitignore leaves out and that git does not track.
  std::set<std::string> ignored(const std::vector<std::string>& paths) const;
  /// With `staged`: the content of a file in the index.
  std::optional<std::string> staged_file(const std::string& path) const;

 private:
  struct State;
  explicit GitRepository(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether git may leave out anything below `folder`, as far as that can be told without libgit2:
/// it stands in a work tree, and there are rules. `own_rules`: there is a .gitignore below it.
bool may_ignore(const std::string& folder, bool own_rules);

/// Lines of `after` that `before` does not have at that place.
std::vector<std::pair<std::uint32_t, std::uint32_t>> added_lines(const std::string& before,
                                                                 const std::string& after);

}  // namespace portreeve::guard
