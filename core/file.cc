#include "core/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "core/limits.h"

namespace portreeve {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  bool open() const noexcept { return fd_ >= 0; }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::string reason(int error) {
  char buffer[128];
  return ::strerror_r(error, buffer,
                      sizeof buffer);  // The GNU form: strerror() is not thread-safe.
}

Error io_error(const std::string& name, std::string_view what, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  return Error{missing ? Errc::not_found : Errc::unavailable,
               name + ": " + std::string(what) + ": " + reason(error)};
}

Error too_large(const std::string& name, std::size_t limit) {
  return Error{Errc::limit, name + ": more than " + std::to_string(limit) + " bytes"};
}

// Reads to the end, which may have moved since fstat(): a file can grow under us.
Result<std::string> read_all(int fd, const std::string& name, std::size_t max_bytes,
                             std::size_t expected) {
  constexpr std::size_t kChunk = 64 * 1024;
  std::string text;
  std::size_t size = 0;
  while (true) {
    const std::size_t room = std::max(size == 0 ? expected + 1 : size * 2, kChunk);
    if (text.size() == size) text.resize(std::min(room, max_bytes + 1));
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(name, "cannot be read", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) return too_large(name, max_bytes);
  }
  text.resize(size);
  text.shrink_to_fit();  // Budgets count capacity.
  return text;
}

// A FIFO or a device would block or never end, hence O_NONBLOCK and S_ISREG.
Result<std::string> read_at(int directory, const std::string& path, const std::string& name,
                            std::size_t max_bytes) {
  const Descriptor file(
      ::openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.open()) return io_error(name, "cannot be opened", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error(name, "cannot be examined", errno);
  if (!S_ISREG(status.st_mode)) return Error{Errc::unavailable, name + ": not a regular file"};
  const auto size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  if (size > max_bytes) return too_large(name, max_bytes);
  return read_all(file.get(), name, max_bytes, size);
}

Result<std::vector<std::string>> list_names(DIR* directory, const std::string& path) {
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr && errno != 0) return io_error(path, "cannot be listed", errno);
    if (entry == nullptr) break;
    if (!is_document_name(entry->d_name)) continue;
    if (names.size() == limits::kPolicyFiles) {
      return Error{Errc::limit,
                   path + ": more than " + std::to_string(limits::kPolicyFiles) + " files"};
    }
    names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

bool is_document_name(std::string_view name) noexcept {
  if (name.empty() || name.front() == '.') return false;
  const auto ends = [&](std::string_view suffix) {
    if (name.size() <= suffix.size()) return false;
    const std::string_view end = name.substr(name.size() - suffix.size());
    return std::equal(end.begin(), end.end(), suffix.begin(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  };
  return ends(".yaml") || ends(".yml") || ends(".json");
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input", max_bytes, 0);
  if (path.find('\0') != std::string::npos) {
    return Error{Errc::not_found, "file name with a NUL byte"};
  }
  return read_at(AT_FDCWD, path, path, max_bytes);
}

Result<std::vector<SourceFile>> read_folder(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() && errno == ENOTDIR) {
    return Error{Errc::not_found, path + ": is no folder; name the folder that holds the file, it is read whole"};
  }
  if (!folder.open()) return io_error(path, "cannot be opened", errno);
  // One descriptor of the folder itself; Kubernetes' files are links through `..data`, which is
  // resolved once here, so that a swap in between cannot mix two sets.
  Descriptor current(::openat(folder.get(), "..data", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  Descriptor& chosen = current.open() ? current : folder;
  const Directory directory(::fdopendir(chosen.get()));
  if (directory == nullptr) return io_error(path, "cannot be listed", errno);
  chosen.release();  // The directory closes it.
  PORTREEVE_TRY(std::vector<std::string> names, list_names(directory.get(), path));
  std::vector<SourceFile> files;
  std::size_t left = limits::kPolicySetBytes;
  for (const std::string& name : names) {
    const std::string full = path + (path.back() == '/' ? "" : "/") + name;
    const std::size_t most = std::min(left, limits::kPolicyFileBytes);
    Result<std::string> text = read_at(::dirfd(directory.get()), name, full, most);
    if (!text.ok()) {
      if (text.error().code == Errc::limit && most < limits::kPolicyFileBytes) {
        return too_large(path, limits::kPolicySetBytes);
      }
      return std::move(text).error();
    }
    left -= text.value().size();
    files.push_back({full, std::move(text).value()});
  }
  return files;
}

Outcome write_file(const std::string& path, const std::string& text) {
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.open()) {
    return Error{Errc::unavailable, path + ": cannot be created: " + reason(errno)};
  }
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t put = ::write(file.get(), text.data() + written, text.size() - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      Error error{Errc::unavailable, path + ": cannot be written: " + reason(errno)};
      ::unlink(path.c_str());  // Half a file would be read as a whole one.
      return error;
    }
    written += static_cast<std::size_t>(put);
  }
  return Done{};
}

}  // namespace portreeve
