// The second factor over HTTP: the second step of signing in, step-up, one's own authenticator and recovery
// codes. A half session has the session's cookie; it opens /api/v1/sign-in and what is below it, and nothing
// else.
//
//   GET  /api/v1/sign-in                        what the half session waits for
//   POST /api/v1/sign-in/code                   a code: signed in
//   POST /api/v1/sign-in/authenticator          the first authenticator: its secret, and a picture of it
//   POST /api/v1/sign-in/authenticator/confirm  its code: signed in, with recovery codes
//   POST /api/v1/me/step-up                     a code, shown again
//   GET  /api/v1/me/authenticator               since when; how many recovery codes are left
//   POST /api/v1/me/authenticator               another one; …/confirm as above
//   POST /api/v1/me/recovery-codes              anew
//
// and, for callers of this machine alone, `hartslag staff`:
//
//   POST /staff/reset-factor                    of the account whose address is in the body: 204
//   POST /staff/confirm-device                  of that account, with the number that the browser shows: 204
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The secret of the half session. Errors: Unauthenticated for who has no cookie.
base::Result<std::string> half_session(const http::Request& request);

/// The answer to a second factor that was shown: a session, what is still to come, or why it was not let
/// pass.
base::Result<http::Response> pass(House& house, const http::Request& request,
                                  const base::Result<staff::SignedIn>& session);
/// Signed in, with recovery codes.
base::Result<http::Response> show_codes(House& house, const http::Request& request,
                                        const staff::Confirmed& confirmed);

/// The house outlives the routers.
void add_factor_api(http::Router& router, House& house);
void add_local_staff(http::Router& router, House& house);

}  // namespace app
