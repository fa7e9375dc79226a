#pragma once

#include <string_view>

namespace portreeve::policies {

/// Whether a text is an absolute http, https or oci URL (RFC 3986 §3) that names a place on the network
/// and nothing else: no user, query or fragment; a host of labels (at most 253 characters, 63 each), an
/// IPv4 address or an IPv6 address in brackets; a port from 1 to 65535 without leading zeros; parts of
/// the path that are not empty (one slash may end it) and neither "." nor "..", also where percent
/// signs spell them. Linear in the text.
bool is_plain_url(std::string_view text);

}  // namespace portreeve::policies
