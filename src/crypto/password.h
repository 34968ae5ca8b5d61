// Passwords: Argon2id (RFC 9106) with the parameters of crypto/limits.h and a random salt of 16 bytes, in
// the usual spelling `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, which carries its own parameters.
#pragma once

#include <semaphore>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/limits.h"

namespace crypto {

/// Any thread; more than `kPasswordHashesAtOnceMax` of them wait for each other. Takes some tens of
/// milliseconds, so never on an I/O thread.
class PasswordHasher {
 public:
  /// Errors: TooLarge past kPasswordBytesMax, Unavailable without memory.
  base::Result<std::string> hash(std::string_view password);

  /// False for a wrong password, one that is too long, and a hash that is none.
  bool verify(std::string_view password, const std::string& hash);

  /// True if the hash was made with other parameters than today's: hash anew at the next sign-in.
  static bool is_outdated(const std::string& hash);

 private:
  std::counting_semaphore<kPasswordHashesAtOnceMax> free_{kPasswordHashesAtOnceMax};
};

}  // namespace crypto
