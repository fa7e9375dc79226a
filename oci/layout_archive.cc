#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <optional>
#include <utility>

#include "core/inflate.h"
#include "core/limits.h"
#include "core/tar.h"
#include "core/utf8.h"
#include "oci/descriptor_file.h"
#include "oci/layout_files.h"

namespace portreeve::oci {
namespace {

constexpr std::uint64_t kArchiveBytes = std::uint64_t{1} << 40;  // Read in place, so only a bound.

struct Range {
  std::uint64_t offset, size;
};
using Ranges = std::map<std::string, Range, std::less<>>;

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, const std::string& name) : fd_(fd), name_(name) {}
  Result<std::size_t> read(char* data, std::size_t size) override {
    while (true) {
      const ssize_t got = ::pread(fd_, data, size, static_cast<off_t>(at_));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Error{Errc::unavailable, name_ + ": cannot be read"};
      at_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

 private:
  int fd_;
  const std::string& name_;
  std::uint64_t at_ = 0;
};

Result<Ranges> index_of(ByteSource& source) {
  TarReader reader(source, {kArchiveBytes, limits::kArchiveEntries});
  Ranges out;
  while (true) {
    PORTREEVE_TRY(const std::optional<TarEntry> entry, reader.next());
    if (!entry) return out;
    PORTREEVE_TRY(std::string path, clean_path(entry->path));
    if (entry->type == TarEntry::Type::directory) continue;
    if (entry->type != TarEntry::Type::file || path.empty()) {
      return Error{Errc::malformed, "tar: \"" + utf8::printable(path, 128) +
                                        "\" is a link or device: a layout has none"};
    }
    if (!out.emplace(path, Range{entry->offset, entry->size}).second) {
      return Error{Errc::malformed, "tar: \"" + utf8::printable(path, 128) + "\" stands twice"};
    }
  }
}

class ArchiveFiles final : public LayoutFiles {
 public:
  ArchiveFiles(std::string place, Ranges ranges, FileDescriptor file, std::string bytes,
               MemoryBudget::Reservation memory)
      : place_(std::move(place)),
        ranges_(std::move(ranges)),
        file_(std::move(file)),
        bytes_(std::move(bytes)),
        memory_(std::move(memory)) {}

  Result<std::string> read(std::string_view name, std::size_t most) const override {
    const auto found = ranges_.find(name);
    const std::string shown = place_ + ": " + std::string(name);
    if (found == ranges_.end()) return Error{Errc::not_found, shown + ": not there"};
    const Range& range = found->second;
    if (range.size > most) {
      return Error{Errc::limit, shown + ": " + std::to_string(range.size) + " bytes, limit is " +
                                    std::to_string(most)};
    }
    const auto size = static_cast<std::size_t>(range.size);
    if (file_.open()) return read_range(file_.get(), shown, range.offset, size);
    return bytes_.substr(static_cast<std::size_t>(range.offset), size);
  }
  std::string version() const override { return "archive"; }
  const std::string& place() const override { return place_; }

 private:
  const std::string place_;
  const Ranges ranges_;
  const FileDescriptor file_;  ///< Or `bytes_`.
  const std::string bytes_;
  const MemoryBudget::Reservation memory_;
};

using Opened = Result<std::unique_ptr<LayoutFiles>>;

Opened finish(std::string place, ByteSource& source, FileDescriptor file, std::string bytes,
              MemoryBudget::Reservation memory) {
  Result<Ranges> ranges = index_of(source);
  if (!ranges.ok()) return with_context(ranges.error(), place);
  return std::unique_ptr<LayoutFiles>(
      std::make_unique<ArchiveFiles>(std::move(place), std::move(ranges).value(), std::move(file),
                                     std::move(bytes), std::move(memory)));
}

Opened unpack(std::string place, ByteSource& packed, Compression how, MemoryBudget* budget) {
  const InflateLimits limits{limits::kUnpackedArchiveBytes};
  auto stream = how == Compression::gzip ? open_gzip(packed, limits) : open_zstd(packed, limits);
  if (!stream.ok()) return stream.error();
  MemoryBudget::Reservation memory(budget);
  Result<std::string> bytes =
      read_to_end(*stream.value(), limits::kUnpackedArchiveBytes, memory);
  if (!bytes.ok()) return with_context(bytes.error(), place);
  const std::string& text = bytes.value();
  MemorySource source(text);
  return finish(std::move(place), source, FileDescriptor(), text, std::move(memory));
}

}  // namespace

Opened open_layout_archive(const std::string& path, MemoryBudget* budget) {
  std::string place = "archive " + utf8::printable(path, 256);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.open()) {
    const bool missing = errno == ENOENT;
    return Error{missing ? Errc::not_found : Errc::unavailable,
                 place + (missing ? ": not there" : ": cannot be opened")};
  }
  char begin[4] = {};
  const ssize_t got = ::pread(file.get(), begin, sizeof begin, 0);
  if (got < 0) return Error{Errc::unavailable, place + ": cannot be read"};
  const Compression how = compression_of({begin, static_cast<std::size_t>(got)});
  const std::string name = place;
  FileSource source(file.get(), name);
  if (how != Compression::none) return unpack(std::move(place), source, how, budget);
  return finish(std::move(place), source, std::move(file), std::string(),
                MemoryBudget::Reservation(budget));
}

Opened open_layout_archive_bytes(std::string bytes, const std::string& name, MemoryBudget* budget) {
  const std::string copy = std::move(bytes);
  MemorySource source(copy);
  const Compression how = compression_of(copy);
  if (how != Compression::none) return unpack("archive " + name, source, how, budget);
  return finish("archive " + name, source, FileDescriptor(), copy,
                MemoryBudget::Reservation(budget));
}

}  // namespace portreeve::oci
