// What a backup takes out of a data folder, and of which moment.
//
// While the program serves, writers of control.db and vault.db are paused for a moment, and between two
// batches of the attention store the place in its log is noted. At that moment both databases are read from
// then on as they are, and writers go on. So a backup holds what a power cut at that moment would have left
// in the stores: everything that was answered before is in it, and an act over several stores that was under
// way is finished at the first start, as after any stop. Then
//
//   1. both databases are copied into `backup.part/` of the data folder, whose files lose their names at once
//      and their bytes with the archive's end: so much room has to be free;
//   2. the attention store's files are read where they lie. Checkpoints go on meanwhile; an erasure waits
//   with
//      the destruction of bytes until its files have been read;
//   3. all other files (videos, mails that wait in a folder) are taken as they are found after the moment.
//
// Never taken: keys.db and its companions; the journal's files, which the program makes of control.db, and
// which would be newer than it; the server's own log (`logs`), whose term would not end in a backup; the
// lock; what has the name of an unfinished file (`.new`, `.part`).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backup/archive.h"
#include "backup/manifest.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "pulse/engine.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace backup {

inline constexpr std::string_view kWorkFolder = "backup.part";

struct Stores {
  base::Path data;
  sql::Database& control;
  sql::Database& vault;
  vault::KeyStore& keys;
  /// Null when the program does not run; then the caller holds the folder's lock.
  pulse::Engine* engine = nullptr;
  base::Files& files;
  const base::Clock& clock;
};

/// The key under which archives are sealed: the service `backup` of the key store. Made at the first use.
base::Result<crypto::SecretKey> backup_key(vault::KeyStore& keys);

/// The manifest and everything else, in the order in which it is to be written. Blocks for as long as both
/// databases take to be copied. One at a time. Errors: Unavailable when the disk is full or a writer does not
/// pause; Internal for a database in the folder that is not known here.
base::Result<std::vector<Item>> collect(const Stores& stores);

/// Removes what a backup left that was interrupted.
base::Result<void> remove_leftovers(const base::Path& data);

}  // namespace backup
