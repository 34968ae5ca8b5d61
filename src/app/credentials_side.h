// The installation's passwords and keys: who uses them, what rotates them, and the local side of
// `hartslag credentials`, for callers of this machine alone:
//
//   GET  /credentials?lang=en        how each stands, and its history; no secret
//   POST /credentials/{name}/rotate  replaces it now: 204
//   POST /credentials/{name}         takes the one in the body, which the other side knows already: 204
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/house.h"
#include "base/result.h"
#include "credentials/keeper.h"
#include "http/router.h"
#include "mail/transport.h"
#include "retention/surface.h"

namespace app {

/// As policies call it.
inline constexpr std::string_view kMailPassword = "mail";

/// The keeper, and the session keys. Errors: those of credentials::Keeper::open.
base::Result<void> open_credentials(House& house, credentials::Between between);

/// Mail to the server that the options name; its password is the keeper's. Errors: Invalid for options that
/// do not go together.
base::Result<std::unique_ptr<mail::Transport>> open_mail_server(House& house);

/// Replaces what is due. The house outlives it.
retention::Job credentials_job(House& house);

/// The house outlives the router.
void add_credentials(http::Router& router, House& house);

}  // namespace app
