#include "crypto/sealed_stream.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>

namespace crypto {
namespace {

using base::as_bytes;
using base::as_text;
using base::Bytes;
using base::Code;

SecretKey key_of(std::uint64_t seed) {
  base::SeededRandom random(seed);
  return SecretKey::draw(random);
}

class SealedStreamTest : public ::testing::Test {
 protected:
  base::SeededRandom random{7};
  SecretKey key = key_of(1);
  SealedStreamWriter writer{key, random};
  const base::ByteView place = as_bytes("place");
};

TEST_F(SealedStreamTest, WhatIsSealedOpensInItsOrder) {
  const auto first = writer.seal(as_bytes("one"), place, Piece::More);
  const auto second = writer.seal({}, place, Piece::More);
  const auto last = writer.seal(as_bytes("three"), place, Piece::Last);
  EXPECT_EQ(first.size(), 3 + kSealedPieceOverhead);
  SealedStreamReader reader(key, writer.header());
  const auto one = reader.open(first, place);
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(as_text(one->plain), "one");
  EXPECT_EQ(one->piece, Piece::More);
  ASSERT_TRUE(reader.open(second, place));
  const auto three = reader.open(last, place);
  ASSERT_TRUE(three);
  EXPECT_EQ(as_text(three->plain), "three");
  EXPECT_EQ(three->piece, Piece::Last);
  const auto more = reader.open(last, place);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::Corrupt);
}

// The header is drawn by us, so that it is to be shown that libsodium's own reader takes it.
TEST_F(SealedStreamTest, IsLibsodiumsSecretstream) {
  const auto sealed = writer.seal(as_bytes("text"), place, Piece::Last);
  crypto_secretstream_xchacha20poly1305_state state;
  ASSERT_EQ(
      0, crypto_secretstream_xchacha20poly1305_init_pull(&state, writer.header().data(), key.bytes().data()));
  Bytes plain(4);
  unsigned char tag = 0;
  ASSERT_EQ(0, crypto_secretstream_xchacha20poly1305_pull(&state, plain.data(), nullptr, &tag, sealed.data(),
                                                          sealed.size(), place.data(), place.size()));
  EXPECT_EQ(as_text(plain), "text");
  EXPECT_EQ(tag, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

TEST_F(SealedStreamTest, NoBitCanBeChanged) {
  const auto sealed = writer.seal(as_bytes("twenty bytes of text"), place, Piece::Last);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    SealedStreamReader reader(key, writer.header());
    EXPECT_FALSE(reader.open(changed, place)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    SealedStreamReader reader(key, writer.header());
    EXPECT_FALSE(reader.open(base::ByteView(sealed).first(size), place)) << size << " bytes";
  }
  for (std::size_t bit = 0; bit < kSealedStreamHeaderBytes * 8; ++bit) {
    auto header = writer.header();
    header[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    SealedStreamReader reader(key, header);
    EXPECT_FALSE(reader.open(sealed, place)) << "bit " << bit << " of the header";
  }
}

TEST_F(SealedStreamTest, NoPieceCanBeLeftOutRepeatedOrMoved) {
  const auto first = writer.seal(as_bytes("one"), place, Piece::More);
  const auto second = writer.seal(as_bytes("two"), place, Piece::More);
  const auto last = writer.seal(as_bytes("three"), place, Piece::Last);
  const auto opens = [&](std::initializer_list<const Bytes*> pieces) {
    SealedStreamReader reader(key, writer.header());
    return std::ranges::all_of(pieces,
                               [&](const Bytes* piece) { return reader.open(*piece, place).has_value(); });
  };
  EXPECT_TRUE(opens({&first, &second, &last}));
  EXPECT_FALSE(opens({&second}));
  EXPECT_FALSE(opens({&last}));
  EXPECT_FALSE(opens({&first, &last}));
  EXPECT_FALSE(opens({&first, &first}));
  EXPECT_FALSE(opens({&first, &second, &last, &last}));
}

TEST_F(SealedStreamTest, AnotherKeyStreamOrPlaceDoesNotOpenIt) {
  const auto sealed = writer.seal(as_bytes("one"), place, Piece::Last);
  EXPECT_FALSE(SealedStreamReader(key_of(2), writer.header()).open(sealed, place));
  EXPECT_FALSE(SealedStreamReader(key, SealedStreamWriter(key, random).header()).open(sealed, place));
  EXPECT_FALSE(SealedStreamReader(key, writer.header()).open(sealed, as_bytes("elsewhere")));
}

}  // namespace
}  // namespace crypto
