// The contract's /v1 interface: sessions, withdrawal, and the beat over HTTP and WebSocket.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_beat_api(http::Router& router, House& house);

}  // namespace app
