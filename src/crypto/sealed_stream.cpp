#include "crypto/sealed_stream.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/sodium.h"

namespace crypto {
namespace {

using Sodium = crypto_secretstream_xchacha20poly1305_state;

static_assert(kSealedStreamHeaderBytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kSealedPieceOverhead == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(kKeySize == crypto_secretstream_xchacha20poly1305_KEYBYTES);

constexpr unsigned char kMore = 0x00;  // crypto_secretstream_…_TAG_MESSAGE
constexpr unsigned char kLast = 0x03;  // crypto_secretstream_…_TAG_FINAL

/// Writing and reading begin in the same state, which follows from key and header alone; so the header can be
/// drawn from the chance that was handed in.
void begin(Sodium& state, const SecretKey& key, const SealedStreamHeader& header) {
  start_sodium();
  const int status =
      crypto_secretstream_xchacha20poly1305_init_pull(&state, header.data(), key.bytes().data());
  CHECK(status == 0);
}

}  // namespace

struct SealedStreamWriter::State {
  Sodium sodium;
  bool ended = false;
  ~State() { sodium_memzero(&sodium, sizeof sodium); }
};

SealedStreamWriter::SealedStreamWriter(const SecretKey& key, base::Random& random)
    : state_(std::make_unique<State>()) {
  random.fill(header_);
  begin(state_->sodium, key, header_);
}
SealedStreamWriter::~SealedStreamWriter() = default;
SealedStreamWriter::SealedStreamWriter(SealedStreamWriter&&) noexcept = default;
SealedStreamWriter& SealedStreamWriter::operator=(SealedStreamWriter&&) noexcept = default;

base::Bytes SealedStreamWriter::seal(base::ByteView plain, base::ByteView associated, Piece piece) {
  CHECK(!state_->ended);
  state_->ended = piece == Piece::Last;
  base::Bytes sealed(plain.size() + kSealedPieceOverhead);
  const int status = crypto_secretstream_xchacha20poly1305_push(
      &state_->sodium, sealed.data(), nullptr, plain.data(), plain.size(), associated.data(),
      associated.size(), piece == Piece::Last ? kLast : kMore);
  CHECK(status == 0);
  return sealed;
}

struct SealedStreamReader::State {
  Sodium sodium;
  bool ended = false;
  ~State() { sodium_memzero(&sodium, sizeof sodium); }
};

SealedStreamReader::SealedStreamReader(const SecretKey& key, const SealedStreamHeader& header)
    : state_(std::make_unique<State>()) {
  begin(state_->sodium, key, header);
}
SealedStreamReader::~SealedStreamReader() = default;
SealedStreamReader::SealedStreamReader(SealedStreamReader&&) noexcept = default;
SealedStreamReader& SealedStreamReader::operator=(SealedStreamReader&&) noexcept = default;

base::Result<SealedStreamReader::Opened> SealedStreamReader::open(base::ByteView sealed,
                                                                  base::ByteView associated) {
  if (state_->ended) return base::fail(base::Code::Corrupt, "something follows the stream's last piece");
  if (sealed.size() < kSealedPieceOverhead)
    return base::fail(base::Code::Corrupt, "a piece of the stream is cut short");
  Opened opened;
  opened.plain.resize(sealed.size() - kSealedPieceOverhead);
  unsigned char tag = 0;
  const int status = crypto_secretstream_xchacha20poly1305_pull(&state_->sodium, opened.plain.data(), nullptr,
                                                                &tag, sealed.data(), sealed.size(),
                                                                associated.data(), associated.size());
  if (status != 0 || (tag != kMore && tag != kLast))
    return base::fail(base::Code::Corrupt, "a piece of the stream does not open");
  opened.piece = tag == kLast ? Piece::Last : Piece::More;
  state_->ended = opened.piece == Piece::Last;
  return opened;
}

}  // namespace crypto
