// Files and folders that nobody else on the machine may open.
#pragma once

#include "base/files.h"
#include "base/result.h"

namespace base {

/// What is not there is no error. Errors: Denied when group or others have any permission on it, with what to
/// do about it; Unavailable when the system does not tell.
Result<void> check_private(const Path& file);

/// Takes every permission on the folder from group and others. Errors: Denied when it is somebody else's.
Result<void> make_private(const Path& folder);

}  // namespace base
