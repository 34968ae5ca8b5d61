// A file of sealed blocks with an index at its end: what segments, checkpoints and anonymous records are made
// of. Written once, front to back, and never changed. Numbers are little-endian.
//
//   header, 64 bytes                          block k = 0, 1 … (the index is the last one)
//    0   8  "HSBLOCK1"                          0   4  length of the sealed bytes, n
//    8   4  what it holds (FileKind)            4   4  length of the plain bytes
//   12   4  format version, 1                   8   8  XXH3-64 of the sealed bytes, seeded with that of
//   16   8  the file's own number                      bytes 0 … 7
//   24  16  salt, random                       16   n  plain bytes, compressed with zstd, then under
//   40  16  zero                                       AES-256-GCM with its tag
//   56   8  XXH3-64 of bytes 0 … 55
//                                             trailer, 32 bytes
//   The key is derived from the owner's         0   8  offset of the index
//   key and the salt; the nonce is k,           8   8  number of blocks, index included
//   the associated data bytes 0 … 7.           16   8  "HSBLEND1"
//                                              24   8  XXH3-64 of bytes 0 … 23
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/files.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/aes_gcm.h"
#include "crypto/secret_key.h"

namespace pulse {

enum class FileKind : std::uint32_t { Segment = 1, Checkpoint = 2, Anonymous = 3 };

/// Where a block lies.
struct BlockPlace {
  std::uint64_t offset = 0;
  std::uint32_t stored_bytes = 0;  ///< head included
  std::uint32_t number = 0;
};

/// One thread at a time.
class BlockFileWriter {
 public:
  /// Begins `path` anew. `number` tells files of one kind apart: a property's number, say.
  static base::Result<std::unique_ptr<BlockFileWriter>> create(base::Files& files, const base::Path& path,
                                                               FileKind kind, std::uint64_t number,
                                                               const crypto::SecretKey& key,
                                                               base::Random& random, int level);
  /// Requires: plain.size() ≤ kBlockBytesMax.
  base::Result<BlockPlace> add(base::ByteView plain);
  /// Adds the index, ends the file and syncs it; its name may still be lost.
  base::Result<void> finish(base::ByteView index);

  std::uint64_t size() const { return written_ + buffer_.size(); }
  ~BlockFileWriter();

 private:
  struct Compressor;
  BlockFileWriter(std::unique_ptr<base::File> file, crypto::AesGcm cipher, int level);
  base::Result<void> flush();

  std::unique_ptr<base::File> file_;
  crypto::AesGcm cipher_;
  std::unique_ptr<Compressor> compressor_;
  base::Bytes buffer_;
  base::Bytes compressed_;
  std::uint64_t written_ = 0;
  std::uint32_t blocks_ = 0;
};

/// Any thread; blocks are opened one at a time.
class BlockFileReader {
 public:
  /// Reads header, trailer and index. Errors: Corrupt naming file and offset; NotFound; Unavailable.
  static base::Result<std::unique_ptr<BlockFileReader>> open(base::Files& files, const base::Path& path,
                                                             FileKind kind, std::uint64_t number,
                                                             const crypto::SecretKey& key);
  base::ByteView index() const { return index_; }
  /// The block's plain bytes in the place of what `plain` held.
  base::Result<void> read(const BlockPlace& place, base::Bytes& plain) const;
  /// Every block but the index, in order, as they follow each other in the file: needs no index.
  base::Result<void> read_all(const std::function<base::Result<void>(base::ByteView)>& visit) const;

  std::uint64_t size() const { return size_; }
  std::string name() const { return path_.filename().string(); }

 private:
  struct Opener;
  BlockFileReader(std::unique_ptr<base::File> file, base::Path path, std::uint64_t size,
                  crypto::AesGcm cipher);
  base::Result<void> open_block(base::ByteView stored, std::uint64_t offset, std::uint32_t number,
                                base::Bytes& plain) const;
  base::Result<void> load_index(base::ByteView trailer);
  std::unexpected<base::Error> corrupt(std::uint64_t offset, std::string_view what) const;

  std::unique_ptr<base::File> file_;
  base::Path path_;
  std::uint64_t size_ = 0;
  std::uint64_t index_offset_ = 0;
  std::uint32_t blocks_ = 0;
  base::Bytes index_;
  mutable base::Mutex mutex_;
  mutable crypto::AesGcm cipher_ GUARDED_BY(mutex_);
};

}  // namespace pulse
