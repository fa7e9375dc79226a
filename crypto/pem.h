#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::crypto {

/// One block of RFC 7468 text encoding.
struct PemBlock {
  std::string label;  ///< "CERTIFICATE"
  std::string bytes;
};

/// The one block that `pem` is; only white space may surround it. Errors: malformed.
Result<PemBlock> parse_pem(std::string_view pem);

/// Every block, at least one and at most `most`; text around blocks (as tools write into CA
/// bundles) is ignored. Errors: malformed, limit.
Result<std::vector<PemBlock>> parse_pem_list(std::string_view pem, std::size_t most);

}  // namespace portreeve::crypto
