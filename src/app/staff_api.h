// Staff: first account, signing in and out, who one is; and what the staff application needs to know of the
// policy.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/house.h"
#include "http/router.h"

namespace app {

/// Who is signed in, or whose token this is, whatever they may do. Errors: as surfaces::events::member_of.
base::Result<staff::Member> member_of(House& house, const http::Request& request);

/// Texts out of a JSON object; what is missing is empty. Errors: Invalid.
base::Result<std::map<std::string, std::string>> read_texts(std::string_view body);

/// Errors: Denied for what a page of another site asks.
base::Result<void> own_page_only(const http::Request& request);

/// The cookie of a session, or of a half one.
base::Result<void> set_session(http::Response& response, const House& house, const http::Request& request,
                               const staff::SignedIn& session);

/// The answer to a try that was not let pass; says when the throttle lets go.
http::Response refuse_try(const base::Error& error);

/// The house outlives the router.
void add_staff_api(http::Router& router, House& house);

}  // namespace app
