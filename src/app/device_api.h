// Known browsers over HTTP: the last step of signing in where a browser is not known, one's own browsers, and
// how one's account was signed in to.
//
//   POST   /api/v1/sign-in/device          with the mailed link: signed in; without: so if somebody vouched
//   for it GET    /api/v1/me/devices              one's own DELETE /api/v1/me/devices/{device}     ends one,
//   and what is signed in there GET    /api/v1/me/sign-ins             the last that succeeded and the last
//   that did not
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_device_api(http::Router& router, House& house);

}  // namespace app
