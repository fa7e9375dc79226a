#pragma once

// What stands in a certificate, read by our own strict DER reader; for the sources of crypto/ only.
// OpenSSL parses the same bytes once more for path building.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "crypto/certificate.h"

namespace portreeve::crypto {

struct CertificateFields {
  // Borrowed from the DER.
  std::string_view tbs;                ///< TBSCertificate with tag and length.
  std::string_view before_extensions;  ///< Its content up to [3].
  std::string_view extension_list;     ///< Content of the SEQUENCE OF Extension.
  std::string_view spki;
  std::string_view serial;  ///< Content of the INTEGER.
  // Decoded.
  TimePoint not_before;
  TimePoint not_after;
  std::vector<CertificateExtension> extensions;
  std::vector<AlternativeName> names;
  std::vector<std::string> extended_key_usages;
  std::uint32_t key_usage = 0;
  bool has_key_usage = false;
  bool has_extended_key_usage = false;
  bool extended_key_usage_critical = false;
  bool basic_constraints_ca = false;
  std::optional<std::uint32_t> path_length;
};

/// Errors: malformed, unsupported (a version other than 3).
Result<CertificateFields> read_certificate(std::string_view der);

}  // namespace portreeve::crypto
