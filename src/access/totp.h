// Codes of an authenticator app: RFC 6238 with HMAC-SHA-1, six digits and steps of thirty seconds since 1970,
// which is what every such app takes without being told. A step's code is that of RFC 4226 for the step's
// number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace staff {

/// The step that a moment lies in.
std::int64_t totp_step(base::Instant at);

/// The code of a step: six digits.
std::string totp_code(base::ByteView secret, std::int64_t step);

/// Which of the steps that count at `now` this is the code of, if it is later than `used`: the step itself,
/// and kTotpDrift before and after it, for clocks that differ and for people who type slowly.
std::optional<std::int64_t> match_totp(base::ByteView secret, std::string_view code, base::Instant now,
                                       std::int64_t used);

}  // namespace staff
