#pragma once

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "charts/reader.h"
#include "tests/oci/tar_text.h"

namespace portreeve::charts {

/// The faults of a reading, one a line: "Chart.yaml:3:1: reason".
inline std::string faults(const Reading& reading) {
  std::string out;
  for (const Fault& fault : reading.faults) out += fault.text() + "\n";
  return out;
}

inline Reading read_files(MemoryFiles::Map files, Form form = Form::source) {
  return read_folder(MemoryFiles(std::move(files)), form, nullptr);
}

inline std::string gzip(const std::string& text) {
  z_stream stream{};
  (void)deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  (void)deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  (void)deflateEnd(&stream);
  return out;
}

using Entries = std::vector<std::pair<std::string, std::string>>;

inline std::string tar_of(const Entries& entries) {
  std::string out;
  for (const auto& [path, text] : entries) out += oci::tar_entry(path, text);
  return out + std::string(1024, '\0');
}

/// A package as `helm package` makes it.
inline std::string package(const Entries& entries) { return gzip(tar_of(entries)); }

/// "apiVersion: v2 …" of a chart.
inline std::string chart_yaml(const std::string& name, const std::string& version = "1.0.0",
                              const std::string& more = "") {
  return "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n" + more;
}

}  // namespace portreeve::charts
