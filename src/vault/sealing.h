// How the vault seals, and the places that a sealed value belongs to. A place is the associated data of the
// seal:
//
//   kind (1 byte) · person (16) · length of name (4, little-endian) · name · rest
//
// so that no value opens as another person's, another field's, or under another policy.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace vault {

base::Bytes field_place(base::PersonId person, std::string_view name, std::string_view policy_version);
base::Bytes link_place(base::PersonId person);
base::Bytes viewer_place(base::PersonId person, base::PropertyNumber property);

/// base64 of crypto/seal.h.
std::string seal(const crypto::SecretKey& key, std::string_view value, const base::Bytes& place,
                 base::Random& random);
/// Errors: Corrupt.
base::Result<std::string> unseal(const crypto::SecretKey& key, std::string_view sealed,
                                 const base::Bytes& place);

/// Never 0.
base::ViewerNumber draw_viewer(base::Random& random);

}  // namespace vault
