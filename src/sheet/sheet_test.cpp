#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sheet/csv.h"
#include "sheet/workbook.h"

namespace sheet {
namespace {

TEST(Csv, quotes_what_needs_it_and_disarms_formulas) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_cell("two\nlines"), "\"two\nlines\"");
  for (const char* formula : {"=1+1", "+1", "-1", "@x", "\t=1", "＝1+1", "＋1", "－1", "＠x"})
    EXPECT_EQ(csv_cell(formula).front(), '\'') << formula;
  EXPECT_EQ(csv_cell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(csv_cell(""), "");
  const std::vector<std::string> cells{"a", "", "c,d"};
  EXPECT_EQ(csv_line(cells), "a,,\"c,d\"\r\n");
}

TEST(Workbook, is_a_zip_and_refuses_a_name_that_no_sheet_can_have) {
  Worksheet sheet{
      .name = "Data", .header = {"a", "b"}, .rows = {{std::string{"x"}, 1.5}, {true, {}}}, .widths = {}};
  const auto made = write_workbook({&sheet, 1});
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->starts_with("PK"));
  sheet.name = "a/b";
  const auto refused = write_workbook({&sheet, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::Invalid);
}

}  // namespace
}  // namespace sheet
