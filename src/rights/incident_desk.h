// The officer's desk for what went wrong: an incident is opened, assessed, told and closed.
//
//   opened ──▶ assessed ──▶ each duty decided ──▶ told ──▶ remedy and policy decision ──▶ closed ──▶ texts
//   ended
//                 ▲                                                                          │
//                 └──────────────────────────── reopened, with reasons ──────────────────────┘
//
// The clocks of the policy run from the moment at which one was aware of it. Whom to tell is decided by a
// person; what then has to be sent, the program sends: letters to the people affected, each in their own
// language, and to the clients whose data it were. The notification to the authority is filled in from the
// policy, the incident and what is computed; whoever handed it in says when, and under which reference.
// Every step is an act in the journal, written in the same transaction as what it changes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "outbox/outbox.h"
#include "rights/affected.h"
#include "rights/desk.h"
#include "rights/incident.h"

namespace rights {

/// What an officer says of an incident; what is absent stays as it is.
struct IncidentChange {
  std::optional<IncidentState> state;
  std::optional<base::Instant> aware;
  std::optional<std::optional<base::Instant>> from;
  std::optional<std::optional<base::Instant>> until;
  std::optional<std::string> what;
  std::optional<std::string> found_by;
  std::optional<std::vector<std::string>> losses;
  std::optional<std::vector<std::string>> properties;
  std::optional<std::vector<std::string>> data;
  std::optional<std::vector<journal::ActNumber>> acts;
  std::optional<std::string> consequences;
  std::optional<std::string> measures_before;
  std::optional<std::string> measures;
  std::optional<std::string> remedy;
  std::optional<std::string> policy_decision;
  std::optional<std::vector<Client>> clients;
  std::optional<std::map<base::Language, Letter>> letters;
};

struct Choice {
  bool tell = false;
  std::string reasons;
  std::string exception;  ///< of kExceptions, for people who are not told although the risk is high
};

/// A duty that somebody did by hand.
struct Done {
  base::Instant at;
  std::string how;
  std::string late_reasons;
  std::string phase = "complete";  ///< of kNoticePhases, for the authority
};

/// What somebody outside saw. Who they are is kept where `keeps_reporter` says so, and for its term; an
/// address gets an acknowledgement.
struct Report {
  Finder finder = Finder::Page;
  std::string what;
  std::string name;                              ///< may be empty
  std::string address;                           ///< an e-mail address, or empty
  base::Language language = base::Language::Nl;  ///< that they read
  /// Drawn when absent. What is on record already is not put there again.
  std::optional<IncidentId> id;
  /// Now when absent.
  std::optional<base::Instant> received;
};

/// The policy has a place for who reports, filled in this way (kByForm, kByMail).
bool keeps_reporter(const policy::Policy& policy, std::string_view source);

/// Any thread. Errors of all: those of the stores; Invalid ("what: …"), TooLarge; NotFound for an incident
/// that is not there; Conflict where its state does not admit it.
class IncidentDesk {
 public:
  /// The desk outlives it.
  explicit IncidentDesk(Desk& desk);

  Desk& desk() { return desk_; }
  const Needs& needs() const { return desk_.needs(); }
  IncidentStore& store() { return store_; }

  /// On stable storage, its clocks running and the officer told.
  base::Result<Incident> open_incident(const IncidentChange& said, base::Language language,
                                       const journal::Actor& by);
  /// Suspected until an officer has looked at it; its clocks run from when it was received.
  base::Result<Incident> take_report(const Report& report);
  /// A mail that went to the address for reports.
  base::Result<void> take_mail(const SpoolName& about, const Incoming& mail);
  base::Result<Incident> change(IncidentId id, const IncidentChange& said, const journal::Actor& by);
  base::Result<Incident> assess(IncidentId id, Risk risk, std::string_view reasons, const journal::Actor& by);
  /// With `tell`, letters are on their way when it returns.
  base::Result<Incident> decide(IncidentId id, policy::Told whom, const Choice& choice,
                                const journal::Actor& by);
  /// The authority was notified, or people and clients were told otherwise than by our letters.
  base::Result<Incident> tell_done(IncidentId id, policy::Told whom, const Done& done,
                                   const journal::Actor& by);
  base::Result<Incident> close(IncidentId id, const journal::Actor& by);
  /// Its duties stay as they were; whoever assesses it anew may have to decide anew. Errors: Conflict once
  /// its texts have ended.
  base::Result<Incident> reopen(IncidentId id, std::string_view reasons, const journal::Actor& by);
  /// What was written about incidents goes when its term has ended (texts_end) by `now`. Returns of how many.
  base::Result<std::int64_t> forget_old(base::Instant now);
  /// What is missing before it can be closed: "assessment", "controller", "authority", "people",
  /// "complete_notice", "remedy", "policy_decision". Empty: nothing.
  base::Result<std::vector<std::string>> missing(const Incident& incident);

  /// How many mails to clients are in each state of outbox::Sent.
  base::Result<std::map<std::string, std::int64_t>> client_mails(const Incident& incident);

  base::Result<Affected> affected(const Incident& incident) { return compute_affected(desk_, incident); }
  /// What people call a property.
  base::Result<std::string> title_of(base::PropertyNumber property, base::Language language) const;
  /// An officer looked at an incident; `what` is "incident.read", "incident.affected_read", ….
  base::Result<void> record(const Incident& incident, std::string_view what, const journal::Actor& by = {},
                            std::string detail = {});

  /// Reminders, letters that are still to be queued, those that have arrived.
  base::Result<void> look_at_clocks();
  /// What a mail of ours says; `name` is the template's.
  base::Result<outbox::Filling> fill(std::string_view name, const outbox::Recipient& recipient,
                                     const outbox::Values& parameters);

 private:
  Incident draw(Finder finder, base::Language language) const;
  base::Result<void> put_on_record(const Incident& incident, const journal::Actor& by);
  base::Result<base::PersonId> keep_reporter(const Report& report, std::string_view source);
  base::Result<void> apply(Incident& incident, const IncidentChange& said);
  base::Result<void> set_duties(Incident& incident) const;
  IncidentStore::Together act(const Incident& incident, std::string_view kind, const journal::Actor& by,
                              std::string detail = {});
  base::Result<void> check_choice(const Incident& incident, policy::Told whom, const Choice& choice) const;
  base::Result<Affected> check_letters(const Incident& incident);
  base::Result<void> mail_officer(const Incident& incident, std::string_view template_name, std::string once);
  base::Result<void> acknowledge(const Incident& incident);
  base::Result<void> remind(const Incident& incident, const Duty& duty);
  base::Result<void> carry_on(Incident incident) REQUIRES(mutex_);
  base::Result<std::optional<base::Instant>> tell_people(const Incident& incident);
  base::Result<std::string> letter_state(const outbox::Delivery& delivery) const;
  base::Result<std::optional<base::Instant>> tell_clients(const Incident& incident);
  base::Result<outbox::Filling> fill_letter(const Incident& incident, base::Language language) const;
  base::Result<outbox::Filling> fill_client(const Incident& incident, const outbox::Recipient& recipient);

  Desk& desk_;
  IncidentStore store_;
  /// Held while an incident is read, changed and written: two officers, or one and the clock.
  base::Mutex mutex_;
};

/// What the outbox has to know of the desk's mails. `desk` is asked when a mail is written.
std::vector<outbox::Template> incident_templates(std::function<IncidentDesk&()> desk);

}  // namespace rights
