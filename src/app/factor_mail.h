// What a member is told by mail about their second factor and their browsers, since it may have been somebody
// else; and the link that lets a browser in.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "outbox/outbox.h"

namespace app {

/// What waits, by the name that its mail has of it.
using FindWaiting = std::function<base::Result<staff::WaitingDevice>(std::string_view wait)>;

/// For the outbox. `origin`: what addresses begin with.
std::vector<outbox::Template> factor_templates(const std::string& origin, FindWaiting find_waiting);

base::Result<void> queue_factor_news(outbox::Outbox& outbox, base::PersonId person, staff::FactorNews news,
                                     std::string about);

}  // namespace app
