#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "crypto/openssl_ptr.h"

namespace portreeve::crypto {

/// A certificate chain with the key of its leaf, fit to serve TLS: only parse() makes one.
struct ServerPair {
  std::vector<CertificatePtr> chain;  ///< Leaf first; never empty.
  KeyPtr key;
  TimePoint not_before;  ///< Of the leaf.
  TimePoint not_after;   ///< Of the leaf; later than `now` was.
  std::string last_pem;  ///< The chain's last certificate.

  /// Refuses what clients would refuse, so that a bad file is noticed here: key and leaf must
  /// belong together, `now` must be within the leaf's validity, its key at least P-256, RSA-2048 or
  /// Ed25519, it must name its hosts in SANs and, if it has an extended key usage, allow
  /// serverAuth. A file cut short inside a block is refused too. Errors: misconfigured.
  static Result<ServerPair> parse(std::string_view certificate_pem, std::string_view key_pem,
                                  TimePoint now);
};

/// All certificates of a PEM text, in order; at least one. Text before a block is ignored; after
/// the last one only white space may stand. Errors: misconfigured.
Result<std::vector<CertificatePtr>> parse_certificates(std::string_view pem);

/// Whether an extended key usage is there and allows a TLS client. (OpenSSL's own purpose check
/// also passes a certificate that has none.)
bool allows_tls_client(const X509* certificate);

/// RFC 2253 text of the subject, control characters escaped; empty if it cannot be printed.
std::string subject_text(const X509* certificate);

}  // namespace portreeve::crypto
