#include "core/result.h"

namespace portreeve {

std::string_view to_string(Errc code) noexcept {
  switch (code) {
    case Errc::malformed: return "malformed";
    case Errc::limit: return "limit";
    case Errc::unsupported: return "unsupported";
    case Errc::unverified: return "unverified";
    case Errc::untrusted: return "untrusted";
    case Errc::not_found: return "not-found";
    case Errc::unavailable: return "unavailable";
    case Errc::misconfigured: return "misconfigured";
    case Errc::internal: return "internal";
  }
  return "internal";
}

Error with_context(Error error, std::string_view context) {
  std::string message(context);
  message += ": ";
  message += error.message;
  error.message = std::move(message);
  return error;
}

}  // namespace portreeve
