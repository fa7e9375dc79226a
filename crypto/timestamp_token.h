#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"

namespace portreeve::crypto {

/// An RFC 3161 TimeStampResp that was granted, parsed; nothing is verified until verify().
/// Immutable; copies share one object, which only one thread at a time may verify().
class TimestampToken {
 public:
  /// Refused: bytes left over, a status other than granted, more or fewer than one SignerInfo, a
  /// content type that is not TSTInfo, version other than 1, an imprint that is not SHA-256, -384
  /// or -512, a genTime that is not UTC. Errors: malformed, unsupported, untrusted (not granted).
  static Result<TimestampToken> parse(std::string_view response_der);

  TimePoint time() const noexcept;  ///< genTime; means nothing before verify().
  HashKind imprint_hash() const noexcept;
  const std::string& imprint() const noexcept;
  const std::string& serial_hex() const noexcept;
  /// Whether the token says that this certificate signed it (issuer and serial; not verified).
  bool signed_by(const Certificate& signer) const noexcept;

  /// Whether the token is about `message` and `signer` signed it: imprint, CMS signed attributes
  /// (content type, message digest), signature with SHA-256 or better, issuer and serial of the
  /// SignerInfo, ESSCertID or ESSCertIDv2. Certificates inside the token are not looked at. Whether
  /// `signer` may stamp, and when, is the caller's (verifiers/timestamp.h).
  /// `chain` is signer first; ESSCertIDs behind the first must be in it.
  /// Errors: unverified, untrusted (another signer), malformed, unsupported.
  Outcome verify(std::string_view message, std::span<const Certificate> chain) const;

 private:
  struct State;
  explicit TimestampToken(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace portreeve::crypto
