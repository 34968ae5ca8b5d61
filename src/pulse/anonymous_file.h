// The file that holds the anonymous record of a property in the place of its segments:
// `<property>.anonymous`, a block file (block_file.h) of kind Anonymous whose number is the property's. Its
// blocks are what `encode` of anonymous.h gives, cut into portions; its index is empty. It is under the log's
// key, since the property's key is destroyed.
#pragma once

#include <string>

#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"
#include "pulse/anonymous.h"

namespace pulse {

/// "7.anonymous".
std::string anonymous_name(base::PropertyNumber property);
/// Whether it is the name of such a file, or of one that was being written.
bool is_anonymous_name(std::string_view name);

/// Puts the record in the place of what the file held; it lasts when this returns.
base::Result<void> save_anonymous(base::Files& files, const base::Path& folder, base::PropertyNumber property,
                                  const AnonymousRecord& record, const crypto::SecretKey& key,
                                  base::Random& random);
/// Errors: Corrupt naming the file; NotFound; Unavailable.
base::Result<AnonymousRecord> load_anonymous(base::Files& files, const base::Path& folder,
                                             base::PropertyNumber property, const crypto::SecretKey& key);

}  // namespace pulse
