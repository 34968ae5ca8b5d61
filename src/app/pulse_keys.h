// The keys of the attention store, out of the key store.
#pragma once

#include "pulse/engine.h"
#include "vault/key_store.h"

namespace app {

/// Any thread.
class PulseKeys final : public pulse::KeySource {
 public:
  explicit PulseKeys(vault::KeyStore& keys) : keys_(keys) {}
  base::Result<crypto::SecretKey> log_key() override {
    return keys_.find_or_create(vault::KeyName::service("pulse_log"));
  }
  base::Result<crypto::SecretKey> token_key() override {
    return keys_.find_or_create(vault::KeyName::service("session_token"));
  }
  base::Result<crypto::SecretKey> property_key(base::PropertyNumber property) override {
    return keys_.find_or_create(vault::KeyName::service(property, "segment"));
  }

 private:
  vault::KeyStore& keys_;
};

}  // namespace app
