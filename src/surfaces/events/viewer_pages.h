// What viewers see: the pages of an event, rendered on the server and readable without JavaScript.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "http/router.h"
#include "surfaces/events/guardian.h"
#include "surfaces/events/links.h"
#include "surfaces/events/media.h"
#include "surfaces/events/needs.h"
#include "surfaces/events/origins.h"
#include "surfaces/events/registration.h"
#include "surfaces/events/seal_watch.h"
#include "surfaces/events/store.h"

namespace surfaces::events {

/// What the handlers of the surface share.
struct Parts {
  explicit Parts(Needs given);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Needs needs;
  Store store;
  Links links;
  Media media;
  Registration registration;
  Guardians guardians;
  Origins origins;
  SealWatch seal_watch;
  /// Held while a letter is sent, so that no two pass a limit together.
  base::Mutex letters;
};

void add_pages(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
