// The tree of the journal in files, as C2SP tlog-tiles lays them out (journal/tile.h), and its last
// checkpoint (journal/note.h): whoever copies this folder has all that it takes to verify it.
//
//   journal/checkpoint          signed: how many leaves, and their root
//   journal/handovers           only once its key was replaced: how (journal/handover.h)
//   journal/tile/entries/…      the leaves
//   journal/tile/<level>/…      the hashes
//
// Everything here is made of the table `act`, so a crash between table and files is made good by the next
// publishing. It goes in this order: full tiles and bundles, partial ones, the checkpoint into the table
// `act_log`, the checkpoint into its file, and then what is superseded is removed. Every file is put in place
// whole and synced. A folder between two steps holds more than the checkpoint signs, and never less.
//
// A log must not sign two checkpoints that contradict each other. So `open` computes the whole tree anew from
// the table and compares it with the last checkpoint that was signed, be it the table's or the file's. When
// they differ nothing is signed and the program does not start: the error names the first entry that differs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "crypto/sign.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "journal/tile.h"
#include "sql/database.h"

namespace journal {

/// What checkpoints are signed with, and how it came to that.
struct SigningKeys {
  /// Today's first; then those that it replaced and that sign along for a while, so that who holds one of
  /// their public keys has time to follow. At least one.
  std::vector<crypto::SigningKey> keys;
  /// Every handover up to today's key, the oldest first (journal/handover.h).
  std::string handovers = {};
};

struct PublisherNeeds {
  Journal& journal;
  /// The journal's.
  sql::Database& control;
  base::Files& files;
  const base::Clock& clock;
  base::Path folder;
  /// "lichtbeeld.example/journal". Counts for a log that begins; it keeps the one that it began with.
  std::string origin;
  SigningKeys keys;
};

/// Any thread.
class Publisher {
 public:
  /// Verifies, makes good what a crash left, and publishes. Errors: Corrupt naming the entry when the table
  /// is not what was signed, Invalid for an origin that is no key name.
  static base::Result<std::unique_ptr<Publisher>> open(PublisherNeeds needs);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Signs with these from now on, the last checkpoint first of all. Errors: as `publish`; called again it
  /// goes on.
  base::Result<void> replace_keys(SigningKeys keys);

  /// Signs what was recorded since; without any, leaves everything as it is. After an error all is as it was,
  /// or as it will be, and the next call goes on.
  base::Result<Checkpoint> publish();
  /// The same when kCheckpointEvery has passed since the last time, or kCheckpointEntries are waiting.
  base::Result<void> publish_when_due();

  VerifierKey verifier_key() const;  ///< today's
  std::string handovers() const;
  /// The last checkpoint, signed, as it can be mailed or posted to a witness.
  std::string checkpoint_note() const;
  Checkpoint checkpoint() const;

  /// A tile or bundle of the tree that is published, by name; of a partial one that has grown since, the part
  /// asked for. Errors: NotFound.
  base::Result<base::Bytes> read(const TileName& name) const;
  /// Between two sizes of this log, up to the published one. Errors: Invalid when they are not in order.
  base::Result<Proof> prove_consistency(std::uint64_t old_size, std::uint64_t size) const;

 private:
  struct Inside;
  explicit Publisher(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace journal
