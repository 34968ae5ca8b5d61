// The public pages that are made from the policy in force: notice, cookies, register.
#pragma once

#include <vector>

#include "app/house.h"
#include "consent/notices.h"
#include "http/router.h"
#include "policy/notice.h"

namespace app {

/// What of `reports` the policy's notice lists: all where somebody else than the operator decides, so that
/// they are handed over; none where nobody else gets them.
std::vector<policy::ReportDefinition> handed_over(const policy::Policy& policy,
                                                  const std::vector<retention::ReportDefinition>& reports);

/// The versions in force so far, newest first, with what each changed for people in the notice's language.
/// `periods` are oldest first.
std::vector<policy::VersionEntry> told_history(const std::vector<consent::NoticePeriod>& periods,
                                               base::Language language);

/// The house outlives the router. Errors: as consent::Notices.
base::Result<void> add_privacy_pages(http::Router& router, House& house);

}  // namespace app
