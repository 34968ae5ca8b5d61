// Orders: a court, an authority or a rule demands data of chosen people. What the policy gives no ground for
// is not given; what is given holds the data that are demanded, of those people, and nothing else; and it is
// on record, with its ground, before it leaves (disclosure/book.h). A person's own permission is no order: it
// comes in as their request for a hand-over.
#pragma once

#include <string>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "http/router.h"
#include "rights/desk.h"

namespace rights {

struct Order {
  std::string ground;                  ///< of the policy's `disclosures`, but not "permission"
  std::string receiver;                ///< who demands: 1 … kNameBytesMax bytes
  std::string reference;               ///< of the order: 1 … kNameBytesMax bytes
  std::vector<std::string> data;       ///< of the policy: what is demanded
  std::vector<std::string> addresses;  ///< of whom: 1 … kOrderAddressesMax e-mail addresses
};

/// A signed archive, to be handed over by whoever asked for it. Errors: Invalid ("receiver: …") outside the
/// limits; Denied for a ground that the policy does not declare; NotFound when nobody has any of these
/// addresses.
base::Result<std::string> carry_out_order(Desk& desk, const Order& order, const journal::Actor& by);

/// Whether it could be carried out now. Errors: as carry_out_order.
base::Result<void> check_order(Desk& desk, const Order& order);
/// The archive as an answer.
base::Result<http::Response> order_file(Desk& desk, const Order& order, const journal::Actor& by);

/// GET and POST /api/v1/disclosures.
void add_order_api(http::Router& router, Desk& desk);

}  // namespace rights
