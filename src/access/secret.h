// Secrets that the program draws: 256 random bits, told once. The database holds their hash.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace staff {

/// base64url.
std::string draw_secret(base::Random& random);

/// What the database holds of a secret: so many random bits need no slow hash.
std::string hash_of(std::string_view secret);

}  // namespace staff
