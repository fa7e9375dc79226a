#pragma once

// Limits of the repository door; with core/limits.h in `portreeve version --limits`.

#include <cstddef>
#include <cstdint>

namespace portreeve::guard {

inline constexpr std::size_t kTreeFiles = 200'000;  ///< Files below the folder that is judged.
inline constexpr std::uint32_t kTreeDepth = 64;     ///< Folders within each other.
inline constexpr std::size_t kSearchedFileBytes =
    2 * 1024 * 1024;                               ///< Larger ones are not searched for words.
inline constexpr std::uint32_t kCommits = 10'000;  ///< Commit messages read of one change.

}  // namespace portreeve::guard
