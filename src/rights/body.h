// What the desk's interface reads out of a JSON body, and how it writes a time that may not be there.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "http/request.h"

namespace rights {

/// Errors: Invalid.
base::Result<nlohmann::json> read_body(const http::Request& request);
/// Empty when it is absent or null. Errors: Invalid for what is no text.
base::Result<std::string> text_of(const nlohmann::json& given, const char* name);
/// Errors: Invalid.
base::Result<bool> truth_of(const nlohmann::json& given, const char* name);
/// None when it is absent or null. Errors: Invalid.
base::Result<std::optional<base::Instant>> time_of(const nlohmann::json& given, const char* name);

nlohmann::json time_json(const std::optional<base::Instant>& at);

}  // namespace rights
