#pragma once

// Package URLs (ECMA-427; the suite of package-url/purl-spec). What a type demands or folds is
// data: sbom/data/purl-types.json.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::sbom {

/// The parts of a package URL, decoded and normalised as its type demands. Empty: not there.
struct Purl {
  std::string type;
  std::string namespace_;
  std::string name;
  std::string version;
  std::map<std::string, std::string> qualifiers;
  std::string subpath;

  /// Strict: what a conforming parser accepts. Repairs only what the specification repairs: slashes
  /// after the scheme, upper case of type and folded parts, '.' and empty segments.
  /// Errors: malformed, "purl "…": reason"; limit.
  static Result<Purl> parse(std::string_view text);
  /// The parts, checked and normalised likewise. Errors: malformed.
  static Result<Purl> build(Purl parts);

  /// The canonical text.
  std::string text() const;
  /// Canonical text without version, qualifiers and subpath: what names the package.
  std::string package() const;
  bool operator==(const Purl& other) const;
};

/// A purl as producers write them.
struct PurlReading {
  Purl purl;
  std::vector<std::string> repairs;  ///< What was wrong with it, in words; empty: it was canonical.
};

/// Takes what strict parsing refuses but only one reading exists for: upper case in qualifier keys,
/// a required namespace or qualifier that is missing, characters that should be encoded. Errors:
/// malformed; limit.
Result<PurlReading> read_purl(std::string_view text);

/// The version scheme (sbom/vers.h) by which versions of a purl type are compared; empty if there
/// is none that we know.
std::string_view version_scheme_of(std::string_view purl_type) noexcept;

inline constexpr std::size_t kPurlBytes = 4096;

}  // namespace portreeve::sbom
