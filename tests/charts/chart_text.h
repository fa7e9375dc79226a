#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "charts/reader.h"
#include "tests/oci/tar_text.h"

namespace portreeve::testing {

/// The faults of a reading, one a line.
inline std::string faults(const charts::Reading& reading) {
  std::string out;
  for (const charts::Fault& fault : reading.faults) out += fault.text() + "\n";
  return out;
}

inline charts::Reading read_files(charts::MemoryFiles::Map files,
                                  charts::Form form = charts::Form::source) {
  return charts::read_folder(charts::MemoryFiles(std::move(files)), form, nullptr);
}

}  // namespace portreeve::testing
