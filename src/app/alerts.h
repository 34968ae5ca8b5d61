// What is unusual in an account is told by mail: to the member whose account it is, and to those who would
// notice that it was somebody else. It is read from the journal and the book of disclosures, where everything
// is that counts.
//
//   new browser      one was added to those that a member comes in with
//   many refused     kRefusedMany wrong passwords, codes or passkeys of one account within an hour
//   recovery used    a recovery code took the place of a code
//   factor changed   an authenticator, passkeys, recovery codes or the password are others than before
//   many exports     more than kExportsUsual files, or data of more than kExportedUsual people, by one member
//   within a
//                    day; told to the officer too
//
// One mail of a kind for each member and hour, whatever happens: nobody's mailbox is filled by somebody who
// guesses.
#pragma once

#include <vector>

#include "app/house.h"
#include "outbox/outbox.h"
#include "retention/surface.h"

namespace app {

inline constexpr int kRefusedMany = 10;
inline constexpr std::int64_t kExportsUsual = 5;
inline constexpr std::int64_t kExportedUsual = 1000;

/// For the outbox; the house outlives it.
std::vector<outbox::Template> alert_templates(House& house);

/// Every minute. The house outlives it.
retention::Job alerts_job(House& house);

}  // namespace app
