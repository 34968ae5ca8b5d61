// Certificates for whoever knows their id, and the key that they are verified with:
//
//   GET /certificates/{id}    the certificate, as a file
//   GET /certificates/key     "ed25519:…", a line of text
#pragma once

#include "http/router.h"
#include "retention/erasure.h"

namespace retention {

/// `eraser` outlives the router.
void add_certificate_api(http::Router& router, Eraser& eraser);

}  // namespace retention
