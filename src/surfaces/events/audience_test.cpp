#include "surfaces/events/audience.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "surfaces/events/timeline_drawing.h"

namespace surfaces::events {
namespace {

std::vector<PersonRow> rows() {
  PersonRow watched;
  watched.viewer = {1};
  watched.name = "=cmd(\"x\"), An";
  watched.email = "an@x.example";
  watched.figures = {.seen = true,
                     .first_seen_ms = 1'795'356'000'000,
                     .last_seen_ms = 1'795'356'060'500,
                     .active_s = {30'250},
                     .open_s = {60'500},
                     .share = {8}};
  PersonRow absent;
  absent.viewer = {2};
  absent.name = "Bo";
  absent.email = "@bo.example";
  return {watched, absent};
}

TEST(AudienceExport, IsTheContractsTableWithFormulasDefused) {
  EXPECT_EQ(audience_csv(rows()),
            "name,email,first_seen,last_seen,active_s,open_s,share,checks,accredited\r\n"
            "\"'=cmd(\"\"x\"\"), "
            "An\",an@x.example,2026-11-22T14:00:00.000Z,2026-11-22T14:01:00.500Z,30.25,60.5,0.008,"
            "0,false\r\n"
            "Bo,'@bo.example,,,0.0,0.0,0.0,0,false\r\n");
}

TEST(AudienceExport, JsonHasTheSameColumns) {
  const auto out = nlohmann::json::parse(audience_json(rows()));
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].size(), 9U);
  EXPECT_EQ(out[0]["name"], "=cmd(\"x\"), An");
  EXPECT_EQ(out[0]["active_s"], 30.25);
  EXPECT_TRUE(out[1]["first_seen"].is_null());
  EXPECT_EQ(out[1]["accredited"], false);
}

TEST(AudienceExport, WorkbookIsAZipInMemory) {
  Event event;
  event.time_zone = "Europe/Brussels";
  const auto workbook = audience_xlsx(rows(), event);
  ASSERT_TRUE(workbook) << workbook.error().message;
  EXPECT_TRUE(workbook->starts_with("PK"));
  EXPECT_NE(workbook->find("xl/worksheets/sheet1.xml"), std::string::npos);
}

TEST(Handles, NameAViewerAndNobodyElse) {
  EXPECT_EQ(handle_of({0xabc}), "0000000000000abc");
  EXPECT_EQ(viewer_of("0000000000000abc")->value, 0xabcU);
  for (const auto* wrong : {"", "abc", "0000000000000000", "000000000000000g", "00000000000000abc"})
    EXPECT_EQ(viewer_of(wrong).error().code, base::Code::NotFound) << wrong;
}

TEST(TimelineDrawing, DrawsEachPresenceInItsPlace) {
  const std::vector<pulse::Presence> presences{{0, 500, true}, {500, 1000, false}};
  const auto drawing = draw_timeline(presences, 0, 2000);
  EXPECT_NE(drawing.find(R"(<rect class="active" x="0.00" y="0" width="250.00")"), std::string::npos)
      << drawing;
  EXPECT_NE(drawing.find(R"(x="250.00" y="0" width="250.00")"), std::string::npos);
}

}  // namespace
}  // namespace surfaces::events
