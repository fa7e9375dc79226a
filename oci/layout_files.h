#pragma once

// The files of an OCI image layout, wherever they lie. Specification: image-spec image-layout.md.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve::oci {

/// Read-only, by exact name ("index.json", "blobs/sha256/<hex>"). Thread-safe.
class LayoutFiles {
 public:
  virtual ~LayoutFiles() = default;
  /// Errors: not_found, unavailable (I/O, or no regular file), limit.
  virtual Result<std::string> read(std::string_view name, std::size_t most) const = 0;
  /// Changes when index.json may have changed; the same text is the same file.
  virtual std::string version() const = 0;
  /// "layout /var/lib/evidence"
  virtual const std::string& place() const = 0;
};

/// A directory. No component below it may be a symbolic link, and only regular files are opened.
/// Errors: not_found, unavailable.
Result<std::unique_ptr<LayoutFiles>> open_layout_directory(const std::string& path);

/// A tar of a layout (`oci-archive`), plain, gzip or zstd. Entries may stand in any order; links,
/// devices and repeated names make it malformed. A plain tar is read in place, a compressed one is
/// unpacked in memory (kUnpackedArchiveBytes). `budget` may be null.
/// Errors: not_found, unavailable, malformed, limit.
Result<std::unique_ptr<LayoutFiles>> open_layout_archive(const std::string& path,
                                                         MemoryBudget* budget);
/// The same over bytes in memory (tests, fuzzing).
Result<std::unique_ptr<LayoutFiles>> open_layout_archive_bytes(std::string bytes,
                                                               const std::string& name,
                                                               MemoryBudget* budget);

}  // namespace portreeve::oci
