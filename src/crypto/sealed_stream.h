// A long text sealed piece by piece: XChaCha20-Poly1305 as libsodium's secretstream has it
// (crypto_secretstream_xchacha20poly1305). Each piece carries a tag that says whether it is the last, and is
// bound to all before it: pieces that are changed, left out, repeated, put in another order or taken from
// another stream do not open, and a stream that is cut off has no last piece.
//
//   header (24 random bytes, in clear) · piece · piece · … · last piece
//   piece: ciphertext, kSealedPieceOverhead bytes longer than the plain text
//
// How long each piece is has to be told beside it; whoever changes that makes it not open.
#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace crypto {

inline constexpr std::size_t kSealedStreamHeaderBytes = 24;
inline constexpr std::size_t kSealedPieceOverhead = 17;

using SealedStreamHeader = std::array<std::uint8_t, kSealedStreamHeaderBytes>;

enum class Piece { More, Last };

/// One thread at a time.
class SealedStreamWriter {
 public:
  SealedStreamWriter(const SecretKey& key, base::Random& random);
  ~SealedStreamWriter();
  SealedStreamWriter(SealedStreamWriter&&) noexcept;
  SealedStreamWriter& operator=(SealedStreamWriter&&) noexcept;

  const SealedStreamHeader& header() const { return header_; }
  /// Requires: the last piece has not been sealed yet.
  base::Bytes seal(base::ByteView plain, base::ByteView associated, Piece piece);

 private:
  struct State;
  SealedStreamHeader header_{};
  std::unique_ptr<State> state_;
};

/// One thread at a time.
class SealedStreamReader {
 public:
  SealedStreamReader(const SecretKey& key, const SealedStreamHeader& header);
  ~SealedStreamReader();
  SealedStreamReader(SealedStreamReader&&) noexcept;
  SealedStreamReader& operator=(SealedStreamReader&&) noexcept;

  struct Opened {
    base::Bytes plain;
    Piece piece = Piece::More;
  };
  /// Errors: Corrupt when this is not the next piece of the stream, and for every piece after the last.
  base::Result<Opened> open(base::ByteView sealed, base::ByteView associated);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crypto
