#include "backup/archive.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>

#include "backup/limits.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/sealed_stream.h"

namespace backup {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kMagic = "HSBACK1\n";
constexpr std::size_t kHeadBytes = 16;

using Head = std::array<std::uint8_t, kHeadBytes>;

Head head_of(const crypto::SecretKey& key) {
  Head head{};
  std::ranges::copy(base::as_bytes(kMagic), head.begin());
  const auto name = crypto::sha256(crypto::derive_key(key, "name of a backup's key").bytes());
  std::copy_n(name.begin(), kHeadBytes - kMagic.size(), head.begin() + kMagic.size());
  return head;
}

std::unexpected<base::Error> damaged(const base::Path& path, std::string_view what) {
  return fail(Code::Corrupt, fmt::format("{} is damaged: {}", path.string(), what));
}

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct ArchiveWriter::Inside {
  std::vector<Item> items;
  base::Files& files;
  Head head;
  crypto::SealedStreamWriter sealer;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> compressor{ZSTD_createCCtx()};
  std::uint64_t total = 0;

  bool begun = false;
  bool packed_all = false;
  bool ended = false;
  std::size_t item = 0;  // the one that is written
  bool item_begun = false;
  std::uint64_t offset = 0;  // in it
  std::uint64_t files_written = 0;
  std::uint64_t bytes_written = 0;
  base::Bytes plain = {};   // entries that are not compressed yet
  base::Bytes packed = {};  // compressed, and not sealed yet
  base::Bytes buffer = {};

  Result<void> add_more();
  Result<bool> begin_item(Item& one);
  Result<std::size_t> read_item(Item& one);
  Result<void> pack(ZSTD_EndDirective how);
  void seal(std::string& out, std::size_t bytes, crypto::Piece piece);
};

ArchiveWriter::ArchiveWriter(std::vector<Item> items, const crypto::SecretKey& key, base::Files& files,
                             base::Random& random)
    : inside_(new Inside{.items = std::move(items),
                         .files = files,
                         .head = head_of(key),
                         .sealer = crypto::SealedStreamWriter(key, random)}) {
  CHECK(inside_->compressor);
  ZSTD_CCtx_setParameter(inside_->compressor.get(), ZSTD_c_compressionLevel, kCompression);
  for (const auto& item : inside_->items) inside_->total += item.bytes;
}
ArchiveWriter::~ArchiveWriter() = default;
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;

std::uint64_t ArchiveWriter::bytes_total() const { return inside_->total; }

/// False when the file is gone.
Result<bool> ArchiveWriter::Inside::begin_item(Item& one) {
  if (!one.file && !one.path.empty()) {
    auto opened = files.open(one.path, base::OpenMode::Read);
    if (!opened && opened.error().code == Code::NotFound && one.may_vanish) return false;
    if (!opened) return fail(std::move(opened).error());
    one.file = *std::move(opened);
  }
  append_file_head(plain, one.name);
  item_begun = true;
  offset = 0;
  ++files_written;
  return true;
}

/// Into the buffer; 0 at the item's end.
Result<std::size_t> ArchiveWriter::Inside::read_item(Item& one) {
  if (!one.file) {
    const auto rest = base::as_bytes(one.text).subspan(static_cast<std::size_t>(offset));
    const auto part = rest.first(std::min(rest.size(), kPieceBytesMax));
    std::ranges::copy(part, buffer.begin());
    return part.size();
  }
  const auto wanted =
      one.may_vanish ? kPieceBytesMax : std::min<std::uint64_t>(kPieceBytesMax, one.bytes - offset);
  ASSIGN_OR_RETURN(const auto got,
                   one.file->read_at(offset, std::span(buffer).first(static_cast<std::size_t>(wanted))));
  if (!one.may_vanish && got < wanted)
    return fail(Code::Corrupt, one.name + " is shorter than it was: it is being changed by somebody else");
  return got;
}

/// Appends to `plain` what comes next, or sets `packed_all`.
Result<void> ArchiveWriter::Inside::add_more() {
  if (item == items.size()) {
    append_end(plain, files_written, bytes_written);
    packed_all = true;
    return pack(ZSTD_e_end);
  }
  auto& one = items[item];
  buffer.resize(kPieceBytesMax);
  if (!item_begun) {
    ASSIGN_OR_RETURN(const bool there, begin_item(one));
    if (!there) {
      one = {};
      ++item;
      return {};
    }
  }
  ASSIGN_OR_RETURN(const auto got, read_item(one));
  if (got == 0) {
    append_file_end(plain);
    one = {};
    item_begun = false;
    ++item;
  } else {
    append_piece(plain, base::ByteView(buffer).first(got));
    offset += got;
    bytes_written += got;
  }
  return pack(ZSTD_e_continue);
}

Result<void> ArchiveWriter::Inside::pack(ZSTD_EndDirective how) {
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size || (how == ZSTD_e_end && left != 0)) {
    const auto before = packed.size();
    packed.resize(before + ZSTD_CStreamOutSize());
    ZSTD_outBuffer out{packed.data() + before, packed.size() - before, 0};
    left = ZSTD_compressStream2(compressor.get(), &out, &in, how);
    packed.resize(before + out.pos);
    if (ZSTD_isError(left)) return fail(Code::Internal, ZSTD_getErrorName(left));
  }
  plain.clear();
  return {};
}

void ArchiveWriter::Inside::seal(std::string& out, std::size_t bytes, crypto::Piece piece) {
  const auto sealed = sealer.seal(base::ByteView(packed).first(bytes), head, piece);
  base::Bytes length;
  base::append_le(length, static_cast<std::uint32_t>(sealed.size()));
  out += base::as_text(length);
  out += base::as_text(sealed);
  packed.erase(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(bytes));
}

Result<void> ArchiveWriter::next(std::string& out) {
  auto& inside = *inside_;
  if (inside.ended) return {};
  if (!inside.begun) {
    inside.begun = true;
    out += base::as_text(inside.head);
    out += base::as_text(inside.sealer.header());
    return {};
  }
  while (!inside.packed_all && inside.packed.size() < kSealedBytes) RETURN_IF_ERROR(inside.add_more());
  if (inside.packed.size() > kSealedBytes || !inside.packed_all) {
    inside.seal(out, kSealedBytes, crypto::Piece::More);
  } else {
    inside.seal(out, inside.packed.size(), crypto::Piece::Last);
    inside.ended = true;
  }
  return {};
}

namespace {

/// Unpacks what was opened, and hands it to the reader of entries.
class Unpacker {
 public:
  explicit Unpacker(Visitor& visitor) : reader_(visitor), buffer_(ZSTD_DStreamOutSize()) { CHECK(context_); }

  Result<void> take(base::ByteView packed) {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    while (in.pos < in.size) {
      if (ended_) return fail(Code::Corrupt, "the archive is damaged: something follows what is packed");
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      const auto left = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left)) return fail(Code::Corrupt, "the archive is damaged: it does not unpack");
      ended_ = left == 0;
      RETURN_IF_ERROR(reader_.take(base::ByteView(buffer_).first(out.pos)));
    }
    return {};
  }
  /// What the decompressor still kept comes out with the frame's end, which has to have been there.
  Result<void> finish() {
    while (!ended_) {
      ZSTD_inBuffer in{nullptr, 0, 0};
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      const auto left = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left) || (left != 0 && out.pos == 0))
        return fail(Code::Corrupt, "the archive is damaged: what is packed has no end");
      ended_ = left == 0;
      RETURN_IF_ERROR(reader_.take(base::ByteView(buffer_).first(out.pos)));
    }
    return reader_.finish();
  }

 private:
  std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context_{ZSTD_createDCtx()};
  EntryReader reader_;
  base::Bytes buffer_;
  bool ended_ = false;
};

/// Exactly so many bytes of a file, or Corrupt.
Result<void> read_all_of(const base::File& file, const base::Path& path, std::uint64_t offset,
                         std::span<std::uint8_t> out) {
  ASSIGN_OR_RETURN(const auto got, file.read_at(offset, out));
  if (got < out.size()) return damaged(path, "it is cut off");
  return {};
}

}  // namespace

Result<void> read_archive(base::Files& files, const base::Path& path, const crypto::SecretKey& key,
                          Visitor& visitor, const std::function<void(std::uint64_t)>& progress) {
  ASSIGN_OR_RETURN(const auto file, files.open(path, base::OpenMode::Read));
  ASSIGN_OR_RETURN(const auto size, file->size());
  Head head{};
  crypto::SealedStreamHeader stream{};
  RETURN_IF_ERROR(read_all_of(*file, path, 0, head));
  RETURN_IF_ERROR(read_all_of(*file, path, head.size(), stream));
  if (!base::as_text(head).starts_with(kMagic)) return damaged(path, "it is no backup of Hartslag");
  if (head != head_of(key))
    return fail(Code::Denied,
                fmt::format("{} was made by another installation: these keys do not open it", path.string()));
  crypto::SealedStreamReader opener(key, stream);
  Unpacker unpacker(visitor);
  base::Bytes sealed;
  bool ended = false;
  for (std::uint64_t at = head.size() + stream.size(); !ended;) {
    std::array<std::uint8_t, 4> length{};
    RETURN_IF_ERROR(read_all_of(*file, path, at, length));
    const auto bytes = base::load_le<std::uint32_t>(length.data());
    if (bytes > kSealedBytes + crypto::kSealedPieceOverhead) return damaged(path, "a piece of that length");
    sealed.resize(bytes);
    RETURN_IF_ERROR(read_all_of(*file, path, at + length.size(), sealed));
    auto opened = opener.open(sealed, head);
    if (!opened) return damaged(path, opened.error().message);
    RETURN_IF_ERROR(unpacker.take(opened->plain));
    at += length.size() + bytes;
    ended = opened->piece == crypto::Piece::Last;
    if (ended && at != size) return damaged(path, "something follows its end");
    if (progress) progress(at);
  }
  return unpacker.finish();
}

}  // namespace backup
