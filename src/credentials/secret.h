// A text that opens something: kept from being copied, and wiped when it is no longer needed.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace credentials {

/// One thread at a time changes it; any may read it.
class Secret {
 public:
  explicit Secret(std::string_view text);
  Secret(Secret&& other) noexcept = default;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  std::string_view text() const { return base::as_text(bytes_); }

 private:
  base::Bytes bytes_;
};

/// 256 bits of chance as 43 characters of base64url: letters, digits, `-` and `_`.
Secret draw_secret(base::Random& random);

}  // namespace credentials
