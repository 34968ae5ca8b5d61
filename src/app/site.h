// What is the same for every surface: embedded files, the staff application's shell, the start page, error
// pages for people, and, in the demo, the mails.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_site(http::Router& router, House& house);

}  // namespace app
