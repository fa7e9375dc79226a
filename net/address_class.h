#pragma once

// What kind of network an address belongs to: a server that redirects us, or whose DNS answers
// change, must not make us talk to our own neighbours. Pure.

#include <cstdint>
#include <string>
#include <string_view>

struct sockaddr;

namespace portreeve::net {

/// Ordered: a call that may reach one class may reach the ones before it.
enum class AddressClass : std::uint8_t {
  global,    ///< Anything that is not one of the others.
  internal,  ///< RFC 1918, RFC 6598 (100.64/10), RFC 4193 (fc00::/7).
  loopback,  ///< 127/8, ::1.
  reserved,  ///< Link-local (cloud metadata lives there), unspecified, multicast, documentation.
};

std::string_view to_string(AddressClass c) noexcept;

/// IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4) is judged as the IPv4 address it leads to.
/// Another address family is `reserved`.
AddressClass classify(const sockaddr& address) noexcept;
/// "192.0.2.7" or "2001:db8::7", without brackets; `reserved` when it is no address.
AddressClass classify(const std::string& text) noexcept;

}  // namespace portreeve::net
