// What the journal needs of a key store, which is above it: app implements it with vault::KeyStore.
#pragma once

#include <string_view>

#include "base/result.h"
#include "crypto/secret_key.h"

namespace journal {

/// Any thread. Names are `[a-z0-9_]{1,40}`.
class KeySource {
 public:
  virtual ~KeySource() = default;
  /// Made at the first use and durable when it returns. Errors: Gone once it was destroyed.
  virtual base::Result<crypto::SecretKey> make_key(std::string_view name) = 0;
  /// Errors: Gone once it was destroyed, NotFound when it was never made.
  virtual base::Result<crypto::SecretKey> find_key(std::string_view name) = 0;
  /// For good: no copy of it stays. Destroying twice is no error.
  virtual base::Result<void> destroy_key(std::string_view name) = 0;
};

}  // namespace journal
