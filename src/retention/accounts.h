// Accounts that nobody uses any more, as the policy in force says (UnusedAccounts): their owner is warned by
// mail, and when the time is over and it was not used, the account is closed, which erases its owner like
// anybody who asks for it (erasure.h).
//
// The table `account_warning` of the control database knows who was warned, and about which last use.
// Nobody's account is closed sooner than the policy's time after the warning was queued, however long the
// program was down; a use in between makes the warning void, and the next one counts from it.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "outbox/outbox.h"
#include "policy/policy.h"
#include "retention/erasure.h"
#include "retention/surface.h"

namespace retention {

/// When an account closes. None while its owner has not been warned, if that is later.
struct Closing {
  base::Instant warn_from;  ///< the warning is due
  base::Instant at;         ///< the account closes, if it is warned of by then
};

/// `policy` closes unused accounts.
Closing closing_of(const policy::UnusedAccounts& rule, base::Instant last_used);

struct AccountsNeeds {
  const policy::Policy& policy;
  sql::Database& control;
  Eraser& eraser;
  outbox::Outbox& outbox;
  journal::Journal& journal;
  /// May be filled after construction, before `run` is called.
  const std::vector<Surface>& surfaces;
  const base::Clock& clock;
};

/// Any thread, one at a time. The migrations of queries.h must have run on `control`.
class Accounts {
 public:
  explicit Accounts(AccountsNeeds needs) : needs_(needs) {}

  /// Warns whoever is to be warned, and closes what is to be closed; one that fails does not keep the others
  /// waiting. Errors: the first one's, once all were tried.
  base::Result<void> run();

 private:
  base::Result<void> look_at(const Account& account);
  base::Result<void> warn(const Account& account, base::Instant closes);
  AccountsNeeds needs_;
};

/// For the outbox. `origin`: what addresses begin with.
outbox::Template account_template(std::string origin);

}  // namespace retention
