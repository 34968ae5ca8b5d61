#include "pulse/block_file.h"

#include <fmt/format.h>
#include <xxhash.h>
#include <zstd.h>

#include "base/check.h"
#include "crypto/hash.h"
#include "pulse/limits_engine.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kMagic = "HSBLOCK1";
constexpr std::string_view kEndMagic = "HSBLEND1";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kHeadBytes = 16;
constexpr std::size_t kTrailerBytes = 32;
constexpr std::size_t kFlushBytes = std::size_t{1} << 20;

std::uint64_t block_checksum(const std::uint8_t* head, base::ByteView sealed) {
  return XXH3_64bits_withSeed(sealed.data(), sealed.size(), XXH3_64bits(head, 8));
}

crypto::AesGcm cipher_of(const crypto::SecretKey& key, base::ByteView salt) {
  return crypto::AesGcm(crypto::derive_key(key, "pulse blocks " + base::to_hex(salt)));
}

std::array<std::uint8_t, crypto::AesGcm::kNonceSize> nonce_of(std::uint32_t number) {
  std::array<std::uint8_t, crypto::AesGcm::kNonceSize> nonce{};
  base::store_le(nonce.data(), number);
  return nonce;
}

}  // namespace

struct BlockFileWriter::Compressor {
  explicit Compressor(int level_wanted) : level(level_wanted), context(ZSTD_createCCtx()) { CHECK(context); }
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  int level;
  ZSTD_CCtx* context;
};

BlockFileWriter::BlockFileWriter(std::unique_ptr<base::File> file, crypto::AesGcm cipher, int level)
    : file_(std::move(file)), cipher_(std::move(cipher)), compressor_(std::make_unique<Compressor>(level)) {}
BlockFileWriter::~BlockFileWriter() = default;

Result<std::unique_ptr<BlockFileWriter>> BlockFileWriter::create(base::Files& files, const base::Path& path,
                                                                 FileKind kind, std::uint64_t number,
                                                                 const crypto::SecretKey& key,
                                                                 base::Random& random, int level) {
  RETURN_IF_ERROR(files.remove(path));
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Append));
  std::array<std::uint8_t, 16> salt;
  random.fill(salt);
  std::unique_ptr<BlockFileWriter> writer(new BlockFileWriter(std::move(file), cipher_of(key, salt), level));
  auto& header = writer->buffer_;
  const auto magic = base::as_bytes(kMagic);
  header.assign(magic.begin(), magic.end());
  base::append_le(header, static_cast<std::uint32_t>(kind));
  base::append_le(header, kVersion);
  base::append_le(header, number);
  header.insert(header.end(), salt.begin(), salt.end());
  header.resize(56);
  base::append_le(header, static_cast<std::uint64_t>(XXH3_64bits(header.data(), header.size())));
  return writer;
}

Result<void> BlockFileWriter::flush() {
  RETURN_IF_ERROR(file_->append(buffer_));
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<BlockPlace> BlockFileWriter::add(base::ByteView plain) {
  CHECK(plain.size() <= kBlockBytesMax);
  if (buffer_.size() >= kFlushBytes) RETURN_IF_ERROR(flush());
  compressed_.resize(ZSTD_compressBound(plain.size()));
  const auto packed = ZSTD_compressCCtx(compressor_->context, compressed_.data(), compressed_.size(),
                                        plain.data(), plain.size(), compressor_->level);
  CHECK(!ZSTD_isError(packed));
  BlockPlace place{.offset = size(), .stored_bytes = 0, .number = blocks_++};
  const auto start = buffer_.size();
  base::append_le(buffer_, static_cast<std::uint32_t>(packed + crypto::AesGcm::kTagSize));
  base::append_le(buffer_, static_cast<std::uint32_t>(plain.size()));
  base::append_le(buffer_, std::uint64_t{0});
  std::array<std::uint8_t, 8> associated;
  std::memcpy(associated.data(), buffer_.data() + start, associated.size());
  cipher_.seal(nonce_of(place.number), base::ByteView(compressed_).first(packed), associated, buffer_);
  const auto sealed = base::ByteView(buffer_).subspan(start + kHeadBytes);
  base::store_le(buffer_.data() + start + 8, block_checksum(buffer_.data() + start, sealed));
  place.stored_bytes = static_cast<std::uint32_t>(buffer_.size() - start);
  return place;
}

Result<void> BlockFileWriter::finish(base::ByteView index) {
  ASSIGN_OR_RETURN(auto place, add(index));
  const auto start = buffer_.size();
  base::append_le(buffer_, place.offset);
  base::append_le(buffer_, std::uint64_t{blocks_});
  const auto magic = base::as_bytes(kEndMagic);
  buffer_.insert(buffer_.end(), magic.begin(), magic.end());
  base::append_le(buffer_, static_cast<std::uint64_t>(XXH3_64bits(buffer_.data() + start, 24)));
  RETURN_IF_ERROR(flush());
  return file_->sync();
}

BlockFileReader::BlockFileReader(std::unique_ptr<base::File> file, base::Path path, std::uint64_t size,
                                 crypto::AesGcm cipher)
    : file_(std::move(file)), path_(std::move(path)), size_(size), cipher_(std::move(cipher)) {}

std::unexpected<base::Error> BlockFileReader::corrupt(std::uint64_t offset, std::string_view what) const {
  return fail(Code::Corrupt, fmt::format("{} at {}: {}", name(), offset, what));
}

Result<std::unique_ptr<BlockFileReader>> BlockFileReader::open(base::Files& files, const base::Path& path,
                                                               FileKind kind, std::uint64_t number,
                                                               const crypto::SecretKey& key) {
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Read));
  ASSIGN_OR_RETURN(auto size, file->size());
  std::array<std::uint8_t, kHeaderBytes> header{};
  std::array<std::uint8_t, kTrailerBytes> trailer{};
  const auto wrong = [&](std::uint64_t offset, std::string_view what) {
    return fail(Code::Corrupt, fmt::format("{} at {}: {}", path.filename().string(), offset, what));
  };
  if (size < kHeaderBytes + kHeadBytes + kTrailerBytes) return wrong(0, "the file is cut short");
  ASSIGN_OR_RETURN(auto got, file->read_at(0, header));
  if (got != kHeaderBytes) return wrong(0, "the file is cut short");
  if (XXH3_64bits(header.data(), 56) != base::load_le<std::uint64_t>(header.data() + 56) ||
      base::as_text(header).substr(0, 8) != kMagic) {
    return wrong(0, "the header is damaged");
  }
  if (base::load_le<std::uint32_t>(header.data() + 8) != static_cast<std::uint32_t>(kind) ||
      base::load_le<std::uint32_t>(header.data() + 12) != kVersion ||
      base::load_le<std::uint64_t>(header.data() + 16) != number) {
    return wrong(0, "the file is another than its name says");
  }
  std::unique_ptr<BlockFileReader> reader(new BlockFileReader(
      std::move(file), path, size, cipher_of(key, base::ByteView(header).subspan(24, 16))));
  ASSIGN_OR_RETURN(auto tail, reader->file_->read_at(size - kTrailerBytes, trailer));
  if (tail != kTrailerBytes) return wrong(size - kTrailerBytes, "the file is cut short");
  RETURN_IF_ERROR(reader->load_index(trailer));
  return reader;
}

Result<void> BlockFileReader::load_index(base::ByteView trailer) {
  const auto at = size_ - kTrailerBytes;
  if (XXH3_64bits(trailer.data(), 24) != base::load_le<std::uint64_t>(trailer.data() + 24) ||
      base::as_text(trailer).substr(16, 8) != kEndMagic) {
    return corrupt(at, "the trailer is damaged");
  }
  index_offset_ = base::load_le<std::uint64_t>(trailer.data());
  const auto blocks = base::load_le<std::uint64_t>(trailer.data() + 8);
  if (index_offset_ < kHeaderBytes || index_offset_ + kHeadBytes > at || blocks == 0 || blocks > UINT32_MAX)
    return corrupt(at, "the trailer is damaged");
  blocks_ = static_cast<std::uint32_t>(blocks);
  return read({.offset = index_offset_,
               .stored_bytes = static_cast<std::uint32_t>(at - index_offset_),
               .number = blocks_ - 1},
              index_);
}

Result<void> BlockFileReader::open_block(base::ByteView stored, std::uint64_t offset, std::uint32_t number,
                                         base::Bytes& plain) const {
  const auto length = base::load_le<std::uint32_t>(stored.data());
  const auto plain_bytes = base::load_le<std::uint32_t>(stored.data() + 4);
  if (stored.size() != kHeadBytes + length || length < crypto::AesGcm::kTagSize ||
      plain_bytes > kBlockBytesMax ||
      base::load_le<std::uint64_t>(stored.data() + 8) !=
          block_checksum(stored.data(), stored.subspan(kHeadBytes))) {
    return corrupt(offset, "the block is damaged");
  }
  base::Bytes packed;
  packed.reserve(length);
  {
    base::Lock lock(mutex_);
    if (!cipher_.open(nonce_of(number), stored.subspan(kHeadBytes), stored.first(8), packed))
      return corrupt(offset, "the block does not open with this key");
  }
  plain.resize(plain_bytes);
  const auto unpacked = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(unpacked) || unpacked != plain_bytes) return corrupt(offset, "the block does not unpack");
  return {};
}

Result<void> BlockFileReader::read(const BlockPlace& place, base::Bytes& plain) const {
  if (place.offset < kHeaderBytes || place.stored_bytes < kHeadBytes ||
      place.offset + place.stored_bytes > size_ || place.stored_bytes > 2 * kBlockBytesMax) {
    return corrupt(place.offset, "a block is said to lie where there is none");
  }
  base::Bytes stored(place.stored_bytes);
  ASSIGN_OR_RETURN(auto got, file_->read_at(place.offset, stored));
  if (got != stored.size()) return corrupt(place.offset, "the file is cut short");
  return open_block(stored, place.offset, place.number, plain);
}

Result<void> BlockFileReader::read_all(const std::function<Result<void>(base::ByteView)>& visit) const {
  base::Bytes plain;
  auto offset = std::uint64_t{kHeaderBytes};
  for (std::uint32_t number = 0; number + 1 < blocks_; ++number) {
    std::array<std::uint8_t, 4> length{};
    ASSIGN_OR_RETURN(auto got, file_->read_at(offset, length));
    if (got != length.size() || offset >= index_offset_) return corrupt(offset, "a block is missing");
    const auto stored_bytes = kHeadBytes + std::size_t{base::load_le<std::uint32_t>(length.data())};
    if (offset + stored_bytes > index_offset_) return corrupt(offset, "the block is damaged");
    RETURN_IF_ERROR(read({offset, static_cast<std::uint32_t>(stored_bytes), number}, plain));
    RETURN_IF_ERROR(visit(plain));
    offset += stored_bytes;
  }
  if (offset != index_offset_) return corrupt(offset, "bytes lie between the blocks and the index");
  return {};
}

}  // namespace pulse
