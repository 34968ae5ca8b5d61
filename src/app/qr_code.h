// A text as a picture that a phone's camera reads: a QR code (ISO/IEC 18004), with the quiet zone of four
// modules around it, as the outline of its dark squares in an SVG of `size` by `size`.
#pragma once

#include <string>

#include "base/result.h"

namespace app {

struct QrCode {
  int size = 0;
  std::string path;  ///< of an SVG's `path`, attribute `d`
};

/// Errors: TooLarge for what no such code holds, about 2000 bytes.
base::Result<QrCode> make_qr_code(const std::string& text);

}  // namespace app
