// What a User-Agent says of the type of browser and of system, and nothing that would single somebody out: a
// name out of a short list and the first number of its version.
#pragma once

#include <string>
#include <string_view>

namespace request_log {

/// "Firefox 140, Linux", "Safari 18, iOS", "bot"; "other" for what is neither known nor says that it is a
/// program. Any thread.
std::string browser_type(std::string_view user_agent);

}  // namespace request_log
