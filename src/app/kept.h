// What of a policy's language this program executes.
#pragma once

#include "policy/vocabulary.h"

namespace app {

/// The sum over the surfaces and modules that app puts together; a new one adds its own here.
policy::Kept kept();

}  // namespace app
