#pragma once

// Absolute http(s) URLs as text: taken apart, compared and resolved, never decoded. A presigned URL
// loses its signature when somebody decodes and re-encodes it, and a decoded one can mean another
// place than the one that was checked. Pure. Specification: RFC 3986, narrowed.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::net {

/// One absolute URL. At most 8 KiB of printable ASCII; no user information; no fragment; the host a
/// DNS name, a dotted IPv4 address of four decimal numbers, or a bracketed IPv6 address. What the
/// resolver would read as an address although it does not look like one (decimal, octal or short
/// forms) is refused.
struct Url {
  std::string scheme = "https";  ///< "https" or "http".
  std::string host;              ///< Lower case; IPv6 in brackets.
  std::uint16_t port = 443;      ///< Always explicit.
  std::string target = "/";      ///< Path and query as they were written; begins with '/'.

  /// Errors: malformed; unsupported for another scheme.
  static Result<Url> parse(std::string_view text);
  /// What a Location or Link field of an answer from this URL points to (RFC 3986 §5.2). A fragment
  /// is dropped. Errors: as parse().
  Result<Url> resolve(std::string_view reference) const;

  /// "host", or "host:port" when the port is not the scheme's own; as a Host field has it.
  std::string authority() const;
  std::string origin() const { return scheme + "://" + authority(); }
  std::string text() const { return origin() + target; }
  /// For messages and logs: without the query, which may hold a signature or a token.
  std::string shown() const { return origin() + target.substr(0, target.find('?')); }
  /// Same scheme, host and port (RFC 6454 §5).
  bool same_origin(const Url& other) const noexcept {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
std::string percent_encode(std::string_view text);

}  // namespace portreeve::net
