#pragma once

// The only way out of the process over HTTP: single requests with a deadline and a size, over TLS
// 1.2 or newer with a verified peer, for servers that are hostile until their answer is complete.
//
// Not done here, on purpose: redirects (an answer like any other), credentials (a field that the
// caller sets), retries, decompression, cookies. Environment variables, .netrc, proxies of the
// system and the OpenSSL configuration are not honoured. HTTP/1.1 (RFC 9112) only: header fields
// stay as they were sent, and repeated ones stay visible.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "net/address_class.h"
#include "net/url.h"

namespace portreeve::net {

struct HttpField {
  std::string name;  ///< Lower case in replies.
  std::string value;
};

/// One request.
struct HttpCall {
  std::string method = "GET";  ///< GET, HEAD or POST.
  Url url;
  std::vector<HttpField> fields;  ///< Without Host, Content-Length, Accept-Encoding: set here.
  std::string body;               ///< POST only.
  std::size_t body_limit = 64 * 1024;  ///< Bytes of the answer's body.
  SteadyTime deadline{};               ///< Of the whole request, connecting included.
  /// The furthest class of address that may be connected to; judged after name resolution.
  AddressClass reach = AddressClass::loopback;
  MemoryBudget* memory = nullptr;                ///< Counts the body while it grows; may be null.
  const std::atomic<bool>* cancelled = nullptr;  ///< Looked at every 50 ms; may be null.
};

/// One complete answer, of any status.
struct HttpReply {
  unsigned status = 0;
  std::vector<HttpField> fields;
  std::string body;
  AddressClass peer = AddressClass::reserved;  ///< Whom we talked to (the proxy, if there is one).
  MemoryBudget::Reservation memory;            ///< Holds the body's bytes in the budget.

  /// The value of a field that may stand once; empty if it is not there. Errors: malformed, if it
  /// stands there twice.
  Result<std::string> single(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
};

/// The seam. Thread-safe; blocks, at the longest until the latest deadline of the calls.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Performs all calls at the same time; one result for each, in their order.
  ///
  /// Errors: unavailable (name, connection, deadline, cancelled, an answer cut short), untrusted
  /// (certificate, host name, address class), limit (body, header, memory), malformed (what is no
  /// HTTP/1.1 answer, or is coded), misconfigured (plain http without permission). Messages name the
  /// URL without its query, and no field.
  virtual std::vector<Result<HttpReply>> perform(std::vector<HttpCall> calls) const = 0;

  Result<HttpReply> perform_one(HttpCall call) const;
};

struct HttpClientOptions {
  /// PEM of the only authorities to trust. Empty: the system's.
  std::string ca_pem;
  /// "http://host:port". Empty: none. The proxy resolves names, so address classes are then only
  /// checked where the URL itself holds an address.
  std::string proxy;
  Milliseconds connect_deadline{3'000};
  bool unsafe_plain_http = false;  ///< Permits http:// URLs: anyone on the way can read and change.
};

/// Keeps connections for later calls of any thread. Errors: misconfigured (CA, proxy).
Result<std::shared_ptr<const HttpClient>> make_http_client(HttpClientOptions options);

/// Seconds to wait as a Retry-After field says (RFC 9110 §10.2.3), seconds or HTTP-date; at most an
/// hour. -1: no or bad value.
std::int64_t retry_after_seconds(std::string_view value, TimePoint now) noexcept;

}  // namespace portreeve::net
