#pragma once

// A strict reader of tar archives: POSIX ustar and pax (IEEE 1003.1-2017, "pax Interchange Format")
// and GNU long names. What readers are known to read differently is refused: sparse files,
// multi-volume archives, old V7 headers, two names for one entry, an archive without its end,
// bytes behind the end.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/byte_source.h"
#include "core/result.h"

namespace portreeve {

struct TarLimits {
  std::uint64_t bytes;    ///< Of the whole stream.
  std::uint32_t entries;  ///< Headers of any type.
};

struct TarEntry {
  enum class Type { file, directory, hard_link, symbolic_link, device };

  std::string path;  ///< As written; see clean_path().
  Type type = Type::file;
  std::uint64_t size = 0;    ///< Of its data; 0 but for files.
  std::uint64_t offset = 0;  ///< Of its data in the stream.
};

/// Reads headers one after the other. Borrows the source. Not thread-safe.
class TarReader {
 public:
  TarReader(ByteSource& source, const TarLimits& limits) : source_(source), limits_(limits) {}

  /// The next entry; what was not read of the one before is skipped. Nothing at the archive's end,
  /// which is two blocks of zeros and then only zeros. Errors: malformed, limit, and the source's.
  Result<std::optional<TarEntry>> next();
  /// The data of the last entry; at most `most` bytes are taken into memory. Errors: as next().
  Result<std::string> data(std::size_t most);

 private:
  struct Header;
  Result<bool> read_block(char* block);
  Outcome read_exactly(char* data, std::size_t size);
  Outcome skip(std::uint64_t size);
  Outcome finish_entry();
  Outcome only_zeros();
  Outcome extended(const Header& header);
  Outcome pax(std::string_view records, bool global);
  Outcome pax_record(std::string_view key, std::string_view value, bool global);
  Result<TarEntry> to_entry(const Header& header);

  ByteSource& source_;
  TarLimits limits_;
  std::uint64_t at_ = 0;       ///< Bytes of the stream that were taken.
  std::uint64_t left_ = 0;     ///< Data of the current entry.
  std::uint64_t padding_ = 0;  ///< Behind it.
  std::uint32_t entries_ = 0;
  bool ended_ = false;
  // From headers that describe the next entry.
  std::optional<std::string> long_name_, pax_path_;
  std::optional<std::uint64_t> pax_size_;
};

/// A path as it may be used: relative, '/'-separated, without "." (leading "./" is dropped), "..",
/// empty components, backslashes, control characters; valid UTF-8; at most 1,024 bytes; a trailing
/// '/' of a directory is dropped. Errors: malformed.
Result<std::string> clean_path(std::string_view path);

}  // namespace portreeve
