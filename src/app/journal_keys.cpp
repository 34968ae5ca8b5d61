#include "app/journal_keys.h"

namespace app {
namespace {

using base::Result;

class JournalKeys final : public journal::KeySource {
 public:
  explicit JournalKeys(vault::KeyStore& keys) : keys_(keys) {}
  Result<crypto::SecretKey> make_key(std::string_view name) override {
    return keys_.find_or_create(vault::KeyName::service(name));
  }
  Result<crypto::SecretKey> find_key(std::string_view name) override {
    return keys_.find(vault::KeyName::service(name));
  }
  Result<void> destroy_key(std::string_view name) override {
    return keys_.destroy(vault::KeyName::service(name));
  }

 private:
  vault::KeyStore& keys_;
};

}  // namespace

namespace {

vault::KeyName name_before() { return vault::KeyName::service("journal_signature"); }

}  // namespace

Result<crypto::SigningKey> signing_key_of(std::string_view secret) {
  ASSIGN_OR_RETURN(auto bytes, base::from_base64url(secret));
  ASSIGN_OR_RETURN(auto seed, crypto::SecretKey::from_bytes(bytes));
  crypto::wipe(bytes);
  return crypto::SigningKey{std::move(seed)};
}

Result<std::optional<credentials::Secret>> signing_key_before(vault::KeyStore& keys) {
  ASSIGN_OR_RETURN(const auto state, keys.state(name_before()));
  if (state != vault::KeyState::Active) return std::nullopt;
  ASSIGN_OR_RETURN(const auto seed, keys.find(name_before()));
  return credentials::Secret(base::to_base64url(seed.bytes()));
}

Result<void> forget_signing_key_before(vault::KeyStore& keys) {
  ASSIGN_OR_RETURN(const auto state, keys.state(name_before()));
  return state == vault::KeyState::Active ? keys.destroy(name_before()) : Result<void>{};
}

std::unique_ptr<journal::KeySource> make_journal_keys(vault::KeyStore& keys) {
  return std::make_unique<JournalKeys>(keys);
}

}  // namespace app
