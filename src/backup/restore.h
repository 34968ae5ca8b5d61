// A data folder out of an archive and today's keys.
//
// All of it is made in `<folder>.restoring`, examined there, and put in its place by one rename: before that
// there is nothing at `folder`, afterwards everything. The keys are copied in. Whoever was erased since the
// backup has no key in them, so what the archive holds of them is noise; the first start deletes it before it
// serves.
//
// The archive tells how far its key store had come. Keys that are older than the archive are refused: they
// would bring back whom the archive itself holds as erased. That keys are newer than the archive cannot show
// that they are the newest; so there must be only one copy of them.
#pragma once

#include <functional>

#include "backup/manifest.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"
#include "sql/database.h"

namespace backup {

struct RestoreOrder {
  base::Path archive;
  base::Path folder;  ///< not there, or empty
  base::Path keys;    ///< today's keys.db
  crypto::SecretKey master;
  std::function<void(std::uint64_t bytes)> progress = {};  ///< told how much of the archive is read
};

struct Restored {
  Manifest manifest;
  vault::KeyGeneration keys;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Errors: Conflict when the folder is in use, Denied for keys that are another installation's, older than
/// the archive, or not under this master key; Corrupt for an archive that is changed or cut off; Unavailable.
/// After any of them nothing is left.
base::Result<Restored> restore(const RestoreOrder& order, base::Files& files, const base::Clock& clock,
                               base::Random& random);

/// Every page and index of both databases, and that they hold the rows that the manifest counted.
base::Result<void> examine_databases(const base::Path& folder, const Manifest& manifest);

}  // namespace backup
