#include "crypto/sodium.h"

#include <sodium.h>

#include "base/check.h"

namespace crypto {

void start_sodium() {
  static const int status = sodium_init();
  CHECK(status >= 0);
}

}  // namespace crypto
