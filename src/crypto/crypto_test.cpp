#include <gtest/gtest.h>

#include <thread>

#include "crypto/aes_gcm.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "crypto/secret_key.h"
#include "crypto/sign.h"

namespace crypto {
namespace {

using base::as_bytes;
using base::as_text;
using base::Bytes;
using base::Code;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }
SecretKey key_of(std::string_view text) { return SecretKey::from_bytes(hex(text)).value(); }

/// 00 01 02 … 1f
SecretKey counting_key() {
  Bytes bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return SecretKey::from_bytes(bytes).value();
}

/// A chance that gives known bytes, so that a nonce can be that of a published example.
class GivenBytes final : public base::Random {
 public:
  explicit GivenBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_LE(out.size(), bytes_.size());
    std::copy_n(bytes_.begin(), out.size(), out.begin());
  }

 private:
  Bytes bytes_;
};

TEST(SecretKey, MovesAndLeavesZeros) {
  auto key = counting_key();
  const auto copy = key.clone();
  const SecretKey moved = std::move(key);
  EXPECT_TRUE(equal(moved.bytes(), copy.bytes()));
  EXPECT_TRUE(equal(key.bytes(), Bytes(32)));  // NOLINT: what is left behind is the point
  EXPECT_EQ(SecretKey::from_bytes(Bytes(31)).error().code, Code::Invalid);
  EXPECT_EQ(SecretKey::from_bytes(Bytes(33)).error().code, Code::Invalid);
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST(Seal, IsXChaCha20Poly1305) {
  const std::string_view plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
      "would be it.";
  const auto key = key_of("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
  GivenBytes random{nonce};
  const auto sealed = seal(key, as_bytes(plain), hex("50515253c0c1c2c3c4c5c6c7"), random);
  EXPECT_EQ(base::to_hex(sealed),
            "404142434445464748494a4b4c4d4e4f5051525354555657"
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
            "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
            "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
            "21f9664c97637da9768812f615c68b13b52e"
            "c0875924c1c7987947deafd8780acf49");
  EXPECT_EQ(as_text(*open_sealed(key, sealed, hex("50515253c0c1c2c3c4c5c6c7"))), plain);
}

TEST(Seal, OpensNothingThatWasChanged) {
  base::SeededRandom random{1};
  const auto key = SecretKey::draw(random);
  const auto sealed = seal(key, as_bytes("Ada"), as_bytes("row 1"), random);
  EXPECT_EQ(sealed.size(), 3 + kSealOverhead);
  EXPECT_EQ(open_sealed(key, sealed, as_bytes("row 2")).error().code, Code::Corrupt);
  EXPECT_EQ(open_sealed(SecretKey::draw(random), sealed, as_bytes("row 1")).error().code, Code::Corrupt);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_EQ(open_sealed(key, changed, as_bytes("row 1")).error().code, Code::Corrupt) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(open_sealed(key, std::span{sealed}.first(size), as_bytes("row 1"))) << size;
  }
  EXPECT_NE(seal(key, as_bytes("Ada"), as_bytes("row 1"), random), sealed);
  EXPECT_TRUE(open_sealed(key, seal(key, {}, {}, random), {})->empty());
}

AesGcm::Nonce nonce_of(const Bytes& bytes) { return AesGcm::Nonce{bytes}; }

// The GCM specification's test cases 13, 14 and 16 for AES-256 (McGrew and Viega, appendix B).
TEST(AesGcm, IsThatOfTheSpecification) {
  const Bytes zero_nonce(12);
  AesGcm zero{key_of(std::string(64, '0'))};
  Bytes out;
  zero.seal(nonce_of(zero_nonce), {}, {}, out);
  EXPECT_EQ(base::to_hex(out), "530f8afbc74536b9a963b4f1c4cb738b");
  out.clear();
  zero.seal(nonce_of(zero_nonce), Bytes(16), {}, out);
  EXPECT_EQ(base::to_hex(out), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");

  AesGcm cipher{key_of("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")};
  const auto nonce = hex("cafebabefacedbaddecaf888");
  const auto plain =
      hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  const auto associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  out.clear();
  cipher.seal(nonce_of(nonce), plain, associated, out);
  EXPECT_EQ(base::to_hex(out),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
  Bytes opened;
  ASSERT_TRUE(cipher.open(nonce_of(nonce), out, associated, opened));
  EXPECT_EQ(opened, plain);
}

TEST(AesGcm, IsReusedForBlocksAndAppends) {
  base::SeededRandom random{2};
  AesGcm cipher{SecretKey::draw(random)};
  Bytes plain(64 * 1024);
  random.fill(plain);
  Bytes nonce(12);
  for (std::uint8_t block = 0; block < 4; ++block) {
    nonce[0] = block;
    Bytes out{1, 2, 3};
    cipher.seal(nonce_of(nonce), plain, as_bytes("segment"), out);
    ASSERT_EQ(out.size(), 3 + plain.size() + AesGcm::kTagSize);
    const auto sealed = std::span{out}.subspan(3);
    Bytes opened{9};
    ASSERT_TRUE(cipher.open(nonce_of(nonce), sealed, as_bytes("segment"), opened));
    EXPECT_TRUE(std::ranges::equal(std::span{opened}.subspan(1), plain));

    out[out.size() / 2] ^= 1;
    EXPECT_EQ(cipher.open(nonce_of(nonce), sealed, as_bytes("segment"), opened).error().code, Code::Corrupt);
    EXPECT_EQ(opened.size(), 1 + plain.size()) << "upon an error the output is as it was";
    out[out.size() / 2] ^= 1;
    EXPECT_FALSE(cipher.open(nonce_of(nonce), sealed, as_bytes("other"), opened));
    EXPECT_FALSE(cipher.open(nonce_of(nonce), sealed.first(15), as_bytes("segment"), opened));
  }
}

// FIPS 180-4 examples.
TEST(Hash, IsSha256) {
  EXPECT_EQ(base::to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base::to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231 test cases 1 and 2: their keys of 20 and 4 bytes are padded with zeros in HMAC anyway.
TEST(Hash, IsHmacSha256) {
  EXPECT_EQ(
      base::to_hex(hmac_sha256(key_of("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b000000000000000000000000"),
                               as_bytes("Hi There"))),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(
      base::to_hex(hmac_sha256(key_of("4a65666500000000000000000000000000000000000000000000000000000000"),
                               as_bytes("what do ya want for nothing?"))),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// Agrees with another implementation, Python's hashlib.blake2b(data, digest_size=…, key=bytes(range(32))).
TEST(Hash, IsKeyedBlake2b) {
  const auto key = counting_key();
  EXPECT_EQ(base::to_hex(short_mac(key, as_bytes("abc"))), "1a64be47e4729d951c302ee543f97cf3");
  EXPECT_EQ(base::to_hex(derive_key(key, "segment").bytes()),
            "e1f11df49a21c7c829850a659ebc72e1f376261d3bfbd2d1c800d9f2568fae21");
  EXPECT_FALSE(equal(derive_key(key, "segment").bytes(), derive_key(key, "segments").bytes()));
}

TEST(Hash, EqualLooksAtEverything) {
  EXPECT_TRUE(equal(hex("00ff"), hex("00ff")));
  EXPECT_FALSE(equal(hex("00ff"), hex("01ff")));
  EXPECT_FALSE(equal(hex("00ff"), hex("00")));
  EXPECT_TRUE(equal({}, {}));
}

// RFC 8032, section 7.1, tests 1 and 2.
TEST(Sign, IsEd25519) {
  const SigningKey one{key_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")};
  EXPECT_EQ(base::to_hex(one.public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(base::to_hex(one.sign({})),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const SigningKey two{key_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")};
  EXPECT_EQ(base::to_hex(two.sign(hex("72"))),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(verify(two.public_key(), hex("72"), two.sign(hex("72"))));
  EXPECT_FALSE(verify(one.public_key(), hex("72"), two.sign(hex("72"))));
  EXPECT_FALSE(verify(two.public_key(), hex("73"), two.sign(hex("72"))));
  auto forged = two.sign(hex("72"));
  forged[10] ^= 4;
  EXPECT_FALSE(verify(two.public_key(), hex("72"), forged));
}

TEST(Password, IsHashedAndVerified) {
  PasswordHasher hasher;
  const auto hash = hasher.hash("correct horse battery staple").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$")) << hash;
  EXPECT_TRUE(hasher.verify("correct horse battery staple", hash));
  EXPECT_FALSE(hasher.verify("correct horse battery stapl", hash));
  EXPECT_FALSE(hasher.verify("", hash));
  EXPECT_NE(hasher.hash("correct horse battery staple").value(), hash) << "each has its own salt";
  for (const auto* none : {"", "$argon2id$", "password", "$argon2id$v=19$m=47104,t=1,p=1$AAAA$AAAA"}) {
    EXPECT_FALSE(hasher.verify("password", none)) << none;
  }
  EXPECT_FALSE(hasher.verify("password", std::string(1000, '$')));
  EXPECT_FALSE(PasswordHasher::is_outdated(hash));
  EXPECT_TRUE(PasswordHasher::is_outdated(
      "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

TEST(Password, HasALimit) {
  PasswordHasher hasher;
  const std::string longest(kPasswordBytesMax, 'x');
  const auto hash = hasher.hash(longest);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hasher.verify(longest, *hash));
  EXPECT_EQ(hasher.hash(longest + "x").error().code, Code::TooLarge);
  EXPECT_FALSE(hasher.verify(longest + "x", *hash));
}

TEST(Password, WaitsRatherThanTakingMoreMemory) {
  PasswordHasher hasher;
  const auto hash = hasher.hash("one").value();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3 * kPasswordHashesAtOnceMax; ++i) {
      threads.emplace_back([&] { right += hasher.verify("one", hash); });
    }
  }
  EXPECT_EQ(right, 3 * kPasswordHashesAtOnceMax);
}

}  // namespace
}  // namespace crypto
