// The mail that tells whoever manages a property that its data go soon.
#pragma once

#include "access/access.h"
#include "base/result.h"
#include "outbox/outbox.h"
#include "retention/schedule.h"

namespace retention {

/// For the outbox. `origin`: what addresses begin with.
outbox::Template warning_template(std::string origin);

/// Queues the first or the last warning about `due` for every member who is told of it; each once, however
/// often it is called. Mails to members are of the staff's scope, not of the property that they are about.
base::Result<void> queue_warnings(staff::Access& access, outbox::Outbox& outbox, const Due& due, bool last);

}  // namespace retention
