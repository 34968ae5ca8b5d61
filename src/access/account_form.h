// What somebody fills in for an account.
#pragma once

#include "access/access.h"

namespace staff {

/// Without surrounding blanks, if it can be taken. Errors: Invalid, with the field in front.
base::Result<NewAccount> checked(const NewAccount& account);

}  // namespace staff
