#include "credentials/secret.h"

#include <utility>

#include "crypto/secret_key.h"

namespace credentials {

Secret::Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  crypto::wipe(bytes_);
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

Secret::~Secret() { crypto::wipe(bytes_); }

Secret draw_secret(base::Random& random) {
  const auto key = crypto::SecretKey::draw(random);
  auto text = base::to_base64url(key.bytes());
  Secret secret(text);
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return secret;
}

}  // namespace credentials
