#pragma once

// Version ranges ("vers:npm/>=1.0.0|<2.0.0"; package-url/vers-spec). Constraints are sorted
// signposts on the line of versions, not conditions joined by and and or.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::sbom {

/// A set of versions of one scheme. Immutable once parsed; safe from many threads.
class Vers {
 public:
  enum class Comparator { equal, not_equal, less, less_equal, greater, greater_equal, any };
  struct Constraint {
    Comparator comparator = Comparator::equal;
    std::string version;  ///< Decoded; empty for `any`.
  };

  /// The canonical form only: no blanks, sorted, encoded no more than needed, comparable versions.
  /// Errors: malformed with the reason; unsupported for a scheme that we do not know; limit.
  static Result<Vers> parse(std::string_view text);
  /// As parse(), but puts constraints in order.
  static Result<Vers> normalise(std::string_view text);

  const std::string& scheme() const noexcept { return scheme_; }
  const std::vector<Constraint>& constraints() const noexcept { return constraints_; }
  std::string text() const;

  /// Whether the version is in the range. Nothing: it cannot be compared under this scheme, which
  /// is neither in nor out.
  std::optional<bool> contains(std::string_view version) const;

 private:
  Vers() = default;
  static Result<Vers> read(std::string_view text);
  Outcome sort();
  std::string scheme_;
  std::vector<Constraint> constraints_;
  std::vector<Constraint> bounds_;  ///< Simplified, without = and !=.
};
std::string_view to_string(Vers::Comparator comparator) noexcept;

inline constexpr std::size_t kVersBytes = 8192;
inline constexpr std::size_t kVersConstraints = 512;

}  // namespace portreeve::sbom
