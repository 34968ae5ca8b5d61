// Reads a rendered mail back: what `render` writes and the common rest of MIME (nested multiparts,
// quoted-printable, base64, encoded words, folded headers). For the demo's mail page and for tests; it
// takes any bytes and never fails on odd ones, since a mail that cannot be shown helps nobody.
#pragma once

#include <string_view>

#include "base/result.h"
#include "mail/message.h"

namespace mail {

struct Reading {
  Message message;  ///< `headers` holds every header that has no place of its own
  std::string date;
  /// Everybody whom it is addressed to, as the header has it; `message` has one of them.
  std::string to;
};

/// Errors: TooLarge past kRenderedBytes, Invalid without a header section.
base::Result<Reading> read(std::string_view bytes);

}  // namespace mail
