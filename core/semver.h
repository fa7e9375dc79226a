#pragma once

// Versions (SemVer 2.0.0) and version ranges as Blueprints and Helm charts write them.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace portreeve {

/// A version that follows SemVer 2.0.0 to the letter: three numbers without leading zeros, no "v".
/// Numbers may be of any length; they are compared as text.
class Version {
 public:
  /// Errors: malformed, with what is wrong and at which character: 'version "1.02.3": leading zero
  /// at character 3'.
  static Result<Version> parse(std::string_view text);

  const std::string& text() const noexcept { return text_; }
  std::string_view major() const noexcept;
  std::string_view minor() const noexcept;
  std::string_view patch() const noexcept;
  std::string_view prerelease() const noexcept;  ///< Without its '-'; empty for a release.
  std::string_view build() const noexcept;       ///< Without its '+'; empty if there is none.

 private:
  explicit Version(std::string text) : text_(std::move(text)) {}
  std::string text_;
  std::size_t minor_ = 0;  ///< Where each part begins; a part ends one byte before the next.
  std::size_t patch_ = 0;
  std::size_t prerelease_ = 0;
  std::size_t build_ = 0;
};

/// Precedence (SemVer 2.0.0 §11): <0, 0, >0. Build metadata does not count.
int compare(const Version& a, const Version& b) noexcept;

/// The lowest version that a text can mean which somebody wrote as a version: "v1.4" and "01.4.0" are
/// 1.4.0, "1.4.x" and "1.4.0-rc.01" are 1.4.0-0, the lowest pre-release. For comparing with what is
/// stored already, never for accepting it. Nothing if no number begins the text ("latest").
std::optional<Version> lowest_reading(std::string_view text);

inline constexpr std::size_t kRangeBytes = 512;  ///< Masterminds/semver refuses longer ones, too.

/// A set of versions in the notation of Masterminds/semver 3.4, which Helm and Flux use:
///   1.2.3 =1.2.3 !=1.2 >1 >=1.2 <2 <=2 ~1.2 ^1.2 1.2.x 1.x * "1.0 - 2.0"
/// joined by comma or space (and) and "||" (or). Numbers left out or written x, X or * stand for
/// any. A "v" before a version is tolerated, as it is there. A pre-release is contained only if a
/// member of the same and-group names a pre-release. Immutable, cheap to copy, safe from many
/// threads.
class VersionRange {
 public:
  /// Errors: malformed, with what is wrong and at which character: 'version range "^1.2,": expected
  /// a version at character 6, found the end'; limit.
  static Result<VersionRange> parse(std::string_view text);
  bool contains(const Version& version) const;
  /// Whether no version can be in it: ">2 <1". False where that takes more than a few steps to see.
  bool empty() const;
  const std::string& text() const noexcept;

 private:
  struct Compiled;
  explicit VersionRange(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace portreeve
