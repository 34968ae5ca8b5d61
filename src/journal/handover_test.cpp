#include "journal/handover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/limits.h"
#include "journal/testing/published.h"

namespace journal {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kOrigin = "lichtbeeld.example/journal";

crypto::SigningKey key_of(std::uint64_t seed) {
  base::SeededRandom random{seed};
  return crypto::SigningKey::draw(random);
}
VerifierKey verifier_of(std::uint64_t seed) { return {kOrigin, key_of(seed).public_key()}; }
std::string note(std::uint64_t from, std::uint64_t to) {
  return sign_handover(kOrigin, key_of(from), key_of(to));
}

TEST(HandoverTest, LeadsFromAnyKeyToTodays) {
  const auto notes = note(1, 2) + note(2, 3);
  for (const std::uint64_t known : {1U, 2U, 3U}) {
    const auto keys = follow_handovers(notes, verifier_of(known));
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_THAT(*keys, ElementsAre(verifier_of(1), verifier_of(2), verifier_of(3)));
  }
  EXPECT_EQ(follow_handovers(notes, verifier_of(4)).error().code, Code::Denied);
  EXPECT_THAT(*follow_handovers("", verifier_of(4)), ElementsAre(verifier_of(4)));
}

TEST(HandoverTest, TakesOverFromTheOneBefore) {
  EXPECT_EQ(open_handovers(note(1, 2) + note(3, 4)).error().code, Code::Denied);
  EXPECT_EQ(open_handovers(note(2, 3) + note(1, 2)).error().code, Code::Denied);
}

TEST(HandoverTest, NoBitOfItCanBeChanged) {
  const auto good = note(1, 2);
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {1, 2, 16}) {
      auto changed = good;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_FALSE(open_handovers(changed)) << i;
    }
    EXPECT_EQ(open_handovers(std::string_view{good}.substr(0, i)).has_value(), i == 0) << i;
  }
}

TEST(HandoverTest, BothKeysSign) {
  const auto good = note(1, 2);
  const auto other = note(1, 3);
  // The new key's own signature in the place of another's, and the other way round.
  const auto last = good.rfind("\n\xE2\x80\x94");
  EXPECT_FALSE(open_handovers(good.substr(0, last) + other.substr(other.rfind("\n\xE2\x80\x94"))));
  const auto first = good.find("\n\xE2\x80\x94") + 1;
  EXPECT_FALSE(open_handovers(good.substr(0, first) + good.substr(last + 1) + good.substr(last + 1)));
}

TEST(HandoverTest, HasALimit) {
  std::string notes;
  const auto two = note(1, 2) + note(2, 1);
  for (std::size_t i = 0; i < kHandoversMax / 2; ++i) notes += two;
  EXPECT_LE(notes.size(), kHandoversBytesMax);
  EXPECT_EQ(open_handovers(notes)->size(), kHandoversMax);
  EXPECT_EQ(open_handovers(notes + note(1, 2)).error().code, Code::Invalid);
}

class ReplacedKeyTest : public testing::Published {
 protected:
  void SetUp() override {
    Published::SetUp();
    add(3);
    ASSERT_TRUE(open_publisher());
    before_ = publish();
    add(2);
    ASSERT_TRUE(publisher_->replace_keys(keys(true)));
  }
  /// The fixture's key was replaced by key 2; for a while it signs along.
  static SigningKeys keys(bool along) {
    SigningKeys all;
    all.keys.push_back(key_of(2));
    if (along) all.keys.push_back(key());
    all.handovers = sign_handover(kOrigin, key(), key_of(2));
    return all;
  }
  base::Result<Verified> verify_by(const VerifierKey& known, const VerifyOptions& options = {}) {
    return verify_folder(os_files_, folder(), known, options);
  }

  std::string before_;
};

TEST_F(ReplacedKeyTest, WhoHasEitherKeyVerifies) {
  EXPECT_EQ(publisher_->verifier_key(), verifier_of(2));
  EXPECT_TRUE(open_checkpoint(publisher_->checkpoint_note(), verifier())) << "it signs along";
  for (const bool along : {true, false}) {
    ASSERT_TRUE(publisher_->replace_keys(keys(along)));
    add(1);
    publish();
    for (const auto& known : {verifier(), verifier_of(2)}) {
      const auto verified = verify_by(known, {.since = before_});
      ASSERT_TRUE(verified) << verified.error().message;
      EXPECT_THAT(verified->keys, ElementsAre(verifier(), verifier_of(2)));
    }
  }
  EXPECT_FALSE(open_checkpoint(publisher_->checkpoint_note(), verifier()));
  EXPECT_THAT(verify_by(verifier_of(3)).error().message, HasSubstr("never signed by the key"));
}

TEST_F(ReplacedKeyTest, TheOldKeyAloneSignsNothingMore) {
  auto files = read_files();
  files["checkpoint"] = sign(publisher_->checkpoint(), key());
  write_files(files);
  EXPECT_THAT(verify_by(verifier()).error().message, HasSubstr("checkpoint: "));
}

TEST_F(ReplacedKeyTest, AHandoverThatWasChangedIsSeen) {
  write_file("handovers", sign_handover(kOrigin, key(), key_of(3)));
  EXPECT_FALSE(verify_by(verifier()));
  write_file("handovers", "x");
  EXPECT_THAT(verify_by(verifier()).error().message, HasSubstr("handovers: "));
}

TEST_F(ReplacedKeyTest, GoesOnAfterARestartAndAfterACrash) {
  close();
  open_table();
  const auto open_with = [&](bool along) {
    publisher_.reset();
    auto opened = Publisher::open({.journal = *journal_,
                                   .control = *control_,
                                   .files = files_,
                                   .clock = clock_,
                                   .folder = folder(),
                                   .origin = kOrigin,
                                   .keys = keys(along)});
    ASSERT_TRUE(opened) << opened.error().message;
    publisher_ = *std::move(opened);
  };
  open_with(true);
  EXPECT_TRUE(verify_by(verifier()));
  // What a crash leaves between the replacement and the next signature: a checkpoint of the old key alone.
  const auto old = sign(publisher_->checkpoint(), key());
  ASSERT_TRUE(
      control_->run({"test/set", "update act_log set checkpoint = :c", "update act_log set checkpoint = :c"},
                    {{"c", old}}));
  write_file("checkpoint", old);
  std::filesystem::remove(folder() / "handovers");
  open_with(false);
  EXPECT_TRUE(verify_by(verifier()));
  EXPECT_TRUE(verify_by(verifier_of(2)));
}

}  // namespace
}  // namespace journal
