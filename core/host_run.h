#pragma once

// Host names as they stand in text: labels between dots, whatever script writes them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fold.h"

namespace portreeve {

/// Letters, digits, hyphens and dots in a row, cut into labels. Dots are all that IDNA (UTS #46)
/// reads as one.
struct HostRun {
  static constexpr std::size_t kLabels = 128;  ///< More than any host name has.

  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  /// Where the labels after the last empty one begin and end, at least the last kLabels of them.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> labels;
  bool final_dot = false;
};

/// Reads the run that begins at `at`; empty if none does. Reuses the memory of `run`.
void read_host_run(std::string_view text, std::uint32_t at, HostRun& run);

/// Offset of the next character at which a run can begin, at most `end`.
std::uint32_t skip_to_host(std::string_view text, std::uint32_t at, std::uint32_t end);

/// A label in every form in which it can be shown, to compare others with.
struct HostLabel {
  enum class Match { no, equal, disguised };

  std::string text;  ///< Lower-case ASCII.
  fold::Forms forms;
  std::string upper_lookalike;

  explicit HostLabel(std::string_view label);
  Match match(std::string_view label) const;
  /// Whether a label that match() accepts can begin with this ASCII character: "l0" looks like "IO".
  bool may_begin_with(char c) const;
};

bool equal_but_case(std::string_view text, std::string_view lower) noexcept;

}  // namespace portreeve
