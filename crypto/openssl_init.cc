#include "crypto/openssl_init.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

namespace portreeve::crypto {

void init_openssl() noexcept { OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); }

void clear_openssl_errors() noexcept { ERR_clear_error(); }

std::string openssl_reason(std::string_view what) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  std::string text(what);
  if (code != 0) {
    const char* reason = ERR_reason_error_string(code);
    text += ": ";
    text += reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
  }
  return text;
}

Error openssl_error(Errc code, std::string_view what) { return Error{code, openssl_reason(what)}; }

}  // namespace portreeve::crypto
