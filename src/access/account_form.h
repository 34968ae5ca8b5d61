// What somebody fills in for an account.
#pragma once

#include "access/access.h"

namespace staff {

/// Without surrounding blanks, if it can be taken. `known`: what everybody knows here, beside the account's
/// own name and address (password.h). Errors: Invalid, with the field in front.
base::Result<NewAccount> checked(const NewAccount& account, std::vector<std::string> known);

}  // namespace staff
