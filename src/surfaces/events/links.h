// The secrets in viewers' addresses.
//
// A *personal link* is the vault's: it opens the person's own page and, where the event says so, the event,
// and it only ever goes by mail. A *door* is what the registration form opens at once: it opens the event
// alone, since whoever typed an address may not be its owner. It is base64url of 1 byte version, 24 bytes
// nonce, and the sealed person id (crypto/seal.h), bound to the property; nothing is stored for it, and it
// dies with the person.
//
// A *pass* stands in the address of every video segment, since a native player sends neither headers nor
// cookies of ours: base64url of 8 bytes expiry (ms, little-endian) and 16 bytes MAC over it, under a key of
// the property's that is derived from the session keys. Who replaces those lets passes end by themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "surfaces/events/event.h"

namespace credentials {
class SessionKeys;
}
namespace vault {
class KeyStore;
class Vault;
}  // namespace vault

namespace surfaces::events {

/// Whose link it is, and which kind.
struct Holder {
  base::PersonId person;
  bool personal = false;  ///< false: a door
};

/// Whether it opens the event's broadcast: the form's door, the mailed link, or both, as the event says. A
/// personal link opens its owner's page in any case.
bool opens_broadcast(const Event& event, const Holder& holder);

/// Any thread.
class Links {
 public:
  Links(vault::Vault& vault, vault::KeyStore& keys, const credentials::SessionKeys& session_keys,
        const base::Clock& clock, base::Random& random)
      : vault_(vault), keys_(keys), session_keys_(session_keys), clock_(clock), random_(random) {}

  base::Result<std::string> door(base::PropertyNumber property, base::PersonId person);
  /// Nobody for what is no link of this property, or of somebody erased.
  base::Result<std::optional<Holder>> holder(base::PropertyNumber property, std::string_view link);

  /// Good for kPassLife.
  std::string pass(base::PropertyNumber property);
  /// Errors: NotFound for a pass that is forged or expired: there is nothing to see there.
  base::Result<void> check_pass(base::PropertyNumber property, std::string_view pass);

 private:
  vault::Vault& vault_;
  vault::KeyStore& keys_;
  const credentials::SessionKeys& session_keys_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace surfaces::events
