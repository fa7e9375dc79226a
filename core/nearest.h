#pragma once

// Which known word a mistyped one was meant to be. Bytes are compared, case matters.

#include <cstddef>
#include <optional>
#include <string_view>

namespace portreeve {

/// Insertions, deletions and replacements that lead from `a` to `b`; `max` + 1 when more than `max`
/// are needed. Time is linear in the longer text times `max`.
std::size_t levenshtein(std::string_view a, std::string_view b, std::size_t max);

/// The candidate within `max` edits of `word` that needs the fewest, the first of equals.
template <class Candidates>
std::optional<std::string_view> nearest(const Candidates& candidates, std::string_view word,
                                        std::size_t max) {
  std::optional<std::string_view> best;
  std::size_t best_distance = max + 1;
  for (const auto& entry : candidates) {
    const std::string_view candidate(entry);
    const std::size_t distance = levenshtein(candidate, word, max);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace portreeve
