#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "net/https_listener.h"

namespace portreeve::net {

/// The bytes of `response`, head and body. A status that is not a final one, or is a redirect,
/// becomes 500 without body (the API server follows redirects); Retry-After is at most 1; control
/// characters are dropped from field values. `with_body` false: the answer to HEAD.
std::string response_text(const HttpResponse& response, bool close, bool with_body,
                          std::string_view date);

/// "Mon, 23 Nov 2026 08:12:31 GMT" (RFC 9110 §5.6.7).
std::string http_date(std::time_t time);

}  // namespace portreeve::net
