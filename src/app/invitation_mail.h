// The mail that asks somebody to come and work here.
#pragma once

#include "app/house.h"

namespace app {

/// For the outbox; the house outlives it.
outbox::Template invitation_template(House& house);

base::Result<void> queue_invitation(outbox::Outbox& outbox, base::PersonId person);

}  // namespace app
