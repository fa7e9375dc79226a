#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/utf8.h"
#include "oci/descriptor_file.h"
#include "oci/layout_files.h"

namespace portreeve::oci {
namespace {

class DirectoryFiles final : public LayoutFiles {
 public:
  DirectoryFiles(FileDescriptor root, const std::string& path)
      : root_(std::move(root)), place_("layout " + utf8::printable(path, 256)) {}

  Result<std::string> read(std::string_view name, std::size_t most) const override {
    // Component by component, each without following a link: a link in the middle would lead out
    // of the layout as well as one at the end.
    FileDescriptor folder;
    int at = root_.get();
    while (true) {
      const std::size_t slash = name.find('/');
      if (slash == std::string_view::npos) break;
      const std::string part(name.substr(0, slash));
      FileDescriptor next(::openat(at, part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!next.open()) return failure(part, errno);
      folder = std::move(next);
      at = folder.get();
      name.remove_prefix(slash + 1);
    }
    const std::string last(name);
    const FileDescriptor file(
        ::openat(at, last.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.open()) return failure(last, errno);
    return read_descriptor(file.get(), place_ + ": " + last, most);
  }

  std::string version() const override {
    struct stat status {};
    if (::fstatat(root_.get(), "index.json", &status, AT_SYMLINK_NOFOLLOW) != 0) return "none";
    return std::to_string(status.st_ino) + "." + std::to_string(status.st_size) + "." +
           std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
  }

  const std::string& place() const override { return place_; }

 private:
  Error failure(const std::string& part, int error) const {
    const bool missing = error == ENOENT;
    const std::string why = missing ? "not there"
                            : error == ELOOP || error == ENOTDIR
                                ? "not a plain file or directory (links are not followed)"
                                : "cannot be opened";
    return Error{missing ? Errc::not_found : Errc::unavailable, place_ + ": " + part + ": " + why};
  }

  const FileDescriptor root_;
  const std::string place_;
};

}  // namespace

Result<std::unique_ptr<LayoutFiles>> open_layout_directory(const std::string& path) {
  // The layout itself is named by the operator, who may use a link.
  FileDescriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.open()) {
    const bool missing = errno == ENOENT;
    return Error{missing ? Errc::not_found : Errc::unavailable,
                 "layout " + utf8::printable(path, 256) + ": " +
                     (missing ? "not there" : "cannot be opened as a directory")};
  }
  return std::unique_ptr<LayoutFiles>(std::make_unique<DirectoryFiles>(std::move(root), path));
}

}  // namespace portreeve::oci
