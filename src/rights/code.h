// The code that goes by mail: 8 digits, good once, for ten minutes, for five tries. Whoever holds the link of
// a request and reads the mail of its address is taken for the requester.
//
// Nothing secret is stored: the code of a request's n-th mail is the first digits of HMAC-SHA-256 over
// request id and n under a key of the installation. The table `request_code` counts and times.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"
#include "rights/request.h"

namespace rights {

/// Any thread.
class Codes {
 public:
  Codes(sql::Database& control, vault::KeyStore& keys, const base::Clock& clock)
      : control_(control), keys_(keys), clock_(clock) {}

  /// Begins a new code, which ends the one before; the mail asks for its digits when it is written. Returns
  /// its number. Errors: TooMany past kCodesPerWindow within kCodeWindow.
  base::Result<std::int64_t> draw(RequestId id);
  /// Errors: Gone for a code that is over or replaced, so that no mail leaves with it.
  base::Result<std::string> digits(RequestId id, std::int64_t number);
  /// Uses the code up. Spaces in `given` do not count. Errors: Denied for a wrong one, Gone for one that is
  /// over, used or tried too often: a new one has to be asked for.
  base::Result<void> check(RequestId id, std::string_view given);

 private:
  base::Result<std::string> compute(RequestId id, std::int64_t number);

  sql::Database& control_;
  vault::KeyStore& keys_;
  const base::Clock& clock_;
};

}  // namespace rights
