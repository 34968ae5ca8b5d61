#include "crypto/password.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace crypto {
namespace {

static_assert(kPasswordPasses >= crypto_pwhash_argon2id_OPSLIMIT_MIN);

/// Gives the place back however the function ends.
class Place {
 public:
  explicit Place(std::counting_semaphore<kPasswordHashesAtOnceMax>& places) : places_(places) {
    places_.acquire();
  }
  ~Place() { places_.release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<kPasswordHashesAtOnceMax>& places_;
};

}  // namespace

base::Result<std::string> PasswordHasher::hash(std::string_view password) {
  if (password.size() > kPasswordBytesMax) {
    return base::fail(base::Code::TooLarge, "a password has at most 1024 bytes");
  }
  start_sodium();
  const Place place{free_};
  std::array<char, crypto_pwhash_STRBYTES> hash;
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasswordPasses,
                            kPasswordMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return base::fail(base::Code::Unavailable, "no memory to hash a password");
  }
  return std::string{hash.data()};
}

bool PasswordHasher::verify(std::string_view password, const std::string& hash) {
  if (password.size() > kPasswordBytesMax || hash.size() >= crypto_pwhash_STRBYTES) return false;
  start_sodium();
  const Place place{free_};
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool PasswordHasher::is_outdated(const std::string& hash) {
  start_sodium();
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasswordPasses, kPasswordMemoryBytes) != 0;
}

}  // namespace crypto
