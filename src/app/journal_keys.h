// The keys of the journal's details, out of the key store.
#pragma once

#include <memory>

#include "journal/keys.h"
#include "vault/key_store.h"

namespace app {

/// The key store outlives it.
std::unique_ptr<journal::KeySource> make_journal_keys(vault::KeyStore& keys);

}  // namespace app
