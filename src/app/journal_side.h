// The journal's way out: what signs and publishes it, its jobs, and what everybody may read of it.
#pragma once

#include <vector>

#include "app/house.h"
#include "base/result.h"
#include "http/router.h"
#include "retention/surface.h"

namespace app {

/// Verifies what was published before, and goes on with it; its key is a credential. Errors: those of
/// journal::Publisher::open.
base::Result<void> open_publisher(House& house);

/// Publishing, asking the witness, and the end of the details' term. The house outlives them.
void add_journal_jobs(std::vector<retention::Job>& jobs, House& house);

/// GET /journal/checkpoint, /journal/key, /journal/handovers, /journal/tile/…: what a witness follows the
/// tree with. Entries are not among them: when staff did what is not for the world to read. The house
/// outlives the router.
void add_journal(http::Router& router, House& house);

}  // namespace app
