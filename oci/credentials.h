#pragma once

// Who we are to a registry: docker's config.json, and Kubernetes pull secrets of the types
// kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg as mounted files.
//
// Shapes and matching: docker/cli "config.json", kubelet's credential provider (labels of the host
// match as shell globs, label counts are equal, the port is equal). Two deviations, both narrower:
// a path matches at a component boundary only ("/team" is not for "/team-evil"), and a key with a
// letter of another case than the host's is folded, not ignored.
//
// Limit: kCredentialFileBytes. No secret ever appears in an error.

#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "oci/secret.h"

namespace portreeve::oci {

/// One way to log in. Empty username and tokens: none.
struct Credential {
  std::string username;
  Secret password;
  Secret identity_token;  ///< OAuth2 refresh token: POSTed to the token server.
  Secret registry_token;  ///< A bearer token to be sent as it is.
  /// Names the entry without anything secret: part of cache keys and messages.
  std::string id;
};

/// What one file says. Immutable.
class CredentialFile {
 public:
  /// Reads either shape: {"auths": {…}, "credHelpers": {…}, "credsStore": …}, or the old
  /// {"host": {"auth": …}}. `name` stands in messages. Unknown members are ignored: the file is
  /// docker's. Errors: malformed (an entry that cannot be read makes the file unusable: silently
  /// asking as nobody could find other content), limit.
  static Result<CredentialFile> parse(std::string_view text, const std::string& name);

  /// Credentials that fit, the longest key first. `host` as "ghcr.io" or "localhost:5000".
  std::vector<Credential> lookup(std::string_view host, std::string_view repository) const;
  /// The program docker-credential-… for this host; empty: none.
  std::string helper(std::string_view host) const;

 private:
  struct Entry {
    std::string host;  ///< May hold globs; with port if the key had one.
    std::string path;  ///< Without leading '/'.
    Credential credential;
  };
  struct Helper {
    std::string host, suffix;
  };
  friend class CredentialReader;
  std::vector<Entry> entries_;  ///< Longest key first.
  std::vector<Helper> helpers_;
  std::string store_;
};

/// Where credentials for a registry come from; looked at when they are needed, so that a rotated
/// secret is used without a restart. Thread-safe.
struct CredentialSource {
  std::string file;               ///< Empty: anonymous.
  bool helpers = false;           ///< May run programs: never in `serve`.
  Milliseconds patience{5'000};   ///< Of a helper.

  /// All that fit, best first; empty: anonymous. Errors: misconfigured, malformed, limit,
  /// unavailable (helper).
  Result<std::vector<Credential>> lookup(std::string_view host, std::string_view repository) const;
};

}  // namespace portreeve::oci
