// The acts of the desk that may wait for a second person (approvals/act.h): carrying out an order, and
// looking at a proof of identity.
#pragma once

#include "access/access.h"
#include "approvals/approvals.h"
#include "rights/desk.h"
#include "rights/order.h"

namespace rights {

/// Hands the acts in; once, before anything is asked. The desk outlives them.
void add_acts(approvals::Approvals& approvals, Desk& desk);

/// Errors: as carry_out_order, so that nobody is asked about what cannot be.
base::Result<approvals::Approval> ask_order(Desk& desk, const Order& order, const staff::Member& by);
/// Errors: NotFound where there is no proof.
base::Result<approvals::Approval> ask_proof(Desk& desk, const Request& request, const staff::Member& by);

}  // namespace rights
