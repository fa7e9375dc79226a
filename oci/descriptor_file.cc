#include "oci/descriptor_file.h"

#include <sys/stat.h>

#include <cerrno>

namespace portreeve::oci {

Result<std::string> read_descriptor(int fd, const std::string& name, std::size_t most) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{Errc::unavailable, name + ": not a regular file"};
  }
  const auto size = static_cast<std::uint64_t>(status.st_size < 0 ? 0 : status.st_size);
  if (size > most) {
    return Error{Errc::limit, name + ": " + std::to_string(size) + " bytes, limit is " +
                                  std::to_string(most)};
  }
  return read_range(fd, name, 0, static_cast<std::size_t>(size));
}

Result<std::string> read_range(int fd, const std::string& name, std::uint64_t offset,
                               std::size_t size) {
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd, out.data() + done, size - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{Errc::unavailable, name + ": cannot be read to its end"};
    done += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace portreeve::oci
