// What a request brings as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace http {

/// The object that a body holds. Whoever copies or writes a JSON value calls itself once a level, so a body
/// that is nested deeper than kJsonDepthMax is refused before anything is made of it: it would be the end of
/// the thread's stack, and of the program. Errors: Invalid for what is no object, too.
base::Result<nlohmann::json> read_json_object(std::string_view body);

}  // namespace http
