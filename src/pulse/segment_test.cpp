#include "pulse/segment.h"

#include <gtest/gtest.h>

#include <random>

#include "pulse/limits_engine.h"
#include "pulse/merge.h"
#include "pulse/segment_rows.h"
#include "pulse/testing/engine_world.h"

namespace pulse {
namespace {

using testing::FaultyFiles;
using testing::kStartMs;
using testing::TestKeys;

struct Rows {
  std::vector<SealedSession> sessions;
  std::vector<SealedInterval> intervals;
  std::vector<SealedMark> marks;
};

Rows make_rows(std::uint64_t seed, Ordinal first, std::size_t sessions) {
  std::mt19937_64 chance(seed);
  base::SeededRandom random(seed);
  Rows rows;
  auto ordinal = first;
  for (std::size_t i = 0; i < sessions; ++i, ordinal += 1 + static_cast<Ordinal>(chance() % 3)) {
    auto at = kStartMs + static_cast<std::int64_t>(chance() % 7'200'000);
    rows.sessions.push_back({ordinal,
                             base::SessionId::draw(random),
                             {chance()},
                             at,
                             static_cast<std::uint32_t>(chance() % 9),
                             chance() % 2 == 0});
    for (auto left = chance() % 20; left > 0; --left) {
      at += chance() % 2 == 0 ? 0 : static_cast<std::int64_t>(chance() % 100'000);
      const auto length =
          1 + static_cast<std::int64_t>(chance() % (chance() % 50 == 0 ? 90'000'000 : 60'000));
      rows.intervals.push_back({ordinal, {at, at + length, static_cast<Facts>(chance() % 128)}});
      at += length;
      if (chance() % 10 == 0)
        rows.marks.push_back({ordinal, at, static_cast<std::uint32_t>(chance() % 4), "value"});
    }
  }
  return rows;
}

class SegmentTest : public ::testing::Test {
 protected:
  SegmentTest() : key(*TestKeys().property_key({7})) {}

  std::shared_ptr<const SegmentReader> store(const Rows& rows, std::uint32_t number = 1) {
    const auto path = base::Path("/p") / segment_name({7}, number);
    auto writer = *SegmentWriter::create(files, path, {7}, key, random);
    for (const auto& row : rows.sessions) EXPECT_TRUE(writer->add(row));
    for (const auto& row : rows.intervals) EXPECT_TRUE(writer->add(row));
    for (const auto& row : rows.marks) EXPECT_TRUE(writer->add(row));
    EXPECT_TRUE(writer->finish());
    auto reader = SegmentReader::open(files, path, {7}, key);
    EXPECT_TRUE(reader) << reader.error().message;
    return *reader;
  }
  template <class Row>
  std::vector<Row> all(const SegmentReader& reader, Table table) {
    std::vector<Row> rows;
    std::vector<Row> block_rows;
    for (const auto& block : reader.blocks()) {
      if (block.table != table) continue;
      EXPECT_TRUE(reader.read(block, block_rows));
      rows.insert(rows.end(), block_rows.begin(), block_rows.end());
    }
    return rows;
  }

  FaultyFiles files;
  base::SeededRandom random{5};
  crypto::SecretKey key;
};

TEST_F(SegmentTest, ReadsWhatWasWritten) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const auto rows = make_rows(seed, static_cast<Ordinal>(seed * 17), seed == 30 ? 6'000 : seed * 7);
    const auto reader = store(rows);
    EXPECT_EQ(all<SealedSession>(*reader, Table::Sessions), rows.sessions) << "seed " << seed;
    EXPECT_EQ(all<SealedInterval>(*reader, Table::Intervals), rows.intervals) << "seed " << seed;
    EXPECT_EQ(all<SealedMark>(*reader, Table::Marks), rows.marks) << "seed " << seed;
    std::int64_t active = 0;
    std::int64_t open = 0;
    for (const auto& block : reader->blocks()) {
      active += block.active_ms;
      open += block.open_ms;
    }
    for (const auto& [ordinal, interval] : rows.intervals) {
      open -= interval.end_ms - interval.start_ms;
      if (is_active(interval.facts)) active -= interval.end_ms - interval.start_ms;
    }
    EXPECT_EQ(active, 0);
    EXPECT_EQ(open, 0);
  }
}

TEST_F(SegmentTest, EachFlippedBitIsFound) {
  store(make_rows(1, 0, 4));
  const auto path = base::Path("/p") / segment_name({7}, 1);
  EXPECT_TRUE(verify_segment(files, path, {7}, key));
  const auto whole = files.bytes_of(path);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    files.set_bytes(path, damaged);
    const auto verified = verify_segment(files, path, {7}, key);
    ASSERT_FALSE(verified) << bit;
    EXPECT_EQ(verified.error().code, base::Code::Corrupt);
    EXPECT_TRUE(verified.error().message.starts_with("7-1.segment at ")) << verified.error().message;
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    files.set_bytes(path, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(verify_segment(files, path, {7}, key)) << size;
  }
}

TEST_F(SegmentTest, BelongsToItsPropertyAndKey) {
  store(make_rows(1, 0, 4));
  const auto path = base::Path("/p") / segment_name({7}, 1);
  EXPECT_FALSE(verify_segment(files, path, {8}, key));
  EXPECT_FALSE(verify_segment(files, path, {7}, *TestKeys().property_key({8})));
}

TEST_F(SegmentTest, MergesInOrderOfSessionAndTime) {
  auto one = make_rows(1, 0, 3'000);
  auto two = one;
  // The same sessions go on later.
  for (auto& row : two.intervals) {
    row.interval.start_ms += 10'000'000'000;
    row.interval.end_ms += 10'000'000'000;
  }
  IntervalMerge merge;
  merge.add(store(one, 1));
  merge.add(store(two, 2));
  auto expected = one.intervals;
  expected.insert(expected.end(), two.intervals.begin(), two.intervals.end());
  std::ranges::sort(expected, {},
                    [](const auto& row) { return std::pair(row.ordinal, row.interval.start_ms); });
  std::vector<SealedInterval> merged;
  while (true) {
    const auto portion = merge.next();
    ASSERT_TRUE(portion);
    if (portion->empty()) break;
    merged.insert(merged.end(), portion->begin(), portion->end());
  }
  EXPECT_TRUE(merged == expected);

  const std::vector<Ordinal> wanted = {one.sessions[5].ordinal, one.sessions[2'900].ordinal};
  IntervalMerge some(&wanted);
  some.add(store(one, 1));
  std::erase_if(one.intervals,
                [&](const auto& row) { return !std::ranges::binary_search(wanted, row.ordinal); });
  const auto portion = *some.next();
  EXPECT_TRUE(std::ranges::equal(portion, std::span(one.intervals).first(portion.size())));
}

}  // namespace
}  // namespace pulse
