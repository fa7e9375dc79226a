#pragma once

// The files below a folder, as they stand on disk: nothing is followed, nothing is filtered
// silently.

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace portreeve::guard {

/// One directory entry that is no directory, by its path below the folder
/// ("platform/x/blueprint.yaml").
struct FileEntry {
  enum class Kind : std::uint8_t {
    regular,
    link,   ///< A symbolic link: named, never followed.
    other,  ///< A socket, device or pipe.
  };
  std::string path;
  std::uint64_t size = 0;
  Kind kind = Kind::regular;
};

/// All entries below `folder` but those of `.git`, sorted by path.
/// Errors: not_found, unavailable (permission, no folder), limit (limits::kTreeFiles).
Result<std::vector<FileEntry>> list_files(const std::string& folder);

}  // namespace portreeve::guard
