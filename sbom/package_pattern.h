#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/pattern.h"
#include "core/result.h"
#include "sbom/inventory.h"
#include "sbom/vers.h"

namespace portreeve::sbom {

/// Which packages a rule is about: a purl in whose namespace and name '*' stands for any part of a
/// segment and '**' for any segments, optional versions, qualifiers only where named; or a name, a
/// CPE or a digest. Compared on canonical, decoded parts. Immutable.
class PackagePattern {
 public:
  struct Parts {
    std::string purl;      ///< "pkg:npm/*/left-pad", "pkg:golang/github.com/acme/**", "pkg:npm/**"
    std::string versions;  ///< vers range, or one version.
    std::string name;      ///< RE2 over the component's name.
    std::string cpe;       ///< CPE 2.3 in which '*' stands for anything.
    std::string sha256;    ///< Of the component, 64 hexadecimal digits.
  };
  /// Errors: misconfigured.
  static Result<PackagePattern> compile(Parts parts);

  /// Whether the component is meant. Nothing: it is, but for a version that cannot be compared.
  std::optional<bool> matches(const Inventory& inventory, std::uint32_t component) const;
  std::string text() const;

 private:
  bool purl_matches(const Purl& purl) const;
  std::optional<bool> version_matches(std::string_view purl_type, std::string_view version) const;
  std::optional<bool> any_purl(const Inventory& inventory, std::uint32_t component) const;
  bool cpe_matches(std::string_view cpe) const;

  Parts parts_;
  std::string type_;
  std::map<std::string, std::string> qualifiers_;
  std::optional<Glob> path_;  ///< Namespace and name.
  std::optional<Vers> versions_;
  std::string version_;
  std::optional<Pattern> name_;
};

}  // namespace portreeve::sbom
