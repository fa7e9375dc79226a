#pragma once

// Where a registry may send us. Pure.

#include <string_view>

#include "core/result.h"
#include "net/address_class.h"
#include "net/url.h"

namespace portreeve::oci {

struct RedirectTarget {
  net::Url url;
  /// The furthest class of address it may resolve to.
  net::AddressClass reach = net::AddressClass::global;
};

/// The target of a redirect that `from` answered: never from https to http, never to a link-local
/// or otherwise reserved address, to an internal or loopback one only if the registry itself
/// (`home`: the class of its address) is as near. The Location is resolved, not decoded.
/// Errors: untrusted, malformed, unsupported.
Result<RedirectTarget> redirect_target(const net::Url& from, net::AddressClass home,
                                       std::string_view location);

/// The next page of a list that `from` answered: the `rel="next"` of a Link field (RFC 8288 §3),
/// on the same origin only. Empty target: there is none. Errors: malformed, untrusted.
Result<std::string> next_page(const net::Url& from, std::string_view link);

}  // namespace portreeve::oci
