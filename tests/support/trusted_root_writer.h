#pragma once

#include <string>
#include <vector>

#include "tests/support/mint_certificate.h"
#include "tests/support/mint_log.h"
#include "tests/support/mint_timestamp.h"

namespace portreeve::testing {

/// A trusted_root.json as plain fields, so that a test changes one and writes it again. Bytes are
/// raw here and base64 in the file; a member whose field is empty is left out.
struct TrustedLogEntry {
  std::string base_url{};
  std::string hash_algorithm = "SHA2_256";
  std::string raw_bytes{};
  std::string key_details = "PKIX_ECDSA_P256_SHA_256";
  std::string start = "2025-01-01T00:00:00Z";
  std::string end{};
  std::string log_id{};
  std::string checkpoint_key_id{};
  std::string operator_name{};
};

struct TrustedAuthorityEntry {
  std::string organization = "test";
  std::string common_name = "test";
  std::string uri{};
  std::vector<std::string> certificates{};  ///< DER, issuing first, anchor last.
  std::string start = "2025-01-01T00:00:00Z";
  std::string end{};
  std::string operator_name{};
};

struct TrustedRootDocument {
  std::string media_type = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
  std::vector<TrustedLogEntry> tlogs{};
  std::vector<TrustedLogEntry> ctlogs{};
  std::vector<TrustedAuthorityEntry> certificate_authorities{};
  std::vector<TrustedAuthorityEntry> timestamp_authorities{};
  std::string json() const;
};

TrustedLogEntry trusted_log(const MintLog& log);
TrustedLogEntry trusted_log(const MintCtLog& log);
/// issuing … anchor.
TrustedAuthorityEntry trusted_authority(const std::vector<const MintedCertificate*>& chain);

}  // namespace portreeve::testing
