#include "render/workspace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/tar.h"
#include "render/descriptor.h"

namespace portreeve::render {
namespace {

Error refused(std::string_view path, std::string_view what) {
  return Error{Errc::unavailable, "working folder: " + std::string(path) + ": " +
                                      std::string(what) + ": errno " + std::to_string(errno)};
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Workspace> Workspace::create(const std::string& parent) {
  const std::string pattern = (parent.empty() ? "/tmp" : parent) + "/portreeve-render.XXXXXX";
  std::vector<char> name(pattern.begin(), pattern.end());
  name.push_back('\0');
  if (::mkdtemp(name.data()) == nullptr) return refused(pattern, "cannot be made");
  return Workspace(name.data());
}

Workspace::Workspace(Workspace&& other) noexcept : path_(std::exchange(other.path_, {})) {}

Workspace& Workspace::operator=(Workspace&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

Workspace::~Workspace() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);  // Follows no links.
}

Outcome Workspace::add_folder(std::string_view path) {
  PORTREEVE_TRY(const std::string clean, clean_path(path));
  for (std::size_t at = 0; at != std::string::npos;) {
    at = clean.find('/', at + 1);
    const std::string folder = path_ + "/" + clean.substr(0, at);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return refused(path, "folder");
  }
  return Done{};
}

Outcome Workspace::add(std::string_view path, std::string_view content) {
  PORTREEVE_TRY(const std::string clean, clean_path(path));
  if (const std::size_t slash = clean.rfind('/'); slash != std::string::npos) {
    PORTREEVE_CHECK(add_folder(clean.substr(0, slash)));
  }
  const std::string name = path_ + "/" + clean;
  const Descriptor file(
      ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open() || !write_all(file.get(), content)) return refused(path, "cannot be written");
  return Done{};
}

}  // namespace portreeve::render
