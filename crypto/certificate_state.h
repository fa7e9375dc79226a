#pragma once

// What a Certificate holds; for the sources of crypto/ only.

#include <optional>

#include "crypto/certificate.h"
#include "crypto/certificate_fields.h"
#include "crypto/openssl_ptr.h"

namespace portreeve::crypto {

struct Certificate::State {
  State() = default;
  State(const State&) = delete;  // The fields' views point into `der`.
  State& operator=(const State&) = delete;

  std::string der;
  CertificateFields fields;
  std::optional<PublicKey> key;  ///< Always there once from_der() returned.
  CertificatePtr handle;
};

}  // namespace portreeve::crypto
