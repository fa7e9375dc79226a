#pragma once

#include <cstddef>
#include <span>

#include "core/result.h"

namespace portreeve::crypto {

/// Fills `bytes` from OpenSSL's generator. Errors: internal (no entropy); `bytes` is then unusable.
Outcome fill_random(std::span<unsigned char> bytes);

}  // namespace portreeve::crypto
