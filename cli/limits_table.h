#pragma once

#include <string>
#include <vector>

namespace portreeve::cli {

struct LimitRow {
  std::string name;     ///< As in core/limits.h, without the k: "ReviewBytes".
  std::string value;    ///< "20 MiB", "256", "3 s"
  std::string meaning;
};

/// Every limit of core/limits.h, in its order. A test holds names and values against that file.
const std::vector<LimitRow>& limits_table();

}  // namespace portreeve::cli
