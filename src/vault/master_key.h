// The master key: 32 random bytes as 64 hexadecimal digits or 44 characters of base64, with or without a
// line end. It lives outside the data folder, so that no backup of the data contains it. Looked for in this
// order, the first that is given counts:
//
//   1. a file named by the configuration
//   2. the systemd credential `master-key` ($CREDENTIALS_DIRECTORY/master-key)
//   3. the environment variable HARTSLAG_MASTER_KEY
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace vault {

struct MasterKeySource {
  std::optional<base::Path> file;
  /// Refused as a place for the key file.
  base::Path data_folder;
  /// How an environment variable is read; nullopt when it is not set.
  std::function<std::optional<std::string>(const char* name)> environment;
};

/// Errors: NotFound when there is none in any place (the message says how to make one), Denied when the file
/// can be read by others than its owner or lies in the data folder, Invalid when it does not hold a key.
base::Result<crypto::SecretKey> load_master_key(base::Files& files, const MasterKeySource& source);

/// Draws a key and writes it to a new file that only its owner can read. Errors: Conflict when the file is
/// there already: a master key is never overwritten.
base::Result<void> create_master_key(base::Files& files, const base::Path& file, base::Random& random);

/// The key in any of its spellings. Errors: Invalid.
base::Result<crypto::SecretKey> parse_master_key(std::string_view text);

}  // namespace vault
