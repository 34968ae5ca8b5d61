// The keys of the attention store, out of the key store and the safe of credentials.
#pragma once

#include "credentials/limits.h"
#include "credentials/session_keys.h"
#include "pulse/engine.h"
#include "pulse/limits.h"
#include "vault/key_store.h"

namespace app {

static_assert(std::chrono::milliseconds{pulse::kTokenLifeMaxMs} < credentials::kSessionKeyLinger,
              "a key that was replaced outlives what it signed");

/// Any thread.
class PulseKeys final : public pulse::KeySource {
 public:
  /// Without session keys what is stored can be read, and no token made or opened.
  explicit PulseKeys(vault::KeyStore& keys, const credentials::SessionKeys* session_keys = nullptr)
      : keys_(keys), session_keys_(session_keys) {}
  base::Result<crypto::SecretKey> log_key() override {
    return keys_.find_or_create(vault::KeyName::service("pulse_log"));
  }
  base::Result<crypto::KeyRing> token_keys() override {
    if (session_keys_ == nullptr) return base::fail(base::Code::NotFound, "there are no session keys here");
    return session_keys_->derive("beat");
  }
  base::Result<crypto::SecretKey> property_key(base::PropertyNumber property) override {
    return keys_.find_or_create(vault::KeyName::service(property, "segment"));
  }

 private:
  vault::KeyStore& keys_;
  const credentials::SessionKeys* session_keys_;
};

}  // namespace app
