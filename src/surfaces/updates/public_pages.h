// The pages that anybody can open, without JavaScript:
//
//   /updates                                       what there is, and the form
//   /updates/sent                                  a mail was sent: the same for every address
//   /updates/confirm/{link}                        the button that confirms, or takes everything away
//   /updates/mine/{link}                           what somebody gets and what is held of them; own_pages.cpp
//   /updates/mine/{link}/subscriptions             one update, on or off
//   /updates/mine/{link}/unsubscribe[/{update}]    by a button, or by a program (RFC 8058)
//   /updates/mine/{link}/erase                     everything, now
//   /updates/mine/{link}/receipts/{receipt}        of a choice
#pragma once

#include <memory>

#include "base/language.h"
#include "html/template.h"
#include "http/router.h"
#include "policy/policy.h"
#include "surfaces/updates/updates.h"

namespace surfaces::updates {

void add_public_pages(http::Router& router, std::shared_ptr<Updates> updates);
void add_own_pages(http::Router& router, std::shared_ptr<Updates> updates);

/// What both kinds of pages show of an update: its name, title, what it says and how often it comes; and the
/// question of its consent, where it rests on one.
void show_update(html::Values& shown, const policy::Policy& policy, const policy::Update& update,
                 base::Language language);

/// A page that says one thing.
struct Told {
  texts::Key heading;
  std::string text;
  int status = 200;
  bool mark = false;             ///< says what is left of who unsubscribed
  std::string press = {};        ///< a button that posts to the same address
  std::string certificate = {};  ///< its address
  std::string back = {};         ///< an address, with what leads there
  std::string back_label = {};
};
http::Response tell(const Updates& updates, const http::Request& request, base::Language language,
                    const Told& told);

}  // namespace surfaces::updates
