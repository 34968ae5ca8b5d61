// Accounts of staff as something that ends: which were used when, and how one is forgotten. What people do
// with an account is access.h.
#pragma once

#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/journal.h"

namespace sql {
class Database;
}

namespace staff {

struct AccountUse {
  base::MemberId member = {};
  base::PersonId person;
  base::Instant last;      ///< sign-in, session or token; to within kSessionTouch
  bool is_needed = false;  ///< may do something that no other member may
};

/// Deletes what this module holds of somebody: account, sessions, tokens. Whoever is no member, or no longer
/// one, is no error. The vault is the caller's. Any thread; the tables must be there (Access::open). Errors:
/// what the database answers.
base::Result<void> forget_account(sql::Database& control, journal::Journal& journal, base::PersonId person);

}  // namespace staff
