// Whether a host, as an address or an option names it, is this machine itself.
#pragma once

#include <string_view>

namespace base {

/// "localhost", an address of 127.0.0.0/8 (RFC 1122), or ::1 with or without its brackets. Any thread.
inline bool is_loopback(std::string_view host) {
  const bool dotted = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || host == "[::1]" || (dotted && host.starts_with("127."));
}

}  // namespace base
