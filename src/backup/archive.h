// An archive: one file that holds a data folder, sealed. It has no keys in it but in sealed form those of
// nobody: what it is sealed with lies in the key store, which is copied apart.
//
//    0   8  "HSBACK1\n"
//    8   8  which key: the first bytes of a hash of it, so that other keys are told from damage
//   16  24  header of the sealed stream (crypto/sealed_stream.h)
//   40   …  pieces, each with its length before it (u32, little-endian, kSealedPieceOverhead more than the
//           plain text); bytes 0 … 15 are their associated data. The last is marked as such, and nothing
//           follows it.
//
// What is sealed is one frame of zstd, and in that are the files (entries.h), the manifest (manifest.h)
// first.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backup/entries.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace backup {

/// A file to be put into an archive.
struct Item {
  std::string name;
  std::uint64_t bytes = 0;                ///< its length, or for a file that may vanish, about so much
  std::unique_ptr<base::File> file = {};  ///< open already
  base::Path path = {};                   ///< or to be opened when it is its turn
  std::string text = {};                  ///< or this, when there is neither
  /// Other than the stores it may be changed or removed at any time: then it is in the archive as it was
  /// found, or not at all.
  bool may_vanish = false;
  std::shared_ptr<void> keeps = {};  ///< let go as soon as the item is written
};

/// Makes an archive, piece by piece. One thread at a time.
class ArchiveWriter {
 public:
  /// Files and random outlive the writer.
  ArchiveWriter(std::vector<Item> items, const crypto::SecretKey& key, base::Files& files,
                base::Random& random);
  ~ArchiveWriter();
  ArchiveWriter(ArchiveWriter&&) noexcept;

  /// Appends the next bytes to `out`; nothing once all is there. After an error there is no more.
  base::Result<void> next(std::string& out);
  /// Of all items, before compression.
  std::uint64_t bytes_total() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Reads all of an archive; what was handed to `visitor` counts only once this has succeeded. `progress` is
/// told how many bytes of the archive are read. Errors: Corrupt for an archive that is changed or cut off
/// anywhere, Denied when it was sealed with another key, and those of the visitor.
base::Result<void> read_archive(base::Files& files, const base::Path& path, const crypto::SecretKey& key,
                                Visitor& visitor,
                                const std::function<void(std::uint64_t bytes)>& progress = {});

}  // namespace backup
