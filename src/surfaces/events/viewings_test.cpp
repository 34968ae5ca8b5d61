#include "surfaces/events/viewings.h"

#include <gtest/gtest.h>

namespace surfaces::events {
namespace {

base::SessionId id(std::uint8_t first) {
  base::SessionId session;
  session.bytes[0] = first;
  return session;
}

TEST(Viewings, AnOpeningAndItsAnswerAreOne) {
  std::vector<pulse::SessionRow> rows(4);
  rows[0].id = id(1);
  rows[0].opened_ms = 100;
  rows[1].id = id(2);
  rows[1].opened_ms = 150;
  rows[2].id = id(1);
  rows[2].opened_ms = 200;
  rows[2].consented = true;
  rows[2].stopped_ms = 900;
  rows[3].id = id(3);
  rows[3].opened_ms = 1000;
  rows[3].consented = true;
  const auto viewings = viewings_of(rows);
  EXPECT_EQ(viewings.of_row, (std::vector<std::size_t>{0, 1, 0, 2}));
  ASSERT_EQ(viewings.all.size(), 3u);
  EXPECT_EQ(viewings.all[0].opened_ms, 100);
  EXPECT_EQ(viewings.all[0].stopped_ms, 900);
  EXPECT_TRUE(viewings.all[0].consented);
  EXPECT_FALSE(viewings.all[1].consented);
  EXPECT_TRUE(viewings_of({}).all.empty());
}

}  // namespace
}  // namespace surfaces::events
