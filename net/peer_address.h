#pragma once

#include <array>
#include <cstdint>
#include <string>

struct sockaddr_storage;

namespace portreeve::net {

using PeerBytes = std::array<std::uint8_t, 16>;

/// Who is at the other end of a TCP connection, as the kernel says.
struct PeerAddress {
  PeerBytes bytes{};  ///< IPv6; IPv4 as ::ffff:a.b.c.d.
  std::string text;   ///< "192.0.2.7:40312", "[2001:db8::7]:40312".

  static PeerAddress from(const sockaddr_storage& address);
};

}  // namespace portreeve::net
