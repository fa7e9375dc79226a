#include "guard/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "core/limits.h"

namespace portreeve::guard {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using FolderPtr = std::unique_ptr<DIR, CloseFolder>;

Error system_error(const std::string& path, int error) {
  return Error{error == ENOENT ? Errc::not_found : Errc::unavailable,
               path + ": " + std::strerror(error)};
}

class Lister {
 public:
  explicit Lister(std::string root) : root_(std::move(root)) {}

  Outcome list(int parent, const char* name, const std::string& prefix, std::uint32_t depth) {
    if (depth > limits::kTreeDepth) {
      return Error{Errc::limit, root_ + "/" + prefix + ": folders are nested too deeply"};
    }
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth == 0 ? 0 : O_NOFOLLOW);
    const int descriptor = ::openat(parent, name, flags);
    if (descriptor < 0) return system_error(root_ + "/" + prefix, errno);
    const FolderPtr folder(::fdopendir(descriptor));
    if (folder == nullptr) {
      const int error = errno;
      ::close(descriptor);
      return system_error(root_ + "/" + prefix, error);
    }
    while (const dirent* entry = ::readdir(folder.get())) {
      PORTREEVE_CHECK(add(descriptor, *entry, prefix, depth));
    }
    return Done{};
  }

  std::vector<FileEntry> take() {
    std::sort(files_.begin(), files_.end(),
              [](const FileEntry& a, const FileEntry& b) { return a.path < b.path; });
    return std::move(files_);
  }

 private:
  Outcome add(int folder, const dirent& entry, const std::string& prefix, std::uint32_t depth) {
    const std::string name = entry.d_name;
    if (name == "." || name == ".." || name == ".git") return Done{};
    struct stat about {};
    if (::fstatat(folder, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
      return errno == ENOENT ? Outcome(Done{}) : system_error(root_ + "/" + prefix + name, errno);
    }
    if (S_ISDIR(about.st_mode)) return list(folder, entry.d_name, prefix + name + "/", depth + 1);
    if (files_.size() == limits::kTreeFiles) {
      return Error{Errc::limit,
                   root_ + ": more than " + std::to_string(limits::kTreeFiles) + " files"};
    }
    FileEntry file;
    file.path = prefix + name;
    file.size = static_cast<std::uint64_t>(about.st_size);
    if (S_ISLNK(about.st_mode)) {
      file.kind = FileEntry::Kind::link;
    } else if (!S_ISREG(about.st_mode)) {
      file.kind = FileEntry::Kind::other;
    }
    files_.push_back(std::move(file));
    return Done{};
  }

  const std::string root_;
  std::vector<FileEntry> files_;
};

}  // namespace

Result<std::vector<FileEntry>> list_files(const std::string& folder) {
  Lister lister(folder);
  PORTREEVE_CHECK(lister.list(AT_FDCWD, folder.c_str(), "", 0));
  return lister.take();
}

}  // namespace portreeve::guard
