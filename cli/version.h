#pragma once

#include <string_view>

namespace portreeve::cli {

/// The same as the project's version in CMakeLists.txt; a test compares them.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace portreeve::cli
