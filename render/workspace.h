#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::render {

/// A private folder (mode 0700) that is gone when this dies. Movable.
class Workspace {
 public:
  /// Below `parent`; empty: below /tmp. Errors: unavailable.
  static Result<Workspace> create(const std::string& parent = {});
  Workspace(Workspace&& other) noexcept;
  Workspace& operator=(Workspace&& other) noexcept;
  ~Workspace();

  const std::string& path() const noexcept { return path_; }
  /// Writes a new file of mode 0600 and makes the folders on its way; `path` as of clean_path().
  /// Errors: malformed (the path), unavailable (it exists already, or the disk).
  Outcome add(std::string_view path, std::string_view content);
  /// Makes an empty folder. Errors: as add().
  Outcome add_folder(std::string_view path);

 private:
  explicit Workspace(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace portreeve::render
