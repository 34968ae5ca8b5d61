// The rights desk within the house: what it is given, and what of the house heeds it.
#pragma once

#include <vector>

#include "app/house.h"
#include "base/result.h"
#include "outbox/outbox.h"

namespace app {

/// What a member of staff is called; empty for who is no more.
base::Result<std::string> name_of(House& house, base::MemberId member);

/// Opens the desk and mounts its surface. The house's other modules are open.
base::Result<void> open_desk(House& house);

/// `templates`, of which none is filled in for somebody whose data are only kept, and the desk's own beside
/// them. Mails are written once the desk is open.
std::vector<outbox::Template> with_desk_mails(House& house, std::vector<outbox::Template> templates);

}  // namespace app
