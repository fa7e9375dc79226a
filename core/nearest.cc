#include "core/nearest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace portreeve {

std::size_t levenshtein(std::string_view a, std::string_view b, std::size_t max) {
  if (a.size() > b.size()) std::swap(a, b);
  max = std::min(max, b.size());
  if (b.size() - a.size() > max) return max + 1;
  // Only cells within `max` of the diagonal can lead to an answer of at most `max`.
  std::vector<std::size_t> row(a.size() + 1);
  for (std::size_t j = 0; j <= a.size(); ++j) row[j] = std::min(j, max + 1);
  for (std::size_t i = 1; i <= b.size(); ++i) {
    const std::size_t first = i > max ? i - max : 0;
    if (first > a.size()) return max + 1;
    const std::size_t last = std::min(a.size(), i + max);
    std::size_t diagonal = row[first > 0 ? first - 1 : 0];
    std::size_t smallest = max + 1;
    if (first > 0) {
      row[first - 1] = max + 1;
    } else {
      smallest = row[0] = std::min(i, max + 1);
    }
    for (std::size_t j = std::max<std::size_t>(first, 1); j <= last; ++j) {
      const std::size_t edit = std::min(row[j], row[j - 1]) + 1;
      const std::size_t same = diagonal + (a[j - 1] == b[i - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({edit, same, max + 1});
      smallest = std::min(smallest, row[j]);
    }
    if (smallest > max) return max + 1;
  }
  return std::min(row[a.size()], max + 1);
}

}  // namespace portreeve
