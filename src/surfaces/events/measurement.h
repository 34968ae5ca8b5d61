// What may be measured of an event, told to the store of attention, and who may come in.
#pragma once

#include <string_view>

#include "base/result.h"
#include "retention/surface.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// Declares the event's window, facts and marks to the engine, and its domains to whoever checks origins: at
/// every start and after every change.
base::Result<void> declare(Parts& parts, const Event& event);
base::Result<void> declare_all(Parts& parts);

/// Events that are over end their sessions and are sealed, when seal_watch.h says so. Idempotent.
base::Result<void> seal_ended(Parts& parts);

/// Everybody who registered for an event that is not over has their confirmation in the outbox, also when a
/// crash came between registering and queueing. Run once after a start.
base::Result<void> queue_missing_confirmations(Parts& parts);

/// The `admit` of the surface.
base::Result<retention::Visit> admit(Parts& parts, const property::Property& property, std::string_view link);

}  // namespace surfaces::events
