// Internet addresses, networks, and who a request really comes from when proxies stand in between.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace http {

/// IPv6, with IPv4 mapped into ::ffff:0:0/96, so that both are compared alike.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const;
  /// 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  auto operator<=>(const Address&) const = default;
};

std::string to_text(const Address& address);
/// "192.0.2.1", "2001:db8::1"; no port, no zone, no brackets.
std::optional<Address> parse_address(std::string_view text);

/// "10.0.0.0/8", "2001:db8::/32", or an address alone.
class Network {
 public:
  /// Errors: Invalid, also if bits behind the prefix are set.
  static base::Result<Network> parse(std::string_view text);
  bool contains(const Address& address) const;

 private:
  Address base_;
  unsigned bits_ = 128;  ///< of 128: an IPv4 prefix has 96 added
};

using Networks = std::vector<Network>;
bool contains(std::span<const Network> networks, const Address& address);

/// What X-Forwarded-For, -Proto and -Host say. They are believed only as far as trusted proxies wrote them:
/// beginning with the peer and going left, the first address that is no trusted proxy is the client. An
/// entry that is no address (a port is allowed) ends the walk at the address before it.
struct Forwarded {
  Address client;
  std::optional<bool>
      secure;             ///< the last X-Forwarded-Proto; absent if there is none or the peer is not trusted
  std::string_view host;  ///< the last X-Forwarded-Host; empty as above
};
class Headers;
Forwarded read_forwarded(const Headers& headers, const Address& peer, std::span<const Network> trusted);

}  // namespace http
