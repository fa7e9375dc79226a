#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "net/https_listener.h"
#include "net/tls_files.h"
#include "policies/sources.h"

namespace portreeve::webhook {

/// "address:port"; port 0 lets the kernel choose. Errors: misconfigured.
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  static Result<Endpoint> parse(std::string_view text);
};

struct ServerOptions {
  std::string listen = "127.0.0.1:9443";
  std::string ops_listen = "127.0.0.1:9444";
  net::TlsOptions tls;
  policies::SourceOptions policies;
  std::string decision_log;  ///< Empty: standard output.
  bool log_sync = false;
  unsigned io_threads = 1;
  Milliseconds drain{15000};
};

/// The gate: listener, health, metrics, reloads. Starts nothing that needs the network.
class Server {
 public:
  /// Errors: misconfigured, unavailable (port in use).
  static Result<std::unique_ptr<Server>> start(ServerOptions options);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t ops_port() const = 0;
  /// PEM that a client should trust.
  virtual std::string ca_bundle() const = 0;
  /// Looks for changed files (certificates, policies) once; the server does so by itself each second.
  virtual void poll_files() = 0;
  /// SIGHUP: reopens the decision log and looks for changed files.
  virtual void reload() = 0;
  /// Not ready from now on; accepts for ServerOptions::drain more, finishes what is in flight, stops.
  virtual void drain_and_stop() = 0;
};

}  // namespace portreeve::webhook
