#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace portreeve::crypto {

struct PemPair {
  std::string certificate;
  std::string key;  ///< PKCS#8, not encrypted.
};

/// A fresh ECDSA P-256 pair for a TLS server, valid for one year from five minutes before `now`
/// (clients' clocks differ). `names`: comma-separated DNS names and IP addresses; all become SANs,
/// the first one also the common name. Errors: misconfigured (names), internal.
Result<PemPair> make_self_signed(std::string_view names, TimePoint now);

}  // namespace portreeve::crypto
