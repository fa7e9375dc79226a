#pragma once

// Signed certificate timestamps embedded in a certificate (RFC 6962 §3.2, §3.3). Bytes only; which
// log is trusted is verifiers/sct.h.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "crypto/certificate.h"

namespace portreeve::crypto {

inline constexpr std::string_view kSctListOid = "1.3.6.1.4.1.11129.2.4.2";
inline constexpr std::string_view kPrecertPoisonOid = "1.3.6.1.4.1.11129.2.4.3";

struct SignedCertificateTimestamp {
  std::string log_id;  ///< 32 bytes.
  TimePoint time;
  std::string extensions;                ///< May be non-empty (static CT).
  std::uint8_t hash_algorithm = 0;       ///< RFC 5246 §7.4.1.4.1; 4 is SHA-256.
  std::uint8_t signature_algorithm = 0;  ///< 1 is RSA, 3 ECDSA.
  std::string signature;
};

/// The list in the certificate. Errors: not_found (no such extension), malformed (also: empty list,
/// bytes left over, an SCT of a version other than 1), limit (more than 16).
Result<std::vector<SignedCertificateTimestamp>> embedded_scts(const Certificate& certificate);

/// The certificate's TBSCertificate without the SCT list: what the log signed (RFC 6962 §3.2).
/// Errors: malformed (no such extension).
Result<std::string> precertificate_tbs(const Certificate& certificate);

/// The bytes under an SCT's signature. `issuer_key_hash` is SHA-256 of the SPKI of who issued the
/// certificate.
std::string sct_signed_bytes(const SignedCertificateTimestamp& sct, const Sha256& issuer_key_hash,
                             std::string_view precertificate_tbs);

/// Whether `log_key` signed it. Errors: unverified, malformed, unsupported (hash not SHA-256;
/// algorithm that is not the key's).
Outcome verify_sct(const SignedCertificateTimestamp& sct, const PublicKey& log_key,
                   const Sha256& issuer_key_hash, std::string_view precertificate_tbs);

}  // namespace portreeve::crypto
