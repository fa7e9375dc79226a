#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"

typedef struct ssl_ctx_st SSL_CTX;

namespace portreeve::net {

/// Where the serving pair and the optional client CA come from.
struct TlsOptions {
  std::string
      certificate_file;  ///< PEM chain, leaf first. Empty (both): a self-signed pair is made.
  std::string key_file;  ///< PEM.
  std::string
      client_ca_file;  ///< PEM; when set, a client certificate is required (clientAuth EKU).
  std::string self_signed_names = "localhost";  ///< Comma-separated DNS names and addresses.
};

/// Holds the current TLS context and replaces it when the files change and the new set is good
/// (parsable and complete, at most 1 MiB a file, key matches leaf, leaf within its validity, has
/// SANs, allows serverAuth, not weaker than P-256/RSA-2048, client CA readable). On any error the
/// old context stays and the failure is counted. Symbolic links are followed: Kubernetes mounts
/// secrets through them. Handshakes that began keep the context they began with. Thread-safe.
class TlsFiles {
 public:
  /// Errors: misconfigured.
  static Result<std::shared_ptr<TlsFiles>> load(TlsOptions options, TimePoint now);
  ~TlsFiles();

  /// The context for the next handshake; keeps its own reference for as long as it is held.
  std::shared_ptr<SSL_CTX> current() const;
  /// Looks at the files again; a call without a change costs three stat(2). True if a new set was
  /// taken, false if nothing changed. A self-signed pair stays as it is: clients trust that one.
  /// Errors: misconfigured; the old set stays, and the next call tries again, because a set may
  /// become good without a change (its validity begins, the other half is written).
  Result<bool> reload(TimePoint now);
  /// PEM of the certificates a client should trust: the self-signed leaf, or the file's last one.
  std::string ca_bundle_pem() const;
  TimePoint not_after() const;
  /// Sets taken by reload(), and calls of it that failed.
  std::uint64_t reloads() const noexcept;
  std::uint64_t reload_failures() const noexcept;

 private:
  struct State;
  explicit TlsFiles(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace portreeve::net
