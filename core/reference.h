#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/result.h"

namespace portreeve {

/// What a name without a registry means ("nginx", "team/app", "docker.io/nginx").
enum class ShortNames {
  refuse,  ///< An error that says the full name.
  docker,  ///< As container runtimes read it: docker.io, and library/ before a single component.
};

/// `registry/repository[:tag][@digest]`, in one canonical form: two references to the same place
/// are equal as text, except that a port is kept even where it is the default. Immutable.
///
/// The registry is a host with an optional port: DNS name in lower case (upper case is folded),
/// dotted IPv4 or bracketed IPv6; without scheme, user information or trailing dot. Repository and
/// tag follow the OCI distribution-spec 1.1, "Pulling manifests"; the digest is core/digest.h.
/// A missing tag stays missing; nothing becomes "latest".
class Reference {
 public:
  /// Errors: malformed; unsupported for a digest algorithm other than sha256.
  static Result<Reference> parse(std::string_view text, ShortNames short_names);

  const std::string& registry() const noexcept { return registry_; }  ///< "ghcr.io:443"
  const std::string& repository() const noexcept { return repository_; }
  const std::string& tag() const noexcept { return tag_; }  ///< Empty when there is none.
  const std::optional<Digest>& digest() const noexcept { return digest_; }
  /// Whether parse() had to add a registry or library/.
  bool expanded() const noexcept { return expanded_; }

  std::string name() const { return registry_ + "/" + repository_; }
  std::string text() const;

 private:
  Reference() = default;
  std::string registry_;
  std::string repository_;
  std::string tag_;
  std::optional<Digest> digest_;
  bool expanded_ = false;
};

}  // namespace portreeve
