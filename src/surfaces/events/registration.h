// Registering for an event: a form that is filled in becomes a person in the vault, each field against its
// permit, and a mail: with the personal link that opens the event, or, where only the form opens it, with the
// event's address and a link to the person's own page.
//
// Whether an address was registered before is nobody's business: the answer is the same. A second
// registration with the same address changes nothing, and mails the same link again where the link opens the
// event; where the form does, the form has opened it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "http/form.h"
#include "outbox/outbox.h"
#include "surfaces/events/event.h"
#include "surfaces/events/form.h"
#include "surfaces/events/links.h"
#include "surfaces/events/needs.h"
#include "surfaces/events/store.h"

namespace surfaces::events {

struct Registered {
  bool is_full = false;  ///< nobody was registered
  /// What the form opens, where the event says that it does; else empty.
  std::string door;
};

/// How somebody's data came in.
struct Origin {
  std::string_view source;         ///< of policy::Vocabulary::sources
  std::string_view given_on = {};  ///< YYYY-MM-DD, for what is typed over
};

/// Any thread.
class Registration {
 public:
  Registration(Needs& needs, Links& links) : needs_(needs), links_(links) {}

  /// What somebody filled in; nothing is stored yet. Errors: Conflict when the event takes no registrations
  /// now.
  base::Result<Filled> read(const Event& event, const http::Form& posted, base::Language language) const;

  /// Registers them.
  base::Result<Registered> take(const Event& event, const Filled& filled, base::Language language);

  /// Somebody who was entered by hand, with how and when their data came in. Whoever has an address gets the
  /// mail that everybody gets who registers, which tells them that they are known. Errors: Conflict for an
  /// address that is registered already, or a full event; Denied for what the policy does not permit.
  base::Result<base::PersonId> enter(const Event& event, const Filled& filled, base::Language language,
                                     const Origin& origin);

  /// Queues the confirmation; however often it is called, it is sent once.
  base::Result<void> confirm(const Event& event, base::PersonId person);

  /// Mails the personal link again to whoever holds it.
  base::Result<void> mail_link(const Event& event, base::PersonId person);

 private:
  base::Result<base::PersonId> create(const Event& event, const Filled& filled, base::Language language,
                                      const Origin& origin);
  base::Result<void> queue(const Event& event, base::PersonId person, std::string_view template_name,
                           std::string once);

  Needs& needs_;
  Links& links_;
};

/// The templates of the mails that this surface queues, for the outbox. All arguments outlive it.
struct MailNeeds {
  Store& store;
  vault::Vault& vault;
  std::string origin;
};
std::vector<outbox::Template> mail_templates(const MailNeeds& needs);

}  // namespace surfaces::events
