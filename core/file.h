#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"

namespace portreeve {

struct SourceFile {
  std::string name;  ///< As messages name it.
  std::string text;
};

/// Reads a regular file of at most `max_bytes`; "-" is standard input.
/// Errors: not_found, unavailable (permission, I/O, not a regular file), limit.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

/// Whether a name ends in .yaml, .yml or .json, in capitals too: what looks like a document to people
/// is never passed over. Dot files are none.
bool is_document_name(std::string_view name) noexcept;

/// The files with is_document_name() directly in a folder, sorted by name, read through one
/// directory descriptor so that a symlink swapped in between cannot mix two sets (Kubernetes swaps
/// `..data`). Dot files are left out. Errors: not_found, unavailable, limit (files, bytes in all).
Result<std::vector<SourceFile>> read_folder(const std::string& path);

/// Writes all of `text` to a new file of mode 0600. Errors: unavailable.
Outcome write_file(const std::string& path, const std::string& text);

}  // namespace portreeve
