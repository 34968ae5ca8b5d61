// The store's files as recovery and verification look for them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace pulse {

inline constexpr std::string_view kCheckpointName = "checkpoint";

/// The image in the checkpoint at `path`; for read_image. Errors: Corrupt, NotFound, Unavailable.
base::Result<base::Bytes> load_image(base::Files& files, const base::Path& path,
                                     const crypto::SecretKey& key);

/// The numbers of the folder's logs, rising.
base::Result<std::vector<std::uint64_t>> list_logs(base::Files& files, const base::Path& folder);

/// Removes a file after its bytes were overwritten; not being there is no error.
base::Result<void> shred(base::Files& files, const base::Path& path);
/// Overwrites a file's bytes with zeros, and syncs.
base::Result<void> overwrite(base::File& file);

}  // namespace pulse
