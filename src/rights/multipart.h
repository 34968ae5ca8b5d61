// The file that a form without a script uploads: multipart/form-data (RFC 7578).
#pragma once

#include <string_view>

#include "base/result.h"

namespace rights {

/// The content of the first part that has a file name; it lies in `body`. Empty when nothing was chosen.
/// Errors: Invalid for another content type, or a body that is not delimited by its boundary.
base::Result<std::string_view> first_file(std::string_view content_type, std::string_view body);

}  // namespace rights
