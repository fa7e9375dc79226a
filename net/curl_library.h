#pragma once

// Inside net/ only: libcurl, loaded by the first client. With what it needs itself it is two dozen
// libraries, a third of the start of a process that talks to nobody.

#include <curl/curl.h>

#include "core/result.h"

namespace portreeve::net {

// clang-format off
#define PORTREEVE_CURL_FUNCTIONS(X)                                                              \
  X(global_init) X(getdate) X(slist_append) X(slist_free_all) X(easy_init) X(easy_cleanup)       \
  X(easy_setopt) X(easy_getinfo) X(easy_strerror) X(multi_init) X(multi_cleanup) X(multi_setopt) \
  X(multi_add_handle) X(multi_remove_handle) X(multi_perform) X(multi_poll) X(multi_info_read)
// clang-format on

struct CurlLibrary {
#define PORTREEVE_MEMBER(name) decltype(&::curl_##name) name = nullptr;
  PORTREEVE_CURL_FUNCTIONS(PORTREEVE_MEMBER)
#undef PORTREEVE_MEMBER
};

/// Loads it once, and prepares OpenSSL and libcurl. Errors: misconfigured. Safe from many threads.
Result<const CurlLibrary*> load_curl();

/// REQUIRES: load_curl() succeeded.
const CurlLibrary& curl() noexcept;

}  // namespace portreeve::net
