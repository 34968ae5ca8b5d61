// People who did not fill in a form themselves: somebody of the organisation types over what a business card,
// a telephone call, a mail or a contract says. Each value carries how it came in, the day on which it was
// given, and by its datum's purposes the basis on which it is kept. What the policy does not declare to come
// in so, what rests on consent alone (which nobody gives for somebody else), and what has no end here cannot
// be entered; nor anybody at all where the policy minds how old people are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "http/router.h"
#include "policy/gate.h"
#include "policy/policy.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// A datum that can be entered by hand.
struct EntryKind {
  const policy::Data* datum = nullptr;
  std::vector<std::string> sources;              ///< at least one
  std::vector<const policy::Field*> fields;      ///< at least one
  std::vector<const policy::Purpose*> purposes;  ///< what it is permitted for; at least one
};
/// Once those ends have come, what is only kept from then on is left out.
std::vector<EntryKind> entry_kinds(const policy::Policy& policy, policy::Ended ended = {});

/// GET and POST /api/v1/events/{event}/entries.
void add_entry_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
