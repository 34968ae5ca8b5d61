// A key that is replaced from time to time: what signs today, and what signed before and still counts.
#pragma once

#include <vector>

#include "crypto/secret_key.h"

namespace crypto {

struct KeyRing {
  SecretKey current;
  std::vector<SecretKey> previous = {};  ///< until the last thing that they signed has ended
};

}  // namespace crypto
