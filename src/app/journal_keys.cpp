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

std::unique_ptr<journal::KeySource> make_journal_keys(vault::KeyStore& keys) {
  return std::make_unique<JournalKeys>(keys);
}

}  // namespace app
