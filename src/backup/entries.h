// The inside of an archive: files, one after the other, as a stream of bytes. Numbers are little-endian.
//
//   file:  1 (u8) · length of the name (u16) · name · piece … piece · 0 (u32)
//   piece: length, 1 … kPieceBytesMax (u32) · so many bytes
//   end:   2 (u8) · files (u64) · bytes of all files (u64)
//
// A name is a relative path with "/" between its parts, none of which is empty, "." or "..", without control
// characters and backslashes: nothing can be written outside the folder that is restored into. Nothing
// follows the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace backup {

bool is_entry_name(std::string_view name);

/// What is found, in its order. An error ends the reading and is passed on.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual base::Result<void> begin_file(const std::string& name) = 0;
  virtual base::Result<void> data(base::ByteView bytes) = 0;
  virtual base::Result<void> end_file() = 0;
};

void append_file_head(base::Bytes& to, std::string_view name);
void append_piece(base::Bytes& to, base::ByteView bytes);
void append_file_end(base::Bytes& to);
void append_end(base::Bytes& to, std::uint64_t files, std::uint64_t bytes);

/// Takes the stream in portions of any size. One thread at a time.
class EntryReader {
 public:
  explicit EntryReader(Visitor& visitor) : visitor_(visitor) {}

  /// Errors: Corrupt, and those of the visitor.
  base::Result<void> take(base::ByteView bytes);
  /// Errors: Corrupt unless the end was there.
  base::Result<void> finish() const;

  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  enum class Expects { Kind, NameLength, Name, PieceLength, Piece, End, Nothing };
  base::Result<void> take_whole(base::ByteView bytes);
  void expect(Expects what, std::size_t bytes);

  Visitor& visitor_;
  Expects expects_ = Expects::Kind;
  std::size_t wanted_ = 1;
  base::Bytes gathered_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace backup
