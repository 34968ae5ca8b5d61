// A member's own account: password, sessions, API tokens.
#pragma once

#include <string>

#include "app/house.h"
#include "http/router.h"

namespace app {

/// Who sits at a browser, and the session: a program that acts for somebody changes nothing of their account.
struct Seated {
  staff::Member member;
  std::string session;
};
/// Errors: as member_of; Denied for an API token.
base::Result<Seated> seated(House& house, const http::Request& request);

/// The house outlives the router.
void add_account_api(http::Router& router, House& house);

}  // namespace app
