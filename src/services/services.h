// Credentials of outside services, managed by few, used by those who have leave, seen by nobody.
//
// Whoever manages them declares a service (service.h) and gives its secret once. Where the service can learn
// a new one, the program replaces it at once, so that nobody knows it any more, and again by the policy's
// term (`credentials: outside services`); elsewhere somebody changes it there and gives it here. The keeper
// has the secrets, under the service's name (credentials/keeper.h).
//
// Staff with leave ask the service through the program (relay.h), within its tasks. Each use is an act in the
// journal, begun before the service is asked: who, which credential, for which task, and what came of it.
// What was asked besides, and the answer, are not kept.
//
// In an emergency two people may see a secret together: where the policy has `reveal` among the acts that
// wait for a second person, and not otherwise. It is shown once, to who asked; everybody who manages
// credentials gets a mail; and it has to be replaced at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "approvals/approvals.h"
#include "base/mutex.h"
#include "credentials/keeper.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "services/relay.h"
#include "services/service.h"
#include "sql/database.h"

namespace services {

/// All of them outlive the services.
struct Needs {
  sql::Database& control;
  credentials::Keeper& keeper;
  approvals::Approvals& approvals;
  journal::Journal& journal;
  const base::Clock& clock;
  base::Random& random;
  /// Whether an origin may be asked; `local_only`: on this machine too.
  std::function<bool(std::string_view origin)> is_origin;
  bool local_only = false;
  /// Puts a mail of `mail_templates` into the queue.
  std::function<base::Result<void>(const outbox::Mail&)> mail;
  /// The vault's people behind every member who may do this.
  std::function<base::Result<std::vector<base::PersonId>>(const staff::Permission&)> people_who_may;
};

/// A task that somebody asks for.
struct Wanted {
  std::string task;
  std::string path;  ///< the task's own, or below it
  std::string query = {};
  std::string type = {};
  std::string body = {};
};

/// What happened to a credential, the latest first.
struct Event {
  base::Instant at;
  std::string kind;  ///< of the journal
  std::optional<base::MemberId> by;
  std::string task;     ///< of a use
  std::string outcome;  ///< "200" of a use; empty where nothing is to be said, or it is not known
};

/// Any thread; `use` and what changes a secret ask the service, and block. Errors of all: what the databases
/// answer.
class Services {
 public:
  /// Brings the tables up to date, and has the keeper use every secret.
  static base::Result<std::unique_ptr<Services>> open(Needs needs);

  base::Result<std::vector<Service>> list();
  /// Errors: NotFound.
  base::Result<Service> find(ServiceId id);
  /// Those that the member may use.
  base::Result<std::vector<Service>> usable_by(base::MemberId member);

  /// Adds a service with the secret that it knows, which is replaced at once where that needs nobody. Errors:
  /// Invalid, with the field in front; Conflict for a name that there is, and past kServicesMax; Denied and
  /// Unavailable when the service does not take the secret, and then nothing was added.
  base::Result<Service> add(std::string_view name, const Declared& declared, std::string_view secret,
                            const staff::Member& by);
  /// With its secret. Errors: NotFound, Conflict while it is being replaced.
  base::Result<void> remove(ServiceId id, const staff::Member& by);
  /// Somebody whose account ends uses none of them any more.
  base::Result<void> forget_member(base::MemberId member);
  /// In the place of those who had leave.
  base::Result<void> allow(ServiceId id, std::vector<base::MemberId> users, const staff::Member& by);
  /// Errors: as of credentials::Keeper.
  base::Result<void> set(ServiceId id, std::string_view secret, const staff::Member& by);
  base::Result<void> rotate(ServiceId id, const staff::Member& by);

  /// Errors: NotFound, also for who has no leave; Invalid for what is outside the task; those of
  /// `ask_service`.
  base::Result<Answer> use(ServiceId id, const Wanted& wanted, const staff::Member& by);
  base::Result<std::vector<Event>> history(const Service& service);

  /// Errors: Denied where the policy lets nobody see a secret; those of Approvals::ask.
  base::Result<approvals::Approval> ask_to_reveal(ServiceId id, const staff::Member& by);
  bool may_be_revealed() const { return needs_.approvals.waits(approvals::kReveal); }

  credentials::Keeper& keeper() { return needs_.keeper; }
  const Needs& needs() const { return needs_; }

 private:
  explicit Services(Needs needs) : needs_(std::move(needs)) {}
  base::Result<Service> read(const sql::Row& row);
  base::Result<void> hold(const Service& service);
  base::Result<void> insert(const Service& service, const staff::Member& by);
  base::Result<void> forget(const Service& service, const staff::Member& by);
  base::Result<std::string> reveal(ServiceId id, const staff::Member& by);
  approvals::Act reveal_act();

  Needs needs_;
  /// Of what is added and removed: one at a time.
  base::Mutex mutex_;
};

/// For the outbox. `origin`: what addresses begin with.
std::vector<outbox::Template> mail_templates(const std::string& origin);

}  // namespace services
