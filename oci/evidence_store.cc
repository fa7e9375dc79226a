#include "oci/evidence_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <tuple>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"

namespace portreeve::oci {
namespace {

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::string_view kRecordFrame = "portreeve-record/v1\n";

bool is_hex(std::string_view name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Text that somebody else could have put there would be remembered as ours.
Outcome check_folder(int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return Error{Errc::unavailable, name + ": cannot be examined"};
  if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error{Errc::misconfigured,
                 name + ": expected a directory that belongs to us and that nobody else can write "
                        "(chmod 700)"};
  }
  return Done{};
}

Result<FileDescriptor> open_folder(int parent, const char* part, const std::string& name) {
  if (::mkdirat(parent, part, 0700) != 0 && errno != EEXIST) {
    return Error{Errc::unavailable, name + ": cannot be created"};
  }
  FileDescriptor folder(::openat(parent, part, kOpenFolder));
  if (!folder.open()) return Error{Errc::unavailable, name + ": cannot be opened as a directory"};
  PORTREEVE_CHECK(check_folder(folder.get(), name));
  return folder;
}

std::string record_file(std::string_view key) { return crypto::sha256_hex(key); }

}  // namespace

Result<std::unique_ptr<EvidenceStore>> EvidenceStore::open(const std::string& directory,
                                                           std::uint64_t size) {
  std::unique_ptr<EvidenceStore> out(
      new EvidenceStore("evidence " + utf8::printable(directory, 256), size));
  PORTREEVE_CHECK(out->prepare(directory));
  return out;
}

Outcome EvidenceStore::prepare(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{Errc::unavailable, name_ + ": cannot be created"};
  }
  const FileDescriptor root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.open()) return Error{Errc::unavailable, name_ + ": cannot be opened as a directory"};
  PORTREEVE_CHECK(check_folder(root.get(), name_));
  PORTREEVE_TRY(const FileDescriptor all, open_folder(root.get(), "blobs", name_ + "/blobs"));
  PORTREEVE_TRY(blobs_, open_folder(all.get(), "sha256", name_ + "/blobs/sha256"));
  PORTREEVE_TRY(records_, open_folder(root.get(), "records", name_ + "/records"));
  const MutexLock lock(mutex_);
  PORTREEVE_CHECK(scan(blobs_, "b/"));
  PORTREEVE_CHECK(scan(records_, "r/"));
  make_room(0);
  return Done{};
}

Outcome EvidenceStore::scan(const FileDescriptor& folder, std::string_view prefix) {
  const int copy = ::openat(folder.get(), ".", kOpenFolder);
  DIR* const directory = copy < 0 ? nullptr : ::fdopendir(copy);
  if (directory == nullptr) {
    if (copy >= 0) ::close(copy);
    return Error{Errc::unavailable, name_ + ": cannot be listed"};
  }
  struct Found {
    std::string file;
    std::uint64_t size;
    timespec time;
  };
  std::vector<Found> found;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string file = entry->d_name;
    struct stat status {};
    if (file == "." || file == ".." ||
        ::fstatat(folder.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    if (!is_hex(file) || !S_ISREG(status.st_mode)) {
      // A write that was cut short, by this process's predecessor.
      if (file.rfind(".new-", 0) == 0) ::unlinkat(folder.get(), entry->d_name, 0);
      continue;
    }
    found.push_back({file, static_cast<std::uint64_t>(status.st_size), status.st_mtim});
  }
  ::closedir(directory);
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::tie(a.time.tv_sec, a.time.tv_nsec) < std::tie(b.time.tv_sec, b.time.tv_nsec);
  });
  for (const Found& one : found) note(std::string(prefix) + one.file, one.size);
  return Done{};
}

void EvidenceStore::note(const std::string& file, std::uint64_t size) {
  Kept& kept = kept_[file];
  used_ = used_ - kept.size + size;
  kept.size = size;
  kept.used = ++turn_;
}

void EvidenceStore::make_room(std::uint64_t size) {
  if (used_ + size <= limit_) return;
  std::vector<std::pair<std::uint64_t, std::string>> by_use;
  for (const auto& [file, kept] : kept_) by_use.emplace_back(kept.used, file);
  std::sort(by_use.begin(), by_use.end());
  // A tenth more than needed, so that not every write sorts the whole table.
  const std::uint64_t goal = limit_ - std::min(limit_, std::max(size, limit_ / 10));
  for (const auto& [used, file] : by_use) {
    if (used_ <= goal) break;
    const FileDescriptor& folder = file[0] == 'b' ? blobs_ : records_;
    ::unlinkat(folder.get(), file.c_str() + 2, 0);
    used_ -= kept_[file].size;
    kept_.erase(file);
  }
}

void EvidenceStore::forget(const std::string& file) const {
  const MutexLock lock(mutex_);
  const auto found = kept_.find(file);
  if (found == kept_.end()) return;
  used_ -= found->second.size;
  kept_.erase(found);
}

Outcome EvidenceStore::write(const FileDescriptor& folder, const std::string& file,
                             std::string_view bytes) {
  std::string fresh;
  {
    const MutexLock lock(mutex_);
    fresh = ".new-" + std::to_string(::getpid()) + "-" + std::to_string(++written_);
  }
  FileDescriptor out(::openat(folder.get(), fresh.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  bool good = out.open();
  while (good && !bytes.empty()) {
    const ssize_t put = ::write(out.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    good = put > 0;
    if (good) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  out.close();
  good = good && ::renameat(folder.get(), fresh.c_str(), folder.get(), file.c_str()) == 0;
  if (good) return Done{};
  const std::string why = utf8::printable(std::generic_category().message(errno), 100);
  ::unlinkat(folder.get(), fresh.c_str(), 0);
  return Error{Errc::unavailable, name_ + ": cannot be written: " + why};
}

Result<std::string> EvidenceStore::get(const Digest& digest, std::size_t most) const {
  const std::string file = digest.hex();
  const std::string shown = name_ + ": " + digest.text();
  const FileDescriptor in(::openat(blobs_.get(), file.c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!in.open()) {
    if (errno != ENOENT) return Error{Errc::unavailable, shown + ": cannot be opened"};
    forget("b/" + file);
    return Error{Errc::not_found, shown + ": not kept"};
  }
  PORTREEVE_TRY(std::string bytes, read_descriptor(in.get(), shown, most));
  if (Digest(crypto::sha256(bytes)) != digest) {
    ::unlinkat(blobs_.get(), file.c_str(), 0);
    forget("b/" + file);
    return Error{Errc::unverified, shown + ": the file holds other bytes; removed"};
  }
  const MutexLock lock(mutex_);
  const auto kept = kept_.find("b/" + file);
  if (kept != kept_.end()) kept->second.used = ++turn_;
  return bytes;
}

Outcome EvidenceStore::put(const Digest& digest, std::string_view bytes) {
  if (Digest(crypto::sha256(bytes)) != digest) {
    return Error{Errc::unverified, name_ + ": these bytes have another digest than " + digest.text()};
  }
  if (bytes.size() > limit_) {
    return Error{Errc::limit, name_ + ": " + std::to_string(bytes.size()) +
                                  " bytes are more than the whole store"};
  }
  const std::string file = digest.hex();
  {
    const MutexLock lock(mutex_);
    const auto kept = kept_.find("b/" + file);
    if (kept != kept_.end() && kept->second.size == bytes.size()) {
      kept->second.used = ++turn_;
      return Done{};
    }
    make_room(bytes.size());
  }
  PORTREEVE_CHECK(write(blobs_, file, bytes));
  const MutexLock lock(mutex_);
  note("b/" + file, bytes.size());
  return Done{};
}

Outcome EvidenceStore::remember(std::string_view key, std::string_view text) {
  // The key stands inside: a file that was put under another name is noticed; and its hash: half a
  // record is.
  std::string body(key);
  body.append("\n").append(text);
  const std::string bytes = std::string(kRecordFrame) + crypto::sha256_hex(body) + "\n" + body;
  if (key.find('\n') != std::string_view::npos || bytes.size() > limits::kRecordBytes) {
    return Error{Errc::limit, name_ + ": record is larger than " +
                                  std::to_string(limits::kRecordBytes) + " bytes"};
  }
  const std::string file = record_file(key);
  {
    const MutexLock lock(mutex_);
    make_room(bytes.size());
  }
  PORTREEVE_CHECK(write(records_, file, bytes));
  const MutexLock lock(mutex_);
  note("r/" + file, bytes.size());
  return Done{};
}

Result<std::string> EvidenceStore::recall(std::string_view key) const {
  const std::string shown = name_ + ": record \"" + utf8::printable(key, 128) + "\"";
  const FileDescriptor in(::openat(records_.get(), record_file(key).c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!in.open()) {
    return Error{errno == ENOENT ? Errc::not_found : Errc::unavailable, shown + ": not kept"};
  }
  PORTREEVE_TRY(const std::string bytes, read_descriptor(in.get(), shown, limits::kRecordBytes));
  const std::size_t start = kRecordFrame.size() + 64 + 1;
  const std::string_view all(bytes);
  const bool framed = all.size() > start && all.substr(0, kRecordFrame.size()) == kRecordFrame;
  const std::string_view body = framed ? all.substr(start) : std::string_view();
  if (!framed || all.substr(kRecordFrame.size(), 65) != crypto::sha256_hex(body) + "\n" ||
      body.substr(0, key.size() + 1) != std::string(key) + "\n") {
    return Error{Errc::malformed, shown + ": damaged"};
  }
  return std::string(body.substr(key.size() + 1));
}

std::uint64_t EvidenceStore::used() const {
  const MutexLock lock(mutex_);
  return used_;
}

}  // namespace portreeve::oci
