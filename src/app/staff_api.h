// Staff: first account, signing in and out, who one is; and what the staff application needs to know of the
// policy.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "access/door.h"
#include "app/house.h"
#include "http/router.h"

namespace app {

using HouseHandler = base::Result<http::Response> (*)(House&, const http::Request&, const staff::Member&);
/// The handler, with the house that it works on.
staff::Door::Handler with_house(House& house, HouseHandler handler);

/// Errors: NotFound.
base::Result<std::string> organisation_name(House& house, base::OrganisationNumber number);

/// Texts out of a JSON object; what is missing is empty. Errors: Invalid.
base::Result<std::map<std::string, std::string>> read_texts(std::string_view body);

/// Errors: Denied for what a page of another site asks.
base::Result<void> own_page_only(const http::Request& request);

/// The name of the browser's own cookie, by which it is known: with the `__Host-` prefix as the session's.
std::string_view device_cookie(const http::Request& request);

/// Where a try to come in comes from. Lives as long as the request.
staff::From from_of(const http::Request& request);

/// The cookie of a session, or of a half one, and the browser's own.
base::Result<void> set_session(http::Response& response, const House& house, const http::Request& request,
                               const staff::SignedIn& session);

/// The browser forgets the session, and what it keeps of these pages.
base::Result<http::Response> signed_out(const http::Request& request);

/// "password: too short" becomes an error of that field.
http::Response refuse_account(const base::Error& error);
/// Signed in, or half of it: then what is still to come, with that status.
base::Result<http::Response> passed(const House& house, const http::Request& request,
                                    const staff::SignedIn& session, int status);

/// The answer to a try that was not let pass; says when the throttle lets go.
http::Response refuse_try(const base::Error& error);

/// The house outlives the router.
void add_staff_api(http::Router& router, House& house);

}  // namespace app
