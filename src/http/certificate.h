// What a certificate says of itself.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/time.h"

namespace http {

struct Certificate {
  base::Instant from;
  base::Instant until;             ///< it is good no longer after this
  std::vector<std::string> names;  ///< DNS names of subjectAltName, in small letters
};

/// The first certificate of a PEM file. Any thread. Errors: NotFound, Invalid for what is none, TooLarge past
/// kCertificateBytesMax.
base::Result<Certificate> read_certificate(base::Files& files, const base::Path& file);

/// Whether one of the names is this host's; `*.example.org` is that of each host one label below (RFC 6125
/// §6.4.3). `host` is in small letters, without a port.
bool is_for(const Certificate& certificate, std::string_view host);

}  // namespace http
