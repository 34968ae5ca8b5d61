// Verifies a published journal from its folder and the public key alone: without the program's data, its
// keys, or a network. What is computed:
//
//   1. the checkpoint is signed by the key; where the key was replaced (journal/handover.h), by the one that
//   each
//      handover leads to, whichever of the journal's keys is given
//   2. every entry is well formed and bears the number of its place
//   3. every hash in every tile is the one that the entries give, and their root the one that is signed
//   4. there is no file, and no part of one, beyond what is signed, and none is missing
//   5. where an older checkpoint is given: it is signed by one of the journal's keys, and this tree is a
//      continuation of the tree that it signs (RFC 6962 consistency proof, made from the tiles)
//   6. where an entry is named: it is in the tree (RFC 6962 inclusion proof, made from the tiles)
//
// A copy that was cut back as a whole to what an older checkpoint signs is a true journal of that day: only 5
// can tell that it is not today's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "journal/leaf.h"
#include "journal/note.h"

namespace journal {

struct VerifyOptions {
  /// A signed checkpoint that was kept.
  std::optional<std::string> since = {};
  std::optional<ActNumber> entry = {};
};

struct Verified {
  Checkpoint checkpoint;
  /// All that ever signed this journal, the oldest first; the last one signed the checkpoint.
  std::vector<VerifierKey> keys;
  std::optional<Checkpoint> since;
  std::size_t consistency_hashes = 0;
  std::optional<Leaf> entry;
  std::size_t inclusion_hashes = 0;
};

/// One thread. Errors: Corrupt, saying which file or entry is not what was signed; Invalid for an older
/// checkpoint or an entry that cannot be; those of the files.
base::Result<Verified> verify_folder(base::Files& files, const base::Path& folder, const VerifierKey& key,
                                     const VerifyOptions& options);

}  // namespace journal
