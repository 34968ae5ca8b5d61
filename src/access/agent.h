// What kind of browser somebody has, as they would name it: "Firefox, Linux". Coarse on purpose: no version
// and no model, so that it tells a member's own browsers apart and nobody else's.
#pragma once

#include <string>
#include <string_view>

namespace staff {

/// Of a `User-Agent`. Empty for one that says neither what it is nor what it runs on.
std::string name_agent(std::string_view user_agent);

}  // namespace staff
