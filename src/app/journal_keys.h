// The keys of the journal's details, out of the key store, and those of its signature, out of the safe of
// credentials.
#pragma once

#include <memory>
#include <string_view>

#include "credentials/secret.h"
#include "crypto/sign.h"
#include "journal/keys.h"
#include "vault/key_store.h"

namespace app {

/// Of the signature, as policies call it.
inline constexpr std::string_view kJournalKey = "journal key";

/// The key store outlives it.
std::unique_ptr<journal::KeySource> make_journal_keys(vault::KeyStore& keys);

/// Errors: Corrupt for what is no key's seed.
base::Result<crypto::SigningKey> signing_key_of(std::string_view secret);

/// The key of an installation that was made before it was a credential; nothing where there is none.
base::Result<std::optional<credentials::Secret>> signing_key_before(vault::KeyStore& keys);
/// Destroys that, once it is a credential.
base::Result<void> forget_signing_key_before(vault::KeyStore& keys);

}  // namespace app
