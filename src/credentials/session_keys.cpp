#include "credentials/session_keys.h"

#include <utility>

#include "base/check.h"
#include "credentials/limits.h"
#include "crypto/hash.h"

namespace credentials {

using base::Result;

Result<std::unique_ptr<SessionKeys>> SessionKeys::open(Keeper& keeper,
                                                       std::function<Result<void>()> changed) {
  std::unique_ptr<SessionKeys> keys(new SessionKeys(keeper));
  const auto read_anew = [mine = keys.get(), changed = std::move(changed),
                          first = true]() mutable -> Result<void> {
    RETURN_IF_ERROR(mine->read());
    if (std::exchange(first, false)) return {};
    return changed();
  };
  RETURN_IF_ERROR(keeper.use(
      {.name = std::string{kName}, .own = true, .linger = kSessionKeyLinger, .changed = read_anew}));
  return keys;
}

Result<void> SessionKeys::read() {
  ASSIGN_OR_RETURN(const auto secrets, keeper_.accepted(kName));
  std::vector<crypto::SecretKey> keys;
  for (const auto& secret : secrets) {
    ASSIGN_OR_RETURN(auto bytes, base::from_base64url(secret.text()));
    ASSIGN_OR_RETURN(auto key, crypto::SecretKey::from_bytes(bytes));
    crypto::wipe(bytes);
    keys.push_back(std::move(key));
  }
  const base::Lock lock(mutex_);
  keys_ = std::move(keys);
  return {};
}

crypto::KeyRing SessionKeys::derive(std::string_view use) const {
  const base::Lock lock(mutex_);
  CHECK(!keys_.empty());
  crypto::KeyRing ring{crypto::derive_key(keys_.front(), use)};
  for (std::size_t i = 1; i < keys_.size(); ++i) ring.previous.push_back(crypto::derive_key(keys_[i], use));
  return ring;
}

}  // namespace credentials
