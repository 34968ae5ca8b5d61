#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/contains.h"
#include "base/files.h"
#include "base/id.h"
#include "base/log.h"
#include "base/number.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "base/trim.h"

namespace base {
namespace {

using ThingId = Id<struct ThingTag>;

TEST(Time, IsSpelledAndReadBack) {
  const auto at = instant_from_ms(1'795'356'000'123);
  EXPECT_EQ(to_rfc3339(at), "2026-11-22T14:00:00.123Z");
  EXPECT_EQ(parse_rfc3339("2026-11-22T14:00:00.123Z"), at);
  EXPECT_EQ(parse_rfc3339("2026-11-22T15:00:00.1234567+01:00"), at);
  EXPECT_EQ(to_rfc3339(instant_from_ms(-1)), "1969-12-31T23:59:59.999Z");
  for (const auto* wrong :
       {"", "2026-11-22", "2026-11-22T14:00:00", "2026-02-29T14:00:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T14:00:00.Z", "2026-11-22T14:00:00Zx", "2026-11-22T14:00:00.0000000000Z"}) {
    EXPECT_FALSE(parse_rfc3339(wrong)) << wrong;
  }
}

TEST(Time, KnowsZonesAndTheirGaps) {
  EXPECT_TRUE(is_time_zone("Europe/Brussels"));
  EXPECT_FALSE(is_time_zone("Europe/Atlantis"));
  // The clocks of 29 March 2026 skip from 02:00 to 03:00.
  EXPECT_EQ(to_rfc3339(*parse_local("2026-03-29T02:30", "Europe/Brussels")), "2026-03-29T01:00:00.000Z");
  // 25 October 2026 has two half past twos: the first counts.
  EXPECT_EQ(to_rfc3339(*parse_local("2026-10-25T02:30", "Europe/Brussels")), "2026-10-25T00:30:00.000Z");
  EXPECT_EQ(to_local(*parse_rfc3339("2026-11-22T14:00:00Z"), "Europe/Brussels"), "2026-11-22T15:00");
  EXPECT_FALSE(parse_local("2026-11-22 ", "Europe/Brussels"));
}

TEST(Clock, DescriptorShiftsBothOrTheWallAlone) {
  const int descriptor = ::memfd_create("clock", 0);
  std::array<std::uint8_t, 16> shared{};
  ASSERT_EQ(::pwrite(descriptor, shared.data(), 16, 0), 16);
  const int kept = ::dup(descriptor);
  EXPECT_FALSE(DescriptorClock::open(::memfd_create("short", 0)));
  EXPECT_TRUE(DescriptorClock::open(descriptor).has_value());
  auto clock = *DescriptorClock::open(::dup(kept));
  const auto wall = clock->now();
  const auto monotonic = clock->monotonic();
  store_le<std::int64_t>(shared.data(), 3'600'000);
  store_le<std::int64_t>(shared.data() + 8, 86'400'000);
  ASSERT_EQ(::pwrite(kept, shared.data(), 16, 0), 16);
  EXPECT_GE(clock->now() - wall, Millis{90'000'000});
  EXPECT_LT(clock->now() - wall, Millis{90'060'000});
  EXPECT_GE(clock->monotonic() - monotonic, Millis{3'600'000});
  EXPECT_LT(clock->monotonic() - monotonic, Millis{3'660'000});
  ::close(kept);
}

TEST(Bytes, EncodingsGoBothWays) {
  SeededRandom random(7);
  for (std::size_t size = 0; size < 40; ++size) {
    Bytes bytes(size);
    random.fill(bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(to_base32(as_bytes("")), "");
  EXPECT_EQ(to_base32(as_bytes("f")), "MY");
  EXPECT_EQ(to_base32(as_bytes("fo")), "MZXQ");
  EXPECT_EQ(to_base32(as_bytes("foo")), "MZXW6");
  EXPECT_EQ(to_base32(as_bytes("foob")), "MZXW6YQ");
  EXPECT_EQ(to_base32(as_bytes("foobar")), "MZXW6YTBOI");
  EXPECT_EQ(to_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_FALSE(from_base64url("Zm9vYg=="));
  EXPECT_FALSE(from_base64url("Zm9vYh"));  // bits left over
  EXPECT_FALSE(from_base64("Zm9v=Yg="));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Number, IsAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_number<int>("-17"), -17);
  EXPECT_EQ(parse_number<std::uint16_t>("65535"), 65'535);
  EXPECT_EQ(parse_number<std::uint64_t>("00ff", 16), 255U);
  for (const auto* wrong : {"", "-", "+1", " 1", "1 ", "1.0", "65536", "-1", "0x1"})
    EXPECT_FALSE(parse_number<std::uint16_t>(wrong)) << wrong;
}

TEST(Contains, LooksThroughAProjection) {
  const std::vector<std::string> words{"a", "bc"};
  EXPECT_TRUE(contains(words, "bc"));
  EXPECT_FALSE(contains(words, "b"));
  EXPECT_TRUE(contains(words, 2U, &std::string::size));
}

TEST(Trim, TakesWhatIsAroundAndLeavesWhatIsBetween) {
  EXPECT_EQ(trimmed("\t Ana  Peeters\r\n"), "Ana  Peeters");
  EXPECT_EQ(trimmed(" \v\f\n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Ids, AreTwentySixCrockfordCharacters) {
  ThingId all_ones;
  all_ones.bytes.fill(0xff);
  EXPECT_EQ(to_text(all_ones), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
  EXPECT_EQ(to_text(ThingId{}), "00000000000000000000000000");
  SeededRandom random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto id = ThingId::draw(random);
    EXPECT_EQ(parse_id<ThingId>(to_text(id)), id);
  }
  EXPECT_FALSE(parse_id<ThingId>("8zzzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(parse_id<ThingId>("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
  EXPECT_FALSE(parse_id<ThingId>("7zzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(parse_id<ThingId>("0000000000000000000000000u"));
}

TEST(Log, WritesOneJsonObject) {
  EXPECT_EQ(format_log_line("T", Level::Info, "http.listening",
                            {{"port", 8080}, {"tls", false}, {"name", log_public("a\"b\n")}}),
            R"({"time":"T","level":"info","event":"http.listening","port":8080,"tls":false,)"
            R"("name":"a\"b\u000a"})");
}

TEST(Files, ReplaceLeavesNoPart) {
  OsFiles files;
  const Path folder =
      std::filesystem::temp_directory_path() / ("hartslag-files-" + std::to_string(::getpid()));
  ASSERT_TRUE(files.make_directories(folder));
  ASSERT_TRUE(replace_file(files, folder / "a", as_bytes("one")));
  ASSERT_TRUE(replace_file(files, folder / "a", as_bytes("two")));
  EXPECT_EQ(*read_file(files, folder / "a", 3), (Bytes{'t', 'w', 'o'}));
  EXPECT_EQ(read_file(files, folder / "a", 2).error().code, Code::TooLarge);
  EXPECT_EQ(read_file(files, folder / "b", 2).error().code, Code::NotFound);
  EXPECT_EQ(*files.list(folder), std::vector<std::string>{"a"});
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace base
