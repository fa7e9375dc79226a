#pragma once

// TSTInfo (RFC 3161 §2.4.2), the signed content of a time stamp; for the sources of crypto/ only.

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "crypto/public_key.h"

namespace portreeve::crypto {

struct TimestampInfo {
  TimePoint time;
  HashKind imprint_hash = HashKind::sha256;
  std::string imprint;
  std::string serial;  ///< Content of the INTEGER.
};

/// Errors: malformed, unsupported (version, hash, a critical extension).
Result<TimestampInfo> read_timestamp_info(std::string_view der);

/// The hash that an OID (dotted) names, if it is one of ours.
std::optional<HashKind> hash_of_oid(std::string_view oid) noexcept;

}  // namespace portreeve::crypto
