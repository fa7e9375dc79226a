#pragma once

// The only door of the gate to the network: HTTP/1.1 over TLS 1.2+, event-driven, for peers that
// are hostile until their request is complete. Specification: RFC 9112, narrowed (see
// request_check.h).
//
// After any refusal the connection is closed, so nothing hides behind a bad request. When room is
// short (connections, descriptors) the oldest is closed first, in this order: silent before the
// handshake, handshake in progress, head in progress, idle, body in progress; never one that waits
// for the handler or for its answer.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "net/tls_files.h"

namespace portreeve::net {

/// One complete request. Views are valid until Respond was called (or its last copy destroyed);
/// a handler that answers before it returns must not use them after the call.
struct HttpRequest {
  std::string_view method;
  std::string_view path;          ///< Percent-encoding as sent, query cut off.
  std::string_view query;         ///< Without '?'.
  std::string_view content_type;  ///< Of the one Content-Type field; empty if none.
  std::string body;               ///< Moved out by the handler.
  std::string peer;               ///< "address:port" of the TCP peer; never from a header.
  std::string client_subject;     ///< Subject of a verified client certificate; empty if none.
  SteadyTime received;            ///< When the request's first byte was read.
};

struct HttpResponse {
  unsigned status = 500;
  std::string content_type;
  std::string body;
  std::uint32_t retry_after_s = 0;  ///< 0: no Retry-After. Never more than 1 (k8s-webhook §1.2).
  std::string allow;                ///< Value of Allow with 405.
  bool close = false;
};

/// May be called from any thread, once; a second call is ignored and counted. If it is dropped
/// without a call, the peer gets HTTP 500 and the connection is closed: forgetting is not allowing.
using Respond = std::function<void(HttpResponse)>;

/// Called on an I/O thread; must not block. What it throws becomes HTTP 500 and close.
using Handler = std::function<void(HttpRequest, Respond)>;

/// What may be asked of a path before its body is read. Returning a response refuses the request
/// (the connection is closed after it).
struct RouteLimits {
  std::size_t body_bytes = 0;
};
/// nullopt-like: `status` 0 means go on. Called with method, path, content type.
using Gate = std::function<HttpResponse(std::string_view method, std::string_view path,
                                        std::string_view content_type, RouteLimits& limits)>;

/// Counters and gauges; read at any time from any thread.
struct ListenerStats {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;
  std::uint64_t idle = 0;                 ///< Past the handshake, no request in progress.
  std::uint64_t silent_cut = 0;           ///< Closed at the deadline without having sent a byte.
  std::uint64_t handshakes_failed = 0;    ///< Refused by TLS or not complete at the deadline.
  std::uint64_t handshakes_refused = 0;   ///< Shed: too many in progress from one address.
  std::uint64_t shed_idle = 0;            ///< Oldest idle connections closed under pressure.
  std::uint64_t shed_unfinished = 0;      ///< The same for silent ones, handshakes and slow heads.
  std::uint64_t connections_refused = 0;  ///< New ones closed: every connection was working.
  std::uint64_t requests = 0;             ///< Given to the handler.
  std::uint64_t refused_requests = 0;     ///< Bad framing, limits, time-outs, the Gate's refusals.
  std::uint64_t request_timeouts = 0;     ///< Those of them that were too slow (408).
  std::uint64_t dropped_responses = 0;    ///< Handlers that threw or never answered: HTTP 500.
  std::uint64_t repeated_responses = 0;   ///< Calls of Respond after the first; ignored.
  std::uint64_t body_bytes = 0;           ///< Request bodies held now.
  std::uint64_t clients_refused = 0;      ///< Of the failed handshakes, for their certificate.
  std::string last_client_refusal;        ///< Why the last of these was.
  std::uint64_t certificate_reloads = 0;
  std::uint64_t certificate_reload_failures = 0;
};

struct ListenerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the kernel chooses; see HttpsListener::port().
  bool tls = true;         ///< false: plain HTTP, for the health and metrics listener.
  unsigned threads = 1;    ///< I/O threads, 1–2.
  std::shared_ptr<TlsFiles> certificates;  ///< REQUIRES when tls.
  std::uint32_t connections = 0;  ///< 0: limits::kConnections (less what descriptors allow).
  // Deadlines default to core/limits.h; tests shorten them.
  Milliseconds handshake_deadline{0};
  Milliseconds header_deadline{0};
  Milliseconds body_deadline{0};
  Milliseconds idle_deadline{0};
  Milliseconds write_deadline{0};
};

class HttpsListener {
 public:
  /// Binds and starts. Errors: misconfigured (address, certificate), unavailable (port in use).
  static Result<std::unique_ptr<HttpsListener>> start(ListenerOptions options, Gate gate,
                                                      Handler handler);
  virtual ~HttpsListener() = default;  ///< stop()s without patience.

  virtual std::uint16_t port() const noexcept = 0;
  virtual ListenerStats stats() const = 0;
  /// Answers with Connection: close from now on, still accepting.
  virtual void drain() = 0;
  /// drain()s, closes the listening socket, waits until no request is in progress, at most
  /// `patience`; then closes everything and joins the threads. Afterwards neither Gate nor Handler
  /// is called or held, and a late Respond does nothing. Idempotent. REQUIRES: not called from a
  /// Handler or Gate.
  virtual void stop(Milliseconds patience) = 0;
};

}  // namespace portreeve::net
