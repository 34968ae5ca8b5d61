// What a member is told by mail about their second factor, since it may have been somebody else.
#pragma once

#include <string>
#include <vector>

#include "access/access.h"
#include "outbox/outbox.h"

namespace app {

/// For the outbox. `origin`: what addresses begin with.
std::vector<outbox::Template> factor_templates(const std::string& origin);

base::Result<void> queue_factor_news(outbox::Outbox& outbox, base::PersonId person, staff::FactorNews news);

}  // namespace app
