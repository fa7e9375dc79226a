#include "net/address_class.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace portreeve::net {
namespace {

struct Block4 {
  std::uint32_t network;
  unsigned bits;
  AddressClass what;
};

// IANA IPv4 Special-Purpose Address Registry.
constexpr Block4 kBlocks4[] = {
    {0x00000000, 8, AddressClass::reserved},    // "this network"
    {0x0a000000, 8, AddressClass::internal},    // 10/8
    {0x64400000, 10, AddressClass::internal},   // 100.64/10
    {0x7f000000, 8, AddressClass::loopback},    // 127/8
    {0xa9fe0000, 16, AddressClass::reserved},   // 169.254/16, cloud metadata
    {0xac100000, 12, AddressClass::internal},   // 172.16/12
    {0xc0000000, 24, AddressClass::reserved},   // 192.0.0/24
    {0xc0000200, 24, AddressClass::reserved},   // TEST-NET-1
    {0xc0a80000, 16, AddressClass::internal},   // 192.168/16
    {0xc6120000, 15, AddressClass::internal},   // 198.18/15, benchmarking
    {0xc6336400, 24, AddressClass::reserved},   // TEST-NET-2
    {0xcb007100, 24, AddressClass::reserved},   // TEST-NET-3
    {0xe0000000, 3, AddressClass::reserved},    // multicast, class E, broadcast
};

AddressClass classify4(std::uint32_t address) noexcept {
  for (const Block4& block : kBlocks4) {
    if ((address ^ block.network) >> (32 - block.bits) == 0) return block.what;
  }
  return AddressClass::global;
}

std::uint32_t ipv4_at(const std::uint8_t* bytes) noexcept {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

AddressClass classify6(const std::uint8_t (&b)[16]) noexcept {
  static constexpr std::uint8_t kZero[12] = {};
  static constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr std::uint8_t kNat64[12] = {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  if (std::memcmp(b, kMapped, 12) == 0 || std::memcmp(b, kNat64, 12) == 0) {
    return classify4(ipv4_at(b + 12));
  }
  if (std::memcmp(b, kZero, 12) == 0) {  // Unspecified, loopback, IPv4-compatible.
    const std::uint32_t low = ipv4_at(b + 12);
    if (low == 1) return AddressClass::loopback;
    return low == 0 ? AddressClass::reserved : classify4(low);
  }
  if (b[0] == 0x20 && b[1] == 0x02) return classify4(ipv4_at(b + 2));  // 6to4
  if ((b[0] & 0xfe) == 0xfc) return AddressClass::internal;
  if ((b[0] & 0xe0) != 0x20) return AddressClass::reserved;  // Only 2000::/3 is global unicast.
  const bool documentation = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8;
  const bool teredo = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0;
  return documentation || teredo ? AddressClass::reserved : AddressClass::global;
}

}  // namespace

std::string_view to_string(AddressClass c) noexcept {
  switch (c) {
    case AddressClass::global: return "global";
    case AddressClass::internal: return "internal";
    case AddressClass::loopback: return "loopback";
    case AddressClass::reserved: return "reserved";
  }
  return "";
}

AddressClass classify(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return classify4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return AddressClass::reserved;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::uint8_t bytes[16];
  std::memcpy(bytes, &v6.sin6_addr, sizeof bytes);
  return classify6(bytes);
}

AddressClass classify(const std::string& text) noexcept {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return classify4(ntohl(v4.sin_addr.s_addr));
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return AddressClass::reserved;
  std::uint8_t bytes[16];
  std::memcpy(bytes, &v6, sizeof bytes);
  return classify6(bytes);
}

}  // namespace portreeve::net
