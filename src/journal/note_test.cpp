#include "journal/note.h"

#include <gtest/gtest.h>

#include "journal/leaf.h"
#include "journal/limits.h"

namespace journal {
namespace {

using base::Code;

crypto::SigningKey make_key(std::uint64_t seed = 1) {
  base::SeededRandom random{seed};
  return crypto::SigningKey::draw(random);
}

const Checkpoint kCheckpoint{"lichtbeeld.example/journal", 1234, hash_nothing()};

TEST(Note, TheSpecificationsExampleVerifies) {
  const auto key =
      parse_verifier_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->name, "example.com/foo");
  EXPECT_EQ(base::to_hex(key->id()), "530d903a");
  const auto note = parse_note(
      "This is an example message.\n\n— example.com/foo "
      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
  ASSERT_TRUE(note) << note.error().message;
  ASSERT_EQ(note->signatures.size(), 1);
  EXPECT_EQ(note->signatures[0].id, key->id());
  crypto::Signature signature;
  ASSERT_EQ(note->signatures[0].signature.size(), signature.size());
  std::ranges::copy(note->signatures[0].signature, signature.begin());
  EXPECT_TRUE(crypto::verify(key->key, base::as_bytes(note->text), signature));
  EXPECT_EQ(to_text(*key), "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
}

TEST(Note, ACheckpointIsReadByItsKeyAlone) {
  const auto key = make_key();
  const auto note = sign(kCheckpoint, key);
  const VerifierKey verifier{kCheckpoint.origin, key.public_key()};
  EXPECT_EQ(parse_verifier_key(to_text(verifier)), verifier);
  EXPECT_EQ(open_checkpoint(note, verifier), kCheckpoint);
  EXPECT_EQ(open_checkpoint(note, {kCheckpoint.origin, make_key(2).public_key()}).error().code, Code::Denied);
  EXPECT_EQ(open_checkpoint(note, {"another.example", key.public_key()}).error().code, Code::Denied);
  // A witness's line is passed over, wherever it stands; a second, wrong one by the known key is not.
  const auto line = to_line({"witness.example", {1, 2, 3, 4}, base::Bytes(72, 9)});
  EXPECT_EQ(open_checkpoint(note + line, verifier), kCheckpoint);
  EXPECT_EQ(open_checkpoint(note + to_line({verifier.name, verifier.id(), base::Bytes(64, 9)}), verifier)
                .error()
                .code,
            Code::Denied);
}

TEST(Note, NoBitOfASignedCheckpointCanBeChanged) {
  const auto key = make_key();
  const auto note = sign(kCheckpoint, key);
  const VerifierKey verifier{kCheckpoint.origin, key.public_key()};
  for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
    auto changed = note;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(open_checkpoint(changed, verifier)) << "bit " << bit;
  }
  for (std::size_t length = 0; length < note.size(); ++length)
    EXPECT_FALSE(open_checkpoint(note.substr(0, length), verifier)) << "cut to " << length;
  for (const auto* more : {"\n", " ", "x", "\n\n"}) EXPECT_FALSE(open_checkpoint(note + more, verifier));
}

TEST(Note, WhatIsNoVerifierKeyIsRefused) {
  const auto text = to_text(VerifierKey{"a.example", make_key().public_key()});
  ASSERT_TRUE(parse_verifier_key(text));
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(parse_verifier_key(changed)) << "bit " << bit << ": " << changed;
  }
  for (const auto* wrong : {"", "+", "++", "a", "a+b", "a+00000000+", "a b+00000000+AA=="})
    EXPECT_FALSE(parse_verifier_key(wrong)) << wrong;
}

TEST(Note, WhatIsNoCheckpointIsRefused) {
  const auto root = base::to_base64(hash_nothing());
  const auto text = [&](std::string_view size) {
    return "a.example\n" + std::string{size} + "\n" + root + "\n";
  };
  EXPECT_TRUE(parse_checkpoint(text("0")));
  EXPECT_EQ(parse_checkpoint(text("18446744073709551615"))->size, UINT64_MAX);
  for (const auto* size : {"", "00", "01", "-1", "+1", " 1", "1 ", "18446744073709551616", "1e3", "x"})
    EXPECT_FALSE(parse_checkpoint(text(size))) << size;
  EXPECT_FALSE(parse_checkpoint(text("1") + "extension\n"));
  EXPECT_FALSE(parse_checkpoint("\n1\n" + root + "\n"));
  EXPECT_FALSE(parse_checkpoint("a.example\n1\n" + base::to_base64(base::Bytes(31)) + "\n"));
}

TEST(Note, SignaturesHaveALimit) {
  auto note = sign(kCheckpoint, make_key());
  const VerifierKey verifier{kCheckpoint.origin, make_key().public_key()};
  const auto line = to_line({"w.example", {}, base::Bytes(64)});
  for (std::size_t i = 1; i < kNoteSignaturesMax; ++i) note += line;
  EXPECT_TRUE(open_checkpoint(note, verifier));
  EXPECT_FALSE(open_checkpoint(note + line, verifier));
  const auto padded = [&](std::size_t size) {
    std::string text = "a";
    const std::string rest = "\n\n" + line;
    text.resize(size - rest.size(), 'a');
    return text + rest;
  };
  EXPECT_TRUE(parse_note(padded(kNoteBytesMax)));
  EXPECT_FALSE(parse_note(padded(kNoteBytesMax + 1)));
}

Leaf make_leaf() {
  base::SeededRandom random{5};
  return {.number = 17,
          .at = base::instant_from_ms(1'795'356'000'123),
          .state = State::Result,
          .intent = 16,
          .subject = SubjectToken::draw(random),
          .kind = "rights.erase",
          .commitment = crypto::sha256(base::as_bytes("x"))};
}

TEST(Leaf, IsReadAsItWasWritten) {
  auto leaf = make_leaf();
  const auto bytes = encode(leaf);
  EXPECT_EQ(bytes.size(), 76 + leaf.kind.size());
  EXPECT_EQ(parse_leaf(bytes), leaf);
  leaf.state = State::Intent;
  leaf.intent.reset();
  leaf.subject.reset();
  EXPECT_EQ(parse_leaf(encode(leaf)), leaf);
  leaf.kind = std::string(kKindBytesMax, 'k');
  EXPECT_EQ(parse_leaf(encode(leaf)), leaf);
}

TEST(Leaf, NoTwoSpellingsOfOneLeaf) {
  const auto leaf = make_leaf();
  const auto bytes = encode(leaf);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto changed = bytes;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto read = parse_leaf(changed);
    if (read) EXPECT_NE(*read, leaf) << "bit " << bit;
  }
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(parse_leaf(base::ByteView{bytes}.first(length))) << length;
  auto longer = bytes;
  longer.push_back('x');
  EXPECT_FALSE(parse_leaf(longer));
}

TEST(Leaf, CommitsToItsDetail) {
  base::SeededRandom random{6};
  const auto salt = crypto::SecretKey::draw(random);
  const Detail detail{.property = base::PropertyNumber{7},
                      .member = base::MemberId::draw(random),
                      .address = "192.0.2.0/24",
                      .text = "50 rows"};
  const auto record = encode(detail, salt);
  EXPECT_EQ(parse_detail(record), detail);
  EXPECT_EQ(parse_detail(encode(Detail{}, salt)), Detail{});
  // The same detail under another salt is another commitment, and so is any change.
  EXPECT_NE(commitment_of(record), commitment_of(encode(detail, crypto::SecretKey::draw(random))));
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto changed = record;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_NE(commitment_of(changed), commitment_of(record)) << "bit " << bit;
  }
  for (std::size_t length = 0; length < 56; ++length)
    EXPECT_FALSE(parse_detail(base::ByteView{record}.first(length))) << length;
  // Independently: HMAC with the salt as its key over what follows it.
  EXPECT_EQ(commitment_of(record), crypto::hmac_sha256(salt, base::ByteView{record}.subspan(32)));
}

TEST(Leaf, AddressesTellANetworkOnly) {
  EXPECT_EQ(cut_address("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(cut_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
  EXPECT_EQ(cut_address("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(cut_address("::1"), "::/48");
  EXPECT_EQ(cut_address("192.0.2.0/24"), "192.0.2.0/24");
  EXPECT_EQ(cut_address("2001:db8:1::/48"), "2001:db8:1::/48");
  for (const auto* wrong : {"", "localhost", "192.0.2", "1.2.3.4 ", "192.0.2.7/24", "192.0.2.0/48", "::/24",
                            "/24", "1.2.3.0/24/24"})
    EXPECT_EQ(cut_address(wrong), "") << wrong;
}

}  // namespace
}  // namespace journal
