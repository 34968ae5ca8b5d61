// Passkeys over HTTP: in the place of a code when signing in and at step-up, as the first factor, and one's
// own. Each takes two calls: the first says what the passkey is to sign, the second brings it.
//
//   POST   /api/v1/sign-in/passkey              …/confirm: signed in
//   POST   /api/v1/sign-in/first-passkey        …/confirm: signed in, with recovery codes
//   POST   /api/v1/me/step-up/passkey           …/confirm: shown once more
//   GET    /api/v1/me/passkeys                  one's own
//   POST   /api/v1/me/passkeys                  …/confirm: one more
//   DELETE /api/v1/me/passkeys/{passkey}        one less
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_passkey_api(http::Router& router, House& house);

}  // namespace app
