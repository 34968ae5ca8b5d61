#include "base/private_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstring>

namespace base {
namespace {

bool is_private_v4(std::uint32_t host_order) {
  const auto in = [host_order](std::uint32_t network, int bits) {
    return (host_order >> (32 - bits)) == (network >> (32 - bits));
  };
  return in(0x0A000000, 8) || in(0xAC100000, 12) || in(0xC0A80000, 16) || in(0x7F000000, 8) ||
         in(0xA9FE0000, 16) || in(0x00000000, 8) || in(0x64400000, 10) || in(0xE0000000, 3);
}

}  // namespace

bool is_private_network(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return is_private_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, &address, sizeof v6);
  const auto* bytes = v6.sin6_addr.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    std::uint32_t v4;
    std::memcpy(&v4, bytes + 12, sizeof v4);
    return is_private_v4(ntohl(v4));
  }
  // Only global unicast, 2000::/3, is reachable by everybody.
  return (bytes[0] & 0xE0) != 0x20;
}

}  // namespace base
