// Mail to a member whose training ends soon.
#pragma once

#include "access/duties.h"
#include "app/house.h"
#include "retention/surface.h"

namespace app {

outbox::Template duty_template(House& house);

/// What has ended enters the journal, and whoever has a training that ends soon is told. The house outlives
/// it.
retention::Job duty_job(House& house);

}  // namespace app
