#pragma once

// Whether a certificate that came with a signature may sign: who issued it, when, for what.

#include <span>
#include <string_view>

#include "core/time.h"
#include "crypto/certificate.h"
#include "verifiers/rejection.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

/// What a leaf must be, whoever issued it: no CA, key usage digitalSignature, extended key usage
/// codeSigning (both present), exactly one SAN. Reasons: certificate_usage; identity_malformed
/// (SAN).
Passed check_signing_leaf(const crypto::Certificate& leaf);

/// The CA that issued a short-lived certificate, by the hybrid model: for *every* time of `times`
/// some authority of the root whose validFor holds it has a path on which every certificate is
/// valid at that time; intermediates come from the root alone. Includes check_signing_leaf().
/// Returns the issuer's certificate at the first time (whose key the SCT commits to).
/// REQUIRES: `times` are verified; none at all is time_missing.
/// Reasons: those of check_signing_leaf(), certificate_chain (no authority issued it),
/// certificate_time (one did, but not at that time).
Checked<crypto::Certificate> check_fulcio_certificate(const crypto::Certificate& leaf,
                                                      const TrustRoot& root,
                                                      std::span<const TimePoint> times);

/// An operator's own certificate authority: long-lived certificates, no SCT, no log needed. A mode
/// of its own, never a fallback. Immutable, safe from many threads.
class PrivateAuthority {
 public:
  /// PEM texts, `intermediates` may be empty. Errors: misconfigured.
  static Result<PrivateAuthority> make(std::string_view roots_pem,
                                       std::string_view intermediates_pem);
  /// Whether the leaf chains to a root at *every* time of `times` (verified times of the signature,
  /// or the caller's now). Intermediates offered with the signature may be used to build the path
  /// (at most 8), they are trusted for nothing else. Includes check_signing_leaf().
  /// Reasons: as check_fulcio_certificate(), too_large.
  Passed check(const crypto::Certificate& leaf, std::span<const crypto::Certificate> offered,
               std::span<const TimePoint> times) const;

 private:
  PrivateAuthority(std::vector<crypto::Certificate> roots,
                   std::vector<crypto::Certificate> intermediates)
      : roots_(std::move(roots)), intermediates_(std::move(intermediates)) {}
  std::vector<crypto::Certificate> roots_;
  std::vector<crypto::Certificate> intermediates_;
};

}  // namespace portreeve::verifiers
