// The mail queue. A row names a person by the vault's random id and a template by name; the mail itself
// is written only when it is sent, from what the vault holds at that moment. So the queue knows nobody,
// a corrected address is used at once, and a person who was erased gets no mail.
//
//            ┌───────── temporary, unknown ─────────┐
//            ▼                                      │
//   queue → queued ── claim, with a lease ──▶ sending ──▶ sent       accepted
//                                              │    └──▶ failed     refused for good, or for three days
//                                              └──────▶ dropped    the person was erased, has no address
//
// A process that dies while sending leaves a row in `sending`; its lease ends and it is sent again under
// the same Message-ID. So a mail leaves once, or again only when the server's acceptance was lost, and
// the receiving side can tell that it is the same.
//
// Templates. Template "reminder" is made of the texts "mail.reminder.subject" and "mail.reminder.body". A
// body is paragraphs divided by blank lines; one that reads "[label](address)" becomes a button in HTML.
// Their placeholders are filled from the row's parameters and from the template's `fill`, which the module
// that owns the template hands in; {name} is the person's own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "mail/message.h"
#include "mail/transport.h"

namespace sql {
class Database;
}
namespace vault {
class Vault;
}

namespace outbox {

/// By placeholder's name.
using Values = std::map<std::string, std::string>;

/// Whom a mail is written to, read from the vault just now.
struct Recipient {
  base::PersonId person;
  base::PropertyNumber property;
  base::Language language = base::Language::Nl;
  std::string name;
  std::string address;
};

struct Link {
  std::string label;
  std::string address;  ///< http:// or https://
};

/// What a mail has beside the texts of its template.
struct Extras {
  /// What a member of staff wrote (letter.h), put between the greeting and the template's body.
  std::string letter = {};
  /// Shown small at the end.
  std::vector<Link> foot = {};
  /// Who wrote the letter, when it is a person's and not the organisation's: they sign it, and it does not
  /// say that it was sent automatically, neither to people nor to programs (RFC 3834).
  std::string signed_by = {};
};

/// What a template's owner adds to a mail.
struct Filling {
  Values values;
  Extras extras = {};
  std::vector<mail::Attachment> attachments;
  std::vector<mail::Header> headers;
  mail::Address reply_to;  ///< left out when its address is empty
};

/// Called on the thread of `run_due`, outside any transaction. Errors: Gone or NotFound drop the mail
/// (the event is no more), any other lets it wait for a later try.
using Fill = std::function<base::Result<Filling>(const Recipient&, const Values& parameters)>;

struct Template {
  std::string name;  ///< "reminder"
  Fill fill;         ///< may be empty: parameters alone
};

struct Mail {
  base::PersonId person;
  base::PropertyNumber property;
  std::string template_name;
  /// About the program and not about anybody: an event's slug, a date.
  Values parameters;
  /// Not before this; now when absent.
  std::optional<base::Instant> due;
  /// When not empty, a second mail of this template to this person with the same word is not queued: a
  /// job that runs again after a crash reminds nobody twice.
  std::string once;
};

using MailNumber = std::int64_t;

struct Counters {
  std::int64_t queued = 0;
  std::int64_t sending = 0;
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  std::int64_t dropped = 0;
  bool operator==(const Counters&) const = default;
};

/// What one call of `run_due` did.
struct Progress {
  std::size_t sent = 0;
  std::size_t postponed = 0;
  std::size_t failed = 0;
  std::size_t dropped = 0;
  bool operator==(const Progress&) const = default;
};

struct Failure {
  MailNumber number = 0;
  std::string template_name;
  base::Instant at;
  std::string reason;
};

/// A mail to somebody, without its text, which is not kept.
struct Sent {
  std::string template_name;
  std::string state;  ///< "queued", "sending", "sent", "failed", "dropped"
  base::Instant at;   ///< of the latest change
};

/// How far the mail to one person is.
struct Delivery {
  base::PersonId person;
  base::PropertyNumber property;
  std::string state;  ///< as Sent::state
  base::Instant at;   ///< of the latest change
};

/// Which of a person's fields are called what, as the policy of their property says; a policy may name
/// its fields as it likes.
struct FieldNames {
  std::string address;
  std::vector<std::string> name;  ///< put together with spaces; may be empty
};

struct Settings {
  mail::Address from;
  /// Of the addresses in Message-IDs: the installation's own domain.
  std::string domain;
  /// How mail is signed off: the organisation's name.
  std::string organisation;
};

struct Needs {
  sql::Database& control;
  vault::Vault& vault;
  /// Errors: NotFound for a property that is no more; its mails are dropped. Any other, as Denied where
  /// whoever carries the mail may not get these fields, lets them wait.
  std::function<base::Result<FieldNames>(base::PropertyNumber)> fields;
  mail::Transport& transport;
  const base::Clock& clock;
  base::Random& random;
};

/// Any thread. Errors of all: what the database answers.
class Outbox {
 public:
  /// Brings the tables up to date. Errors: Invalid if `settings` hold no address or domain, or if a
  /// template has no texts.
  static base::Result<std::unique_ptr<Outbox>> open(Needs needs, Settings settings,
                                                    std::vector<Template> templates);
  virtual ~Outbox() = default;

  /// On stable storage once this returns. Errors: Invalid for an unknown template, TooLarge.
  virtual base::Result<MailNumber> queue(const Mail& mail) = 0;

  /// Sends what is due, up to `at_most` mails, one after the other; returns early when the transport
  /// cannot be reached, since the next mail would fare no better.
  virtual base::Result<Progress> run_due(std::size_t at_most) = 0;

  /// When the next mail is due; nothing when none waits.
  virtual base::Result<std::optional<base::Instant>> next_due() = 0;

  /// Of one property's mails.
  virtual base::Result<Counters> counters(base::PropertyNumber property) = 0;
  /// Of the mails of one template that were queued with the same word `once`.
  virtual base::Result<Counters> counters(std::string_view template_name, std::string_view once) = 0;
  virtual base::Result<std::vector<Failure>> failures(base::PropertyNumber property) = 0;
  /// Gives a failed mail three more days. Errors: NotFound if it has not failed.
  virtual base::Result<void> retry(MailNumber number) = 0;

  /// Every mail of a person, the earliest first.
  virtual base::Result<std::vector<Sent>> mails_of(base::PersonId person) = 0;

  /// The mails of one template that were queued with the same word `once`.
  virtual base::Result<std::vector<Delivery>> deliveries(std::string_view template_name,
                                                         std::string_view once) = 0;

  /// Erasure: nothing of this person or property stays in the queue. Returns how many rows went.
  virtual base::Result<std::int64_t> forget(base::PersonId person) = 0;
  virtual base::Result<std::int64_t> forget(base::PropertyNumber property) = 0;
};

}  // namespace outbox
