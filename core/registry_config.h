#pragma once

// What a document of kind Registry says (design §5.3). Plain data that policies/ reads and oci/
// uses: neither includes the other.

#include <cstdint>
#include <string>
#include <vector>

#include "core/pattern.h"
#include "core/time.h"

namespace portreeve {

/// Where artifacts are fetched from, and with what. The names that are *checked* are the logical
/// ones (`serves`); the host that is *asked* is `host`.
struct RegistryConfig {
  std::string name;          ///< metadata.name
  std::string host;          ///< "registry.sov.example", "ghcr.io", "localhost:5000".
  std::vector<Glob> serves;  ///< Over "ghcr.io/openova-io/x". Empty: what is below `host` itself.
  /// Put before the repository when asking ("proxy" makes host/proxy/openova-io/x). Default none.
  std::string prefix;
  std::vector<std::string> signatures;     ///< "host/repository": asked besides the artifact's own.
  std::vector<std::string> layouts;        ///< OCI layouts on disk, read before the network.
  std::string ca_file;                     ///< PEM; the only authorities trusted. Empty: the system's.
  std::string docker_config;               ///< config.json or .dockerconfigjson. Empty: anonymous.
  bool credential_helpers = false;         ///< Runs docker-credential-* programs. Never in `serve`.
  std::vector<std::string> token_servers;  ///< Hosts besides `host` that may be shown credentials.
  std::string proxy;                       ///< "http://host:port". Empty: none.
  std::string owner;                       ///< Whom to ask when it fails; shown in findings.
  bool unsafe_plain_http = false;          ///< http:// instead of https://.
  std::uint32_t parallel = 8;              ///< Requests at once.
  std::uint32_t requests_per_second = 20;  ///< Sustained; a burst of twice as many.
  Milliseconds deadline{4'000};            ///< Of one request, retries and token included.
  std::string where;                       ///< "file:line:column" of the document.
};

}  // namespace portreeve
