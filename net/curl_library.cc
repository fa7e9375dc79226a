#include "net/curl_library.h"

#include "core/late_library.h"
#include "crypto/openssl_init.h"

namespace portreeve::net {
namespace {

struct Loaded {
  CurlLibrary library;
  Outcome outcome = Done{};

  Loaded() {
    crypto::init_openssl();  // First: libcurl would load OpenSSL's configuration file.
    outcome = bind();
    if (outcome.ok() && library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      outcome = Error{Errc::internal, "libcurl cannot be initialised"};
    }
  }

  Outcome bind() {
    PORTREEVE_TRY(const LateLibrary late, LateLibrary::open("libcurl.so.4"));
    bool all = true;
#define PORTREEVE_BIND(name) all = late.bind(library.name, "curl_" #name) && all;
    PORTREEVE_CURL_FUNCTIONS(PORTREEVE_BIND)
#undef PORTREEVE_BIND
    if (!all) return Error{Errc::misconfigured, "libcurl.so.4 lacks functions of 7.87"};
    return Done{};
  }
};

const Loaded& loaded() {
  static const Loaded kLoaded;
  return kLoaded;
}

}  // namespace

Result<const CurlLibrary*> load_curl() {
  const Loaded& result = loaded();
  if (!result.outcome.ok()) return result.outcome.error();
  return &result.library;
}

const CurlLibrary& curl() noexcept { return loaded().library; }

}  // namespace portreeve::net
