#pragma once

// A repository's files, read and parsed in parallel and once.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/value.h"
#include "core/yaml.h"
#include "engine/threads.h"
#include "guard/classify.h"

namespace portreeve::guard {

/// One file with what was made of it.
struct TreeFile {
  std::string path;
  Role role = Role::text;
  std::shared_ptr<const std::string> text;  ///< Null when it was not read; `unread` says why.
  std::vector<DocumentPtr> documents;       ///< Of YAML and JSON.
  std::vector<yaml::Ambiguity> ambiguities;
  /// Of a template: documents that speak of Blueprints, and are no YAML before they are rendered.
  std::vector<std::string> unread_parts;
  std::optional<Error> unread;  ///< It is there and could not be read: undecided.
  /// It was read and is no YAML or JSON that we take; with role `text` it is nobody's object.
  std::optional<Error> malformed;
  bool large_file_pointer =
      false;  ///< Git LFS has the content: https://git-lfs.com, pointer spec v1.
};

/// Runs task(0) … task(count-1), on this thread and on the pool, and returns when all ended. Throws
/// what a task threw first, after those that were running ended; the rest is not begun.
void run_all(engine::Threads& threads, std::size_t count,
             const std::function<void(std::size_t)>& task);

/// Whether such a file is parsed: what charts and objects are made of.
bool is_parsed(Role role) noexcept;

/// Parses a text as its name says. Never fails otherwise than by TreeFile::malformed.
TreeFile parse_source(std::string path, Role role, std::string text, MemoryBudget& budget);

/// Reads and parses `entry` below `folder`.
TreeFile read_source(const std::string& folder, const FileEntry& entry, Role role,
                     MemoryBudget& budget);

/// Whether bytes are text: no NUL among the first 8000, as git decides it.
bool is_text(std::string_view bytes) noexcept;

}  // namespace portreeve::guard
