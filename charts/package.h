#pragma once

// A chart package: one gzip member over one tar archive (pkg/chart/loader/archive.go). Nothing is
// ever written to disk.

#include <string_view>

#include "charts/metadata.h"
#include "charts/reader.h"

namespace portreeve::charts {

/// What is counted over a chart and all its subcharts.
struct Allowance {
  MemoryBudget* memory = nullptr;
  std::uint64_t bytes = 0;  ///< Unpacked so far.
  std::uint32_t files = 0;

  /// Errors: limit.
  Outcome take_file(std::uint64_t size);
};

/// A package's files, without their top directory.
struct Unpacked {
  MemoryFiles::Map files;
  std::string top;  ///< That directory.
};

/// Refused, beyond what core/tar.h and core/inflate.h refuse: links, devices, two files of one
/// name, files outside one top directory, names that Helm would read differently. Errors:
/// malformed, limit.
Result<Unpacked> unpack(std::string_view bytes, Allowance& allowance);

}  // namespace portreeve::charts
