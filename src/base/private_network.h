// Whether an address that a connection is about to be made to lies in a network that is not everybody's:
// whoever names a host for the program to ask must not reach what stands behind its back.
#pragma once

struct sockaddr;

namespace base {

/// Loopback, link-local, private, shared and multicast IPv4; IPv6 that is not global unicast. IPv4 or IPv6
/// alone. Any thread.
bool is_private_network(const sockaddr& address);

}  // namespace base
