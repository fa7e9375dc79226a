#include "charts/package.h"

#include <set>

#include "core/inflate.h"
#include "core/limits.h"
#include "core/tar.h"
#include "core/utf8.h"

namespace portreeve::charts {
namespace {

Error bad(const std::string& path, const std::string& why) {
  return Error{Errc::malformed, "\"" + utf8::printable(path, 128) + "\": " + why};
}

// The path below the top directory; empty for that itself.
Result<std::string> inner_path(const TarEntry& entry, std::string& top) {
  PORTREEVE_TRY(const std::string path, clean_path(entry.path));
  const bool folder = entry.type == TarEntry::Type::directory;
  if (entry.path != path && !(folder && entry.path == path + "/")) {
    return bad(entry.path, "Helm reads such a path differently; expected \"" +
                               utf8::printable(path, 128) + "\"");
  }
  const std::size_t slash = path.find('/');
  const std::string first = path.substr(0, slash);
  if (slash == std::string::npos && !folder) {
    return bad(path, "a file beside the chart's directory");
  }
  if (top.empty()) top = first;
  if (first != top) {
    return bad(path, "a second top directory beside \"" + utf8::printable(top, 64) +
                         "\": Helm merges them");
  }
  return slash == std::string::npos ? std::string() : path.substr(slash + 1);
}

Outcome check_type(const TarEntry& entry) {
  switch (entry.type) {
    case TarEntry::Type::file:
    case TarEntry::Type::directory:
      return Done{};
    case TarEntry::Type::hard_link:
      return bad(entry.path, "a hard link");
    case TarEntry::Type::symbolic_link:
      return bad(entry.path, "a symbolic link");
    case TarEntry::Type::device:
      return bad(entry.path, "a device");
  }
  return bad(entry.path, "an entry of unknown type");
}

}  // namespace

Outcome Allowance::take_file(std::uint64_t size) {
  if (++files > limits::kChartFiles) {
    return Error{Errc::limit, "more than " + std::to_string(limits::kChartFiles) + " files"};
  }
  if (size > limits::kChartFileBytes) {
    return Error{Errc::limit, "a file of " + std::to_string(size) + " bytes; Helm takes " +
                                  std::to_string(limits::kChartFileBytes)};
  }
  bytes += size;
  if (bytes <= limits::kChartUnpackedBytes) return Done{};
  return Error{Errc::limit,
               "unpacks to more than " + std::to_string(limits::kChartUnpackedBytes) + " bytes"};
}

Result<Unpacked> unpack(std::string_view bytes, Allowance& allowance) {
  if (bytes.size() > limits::kChartBytes) {
    return Error{Errc::limit, "a package of " + std::to_string(bytes.size()) + " bytes; at most " +
                                  std::to_string(limits::kChartBytes)};
  }
  if (compression_of(bytes) != Compression::gzip) {
    return Error{Errc::malformed, "not a gzip file, as a chart package is"};
  }
  MemorySource memory(bytes);
  PORTREEVE_TRY(const auto stream, open_gzip(memory, {limits::kChartUnpackedBytes}));
  TarReader tar(*stream, {limits::kChartUnpackedBytes, limits::kChartFiles});
  Unpacked out;
  std::set<std::string, std::less<>> folders;
  while (true) {
    PORTREEVE_TRY(const std::optional<TarEntry> entry, tar.next());
    if (!entry) break;
    PORTREEVE_CHECK(check_type(*entry));
    PORTREEVE_TRY(const std::string path, inner_path(*entry, out.top));
    if (entry->type == TarEntry::Type::directory) {
      folders.insert(path);
      continue;
    }
    PORTREEVE_CHECK(allowance.take_file(entry->size));
    PORTREEVE_TRY(std::string data, tar.data(limits::kChartFileBytes));
    if (!out.files.emplace(path, std::move(data)).second) return bad(entry->path, "is there twice");
  }
  // The stream's own end and checksum lie behind the archive's.
  char rest = 0;
  PORTREEVE_TRY(const std::size_t more, stream->read(&rest, 1));
  if (more != 0) return Error{Errc::malformed, "bytes behind the archive's end"};
  if (out.files.empty()) return Error{Errc::malformed, "an archive without files"};
  for (const auto& [path, text] : out.files) {
    if (folders.count(path) != 0) return bad(path, "is a file and a directory");
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      if (out.files.count(path.substr(0, slash)) != 0)
        return bad(path.substr(0, slash), "is a file and a directory");
    }
  }
  return out;
}

}  // namespace portreeve::charts
