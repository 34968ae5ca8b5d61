// Keys that live as long as the test does.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/random.h"
#include "journal/keys.h"

namespace journal::testing {

class MemoryKeys final : public KeySource {
 public:
  base::Result<crypto::SecretKey> make_key(std::string_view name) override {
    const base::Lock lock{mutex_};
    const auto [at, is_new] = keys_.try_emplace(std::string{name});
    if (is_new) at->second = crypto::SecretKey::draw(random_);
    return get(at->second);
  }
  base::Result<crypto::SecretKey> find_key(std::string_view name) override {
    const base::Lock lock{mutex_};
    const auto at = keys_.find(name);
    if (at == keys_.end()) return base::fail(base::Code::NotFound, "this key was never made");
    return get(at->second);
  }
  base::Result<void> destroy_key(std::string_view name) override {
    const base::Lock lock{mutex_};
    if (failing_) return base::fail(base::Code::Unavailable, "the key store is away");
    keys_.insert_or_assign(std::string{name}, std::nullopt);
    return {};
  }

  /// From now on no key can be destroyed, or again.
  void set_failing(bool failing) {
    const base::Lock lock{mutex_};
    failing_ = failing;
  }
  bool is_destroyed(std::string_view name) {
    const base::Lock lock{mutex_};
    const auto at = keys_.find(name);
    return at != keys_.end() && !at->second;
  }

 private:
  static base::Result<crypto::SecretKey> get(const std::optional<crypto::SecretKey>& key) {
    if (!key) return base::fail(base::Code::Gone, "this key is destroyed");
    return key->clone();
  }

  base::Mutex mutex_;
  base::SeededRandom random_ GUARDED_BY(mutex_){11};
  std::map<std::string, std::optional<crypto::SecretKey>, std::less<>> keys_ GUARDED_BY(mutex_);
  bool failing_ GUARDED_BY(mutex_) = false;
};

}  // namespace journal::testing
