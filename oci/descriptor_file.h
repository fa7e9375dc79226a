#pragma once

// Files by descriptor: what both layouts and the evidence store need.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "core/result.h"

namespace portreeve::oci {

/// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { close(); }
  bool open() const noexcept { return fd_ >= 0; }
  int get() const noexcept { return fd_; }
  void close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

/// All of a regular file, from its beginning. Errors: unavailable (no regular file, I/O), limit.
Result<std::string> read_descriptor(int fd, const std::string& name, std::size_t most);

/// Exactly `size` bytes at `offset`. Errors: unavailable, also when the file has become shorter.
Result<std::string> read_range(int fd, const std::string& name, std::uint64_t offset,
                               std::size_t size);

}  // namespace portreeve::oci
