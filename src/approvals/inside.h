// What the parts of this module share.
#pragma once

#include "approvals/approvals.h"

namespace approvals {

/// There is nothing left to be done with it.
bool is_closed(State state);

}  // namespace approvals
