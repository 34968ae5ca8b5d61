// The log: what was decided, in order, before anything was acknowledged.
//
// A log is a file `log-<n>` that only grows. Numbers are little-endian.
//
//   header, 64 bytes                          frame, one per committed batch
//    0   8  "HSPLOG1\n"                        0   4  length of the sealed payload, n ≥ 16
//    8   4  format version, 1                  4   4  "HSF1"
//   12   4  zero                               8   8  sequence, rising from 1
//   16   8  the log's number                  16   8  XXH3-64 of the sealed payload, seeded with
//   24  16  salt, random                              that of bytes 0 … 15
//   40  16  zero                              24   n  payload under AES-256-GCM with its tag
//   56   8  XXH3-64 of bytes 0 … 55
//
// The payload's key is derived from the log key and the salt; the nonce is the sequence, and bytes 0 … 15
// of the frame are the associated data. A sequence is used once, also when writing its frame fails, and a
// file is never continued by another process: each start begins a new log. What a payload holds is told in
// record.h.
//
// Whether a frame is whole is told by its checksum. A crash leaves at most the last frame incomplete, since
// the next is written only after it was synced: the *torn tail*, never acknowledged, is cut off. A bad
// frame with a good one behind it, or in a log that has a successor, is no torn tail but damage: reading
// stops with Corrupt, naming file and offset.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/aes_gcm.h"
#include "crypto/secret_key.h"

namespace pulse {

inline constexpr std::size_t kLogHeaderBytes = 64;
inline constexpr std::size_t kFrameHeadBytes = 24;

/// "log-7".
std::string log_name(std::uint64_t number);
/// The number of a log's file name, or 0.
std::uint64_t log_number(std::string_view name);

/// One thread at a time.
class LogWriter {
 public:
  /// Creates `log-<number>` in the place of whatever bore that name, and makes it last.
  static base::Result<std::unique_ptr<LogWriter>> create(base::Files& files, const base::Path& folder,
                                                         std::uint64_t number,
                                                         const crypto::SecretKey& log_key,
                                                         base::Random& random);

  /// Writes a frame and makes it last. Errors: Unavailable; the frame is then not in the log, unless
  /// `broken`. Requires: payload.size() ≤ kFrameBytesMax.
  base::Result<void> append(base::ByteView payload);

  /// True once a sync failed, or what a failed write left could not be cut off: nobody knows what is on the
  /// disk, and nothing is written any more.
  bool broken() const { return broken_; }
  std::uint64_t number() const { return number_; }
  std::uint64_t size() const { return end_; }

 private:
  LogWriter(std::unique_ptr<base::File> file, crypto::AesGcm cipher, std::uint64_t number)
      : file_(std::move(file)), cipher_(std::move(cipher)), number_(number) {}

  std::unique_ptr<base::File> file_;
  crypto::AesGcm cipher_;
  base::Bytes frame_;
  std::uint64_t number_;
  std::uint64_t sequence_ = 1;
  std::uint64_t end_ = kLogHeaderBytes;
  bool broken_ = false;
};

/// Whether a torn tail may be there: only in the log that was written last.
enum class LogPlace { Last, BeforeAnother };

struct LogEnd {
  std::uint64_t good_bytes = 0;     ///< where the last good frame ends; 0: the header itself is torn
  std::uint64_t file_bytes = 0;     ///< more than good_bytes: there is a torn tail
  std::uint64_t last_sequence = 0;  ///< 0: no frame
};

/// Hands the payload of each frame to `visit`, in order. Reads only. Errors: Corrupt naming file and offset;
/// those of `visit`; Unavailable.
base::Result<LogEnd> read_log(base::Files& files, const base::Path& path, LogPlace place,
                              const crypto::SecretKey& log_key,
                              const std::function<base::Result<void>(base::ByteView)>& visit);

}  // namespace pulse
