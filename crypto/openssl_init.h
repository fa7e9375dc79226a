#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::crypto {

/// Starts OpenSSL without its configuration file (which could load foreign code and weaken
/// defaults). Every entry point of crypto/ and net/ that touches OpenSSL calls it first; only the
/// first call does anything. Thread-safe.
void init_openssl() noexcept;

/// Empties this thread's OpenSSL error queue: SSL_get_error() looks into it, so it must be empty
/// before a TLS operation.
void clear_openssl_errors() noexcept;

/// Empties this thread's OpenSSL error queue and describes its first entry: "what: reason".
std::string openssl_reason(std::string_view what);
/// The same as an Error.
Error openssl_error(Errc code, std::string_view what);

}  // namespace portreeve::crypto
