#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve {

/// Several regular expressions (RE2: linear time, bounded memory) looked for anywhere in a text,
/// letter case ignored. Immutable, cheap to copy, safe from many threads.
class PatternSearch {
 public:
  struct Match {
    std::uint32_t begin = 0;  ///< Bytes of the text.
    std::uint32_t end = 0;
  };
  /// Errors: misconfigured (none, one that RE2 refuses, one that matches nothing at all).
  static Result<PatternSearch> compile(const std::vector<std::string>& expressions);
  /// The first `most` matches, from left to right, none within another.
  std::vector<Match> find(std::string_view text, std::size_t most) const;

 private:
  struct Compiled;
  explicit PatternSearch(std::shared_ptr<const Compiled> compiled)
      : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace portreeve
