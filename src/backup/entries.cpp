#include "backup/entries.h"

#include <algorithm>

#include "backup/limits.h"
#include "base/check.h"

namespace backup {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::uint8_t kFile = 1;
constexpr std::uint8_t kEnd = 2;

std::unexpected<base::Error> corrupt(std::string_view what) {
  return fail(Code::Corrupt, "the archive is damaged: " + std::string{what});
}

}  // namespace

bool is_entry_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  const auto is_refused = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  };
  if (std::ranges::any_of(name, is_refused)) return false;
  while (true) {
    const auto end = name.find('/');
    const auto part = name.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string_view::npos) return true;
    name.remove_prefix(end + 1);
  }
}

void append_file_head(base::Bytes& to, std::string_view name) {
  CHECK(is_entry_name(name));
  to.push_back(kFile);
  base::append_le(to, static_cast<std::uint16_t>(name.size()));
  to.insert(to.end(), name.begin(), name.end());
}

void append_piece(base::Bytes& to, base::ByteView bytes) {
  CHECK(!bytes.empty() && bytes.size() <= kPieceBytesMax);
  base::append_le(to, static_cast<std::uint32_t>(bytes.size()));
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_file_end(base::Bytes& to) { base::append_le(to, std::uint32_t{0}); }

void append_end(base::Bytes& to, std::uint64_t files, std::uint64_t bytes) {
  to.push_back(kEnd);
  base::append_le(to, files);
  base::append_le(to, bytes);
}

void EntryReader::expect(Expects what, std::size_t bytes) {
  expects_ = what;
  wanted_ = bytes;
}

Result<void> EntryReader::take(base::ByteView bytes) {
  while (!bytes.empty()) {
    if (expects_ == Expects::Nothing) return corrupt("something follows its end");
    const auto part = bytes.first(std::min(bytes.size(), wanted_ - gathered_.size()));
    bytes = bytes.subspan(part.size());
    if (expects_ == Expects::Piece) {
      // Handed on as it comes: a piece need not be in memory at once.
      wanted_ -= part.size();
      bytes_ += part.size();
      RETURN_IF_ERROR(visitor_.data(part));
      if (wanted_ == 0) expect(Expects::PieceLength, 4);
      continue;
    }
    gathered_.insert(gathered_.end(), part.begin(), part.end());
    if (gathered_.size() < wanted_) return {};
    const auto whole = std::move(gathered_);
    gathered_.clear();
    RETURN_IF_ERROR(take_whole(whole));
  }
  return {};
}

Result<void> EntryReader::take_whole(base::ByteView bytes) {
  switch (expects_) {
    case Expects::Kind:
      if (bytes[0] == kFile) {
        expect(Expects::NameLength, 2);
      } else if (bytes[0] == kEnd) {
        expect(Expects::End, 16);
      } else {
        return corrupt("an entry of an unknown kind");
      }
      return {};
    case Expects::NameLength: {
      const auto length = base::load_le<std::uint16_t>(bytes.data());
      if (length == 0 || length > kNameBytesMax) return corrupt("a name of that length");
      expect(Expects::Name, length);
      return {};
    }
    case Expects::Name: {
      const std::string name{base::as_text(bytes)};
      if (!is_entry_name(name)) return corrupt("a name that is none");
      ++files_;
      expect(Expects::PieceLength, 4);
      return visitor_.begin_file(name);
    }
    case Expects::PieceLength: {
      const auto length = base::load_le<std::uint32_t>(bytes.data());
      if (length > kPieceBytesMax) return corrupt("a piece of that length");
      if (length > 0) {
        expect(Expects::Piece, length);
        return {};
      }
      expect(Expects::Kind, 1);
      return visitor_.end_file();
    }
    case Expects::End:
      if (base::load_le<std::uint64_t>(bytes.data()) != files_ ||
          base::load_le<std::uint64_t>(bytes.data() + 8) != bytes_)
        return corrupt("its end counts other files");
      expect(Expects::Nothing, 0);
      return {};
    case Expects::Piece:
    case Expects::Nothing: break;
  }
  CHECK(false);
}

Result<void> EntryReader::finish() const {
  if (expects_ != Expects::Nothing) return corrupt("it has no end");
  return {};
}

}  // namespace backup
