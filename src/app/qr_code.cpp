#include "app/qr_code.h"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace app {
namespace {

constexpr int kQuietZone = 4;

}  // namespace

base::Result<QrCode> make_qr_code(const std::string& text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code{
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), &QRcode_free};
  if (!code) return base::fail(base::Code::TooLarge, "this text is too long for a QR code");
  QrCode drawn{.size = code->width + 2 * kQuietZone, .path = {}};
  for (int y = 0; y < code->width; ++y) {
    const auto* row = code->data + y * code->width;
    for (int x = 0, length = 0; x < code->width; x += length) {
      // The lowest bit says dark or light: one rectangle for each run of dark ones.
      const auto dark = row[x] & 1U;
      for (length = 1; x + length < code->width && (row[x + length] & 1U) == dark;) ++length;
      if (dark != 0)
        drawn.path += fmt::format("M{} {}h{}v1h-{}z", x + kQuietZone, y + kQuietZone, length, length);
    }
  }
  return drawn;
}

}  // namespace app
