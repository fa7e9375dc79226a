#include "net/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace portreeve::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

PeerAddress PeerAddress::from(const sockaddr_storage& address) {
  PeerAddress peer;
  std::uint16_t port = 0;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::copy(kMapped.begin(), kMapped.end(), peer.bytes.begin());
    std::memcpy(peer.bytes.data() + kMapped.size(), &v4.sin_addr, sizeof v4.sin_addr);
    port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(peer.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    port = ntohs(v6.sin6_port);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v4 = std::equal(kMapped.begin(), kMapped.end(), peer.bytes.begin());
  if (is_v4) {
    inet_ntop(AF_INET, peer.bytes.data() + kMapped.size(), text.data(), text.size());
    peer.text = text.data();
  } else {
    inet_ntop(AF_INET6, peer.bytes.data(), text.data(), text.size());
    peer.text = '[' + std::string(text.data()) + ']';
  }
  peer.text += ':' + std::to_string(port);
  return peer;
}

}  // namespace portreeve::net
