// Updates by mail, as one thing: what the surface's pages, its interface and its mails work with.
#pragma once

#include <memory>
#include <string>

#include "outbox/outbox.h"
#include "rights/public_pages.h"
#include "surfaces/updates/issue.h"
#include "surfaces/updates/needs.h"
#include "surfaces/updates/subscribers.h"

namespace surfaces::updates {

class Updates {
 public:
  Updates(Needs given, Scopes scopes)
      : needs(std::move(given)),
        subscribers(needs, scopes),
        issues(needs, subscribers),
        throttle(needs.clock) {}
  Updates(const Updates&) = delete;
  Updates& operator=(const Updates&) = delete;

  /// The address of somebody's own page, and of the page behind it: "/unsubscribe/<update>".
  std::string own(std::string_view link, std::string_view rest = {}) const;

  Needs needs;
  Subscribers subscribers;
  Issues issues;
  rights::OpenThrottle throttle;
};

/// Which fields mails to subscribers are addressed by. Requires: a policy with updates.
outbox::FieldNames mail_fields(const policy::Policy& policy);

}  // namespace surfaces::updates
