#include "app/qr_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

using ::testing::StartsWith;

TEST(QrCode, HasAFinderInThreeCornersAndAQuietZone) {
  const auto code = make_qr_code("otpauth://totp/x").value();
  // Version 2 has 25 modules a side; 4 of quiet zone lie on each.
  EXPECT_EQ(code.size, 25 + 8);
  // The top edges of the finders at the left and at the right: seven dark modules each.
  EXPECT_THAT(code.path, StartsWith("M4 4h7v1h-7z"));
  EXPECT_NE(code.path.find("M22 4h7v1h-7z"), std::string::npos);
  EXPECT_NE(code.path.find("M4 22h7v1h-7z"), std::string::npos);
  EXPECT_EQ(code.path.find("M0 "), std::string::npos);
}

TEST(QrCode, RefusesWhatDoesNotFit) {
  EXPECT_TRUE(make_qr_code(std::string(2000, 'x')));
  EXPECT_EQ(make_qr_code(std::string(3000, 'x')).error().code, base::Code::TooLarge);
}

}  // namespace
}  // namespace app
