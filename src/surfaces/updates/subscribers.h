// Subscribing, and all that follows from it.
//
//   form ──▶ waiting ──▶ mail with a link ──▶ a button is pressed ──▶ subscribed ──▶ unsubscribed ──▶ erased,
//               └── nobody presses within kConfirmWithin: gone                                       a mark
//               stays
//
// Who waits is a person of the vault in a property of their own, and so is who subscribed: each has their own
// key. Nobody learns from any answer whether an address is known. A subscription for a purpose that rests on
// consent stands on a row of the consent ledger: one with the form, which lets the fields be kept while they
// wait, and one with the button, which is the subscriber's own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/mutex.h"
#include "base/result.h"
#include "consent/signal.h"
#include "fields/form.h"
#include "policy/permit.h"
#include "policy/policy.h"
#include "policy/vocabulary.h"
#include "retention/erasure.h"
#include "surfaces/updates/mark.h"
#include "surfaces/updates/needs.h"
#include "surfaces/updates/store.h"
#include "vault/vault.h"

namespace surfaces::updates {

/// Of policy::Vocabulary::ends: what "while subscription" counts from.
inline constexpr std::string_view kSubscriptionEnd = "subscription end";

/// Of one session.
using Proofs = std::vector<policy::ConsentProof>;

/// The properties that people are kept under.
struct Scopes {
  base::PropertyNumber subscribers;
  base::PropertyNumber waiting;

  bool holds(base::PropertyNumber property) const { return property == subscribers || property == waiting; }
};
base::Result<Scopes> reserve_scopes(property::Registry& properties);

/// The fields that serve one of these updates and come in by subscribing, in the policy's order.
std::vector<fields::AskedField> asked_fields(const policy::Policy& policy,
                                             std::span<const policy::Update* const> updates);
std::vector<const policy::Update*> all_updates(const policy::Policy& policy);

/// What somebody asks for.
struct Wanted {
  std::vector<const policy::Update*> updates;  ///< at least one
  fields::Filled filled;                       ///< with an address
  base::Language language = base::Language::Nl;
  std::string notice;  ///< Policy::version that the page showed
};

/// What waits for a press of the button.
struct Confirmation {
  Waiting waiting;
  std::vector<const policy::Update*> updates;  ///< those that the policy still declares
  vault::PersonFields person;
};

/// What is left of a subscriber after subscriptions ended.
struct Left {
  bool subscribed = false;
  /// Until when the policy keeps what there is, for a term that counts from the end.
  std::optional<base::Instant> kept_until = {};
  /// Of who was erased; not completed while it goes on by itself.
  std::optional<retention::Erasure> erasure = {};
};

/// Any thread. Errors of all: what the stores answer.
class Subscribers {
 public:
  Subscribers(Needs& needs, Scopes scopes);

  Store& store() { return store_; }
  const Scopes& scopes() const { return scopes_; }

  /// Keeps it, and mails the address. Errors: Conflict when the page showed another version of the policy.
  base::Result<void> ask(const Wanted& wanted);

  /// Errors: NotFound for a link that opens nothing: answered, over, or never drawn.
  base::Result<Confirmation> waiting(std::string_view link);
  /// Returns the personal link. Errors: Conflict for another version of the policy, or an address that is
  /// another subscriber's.
  base::Result<std::string> confirm(const Confirmation& confirmation, std::string_view notice);
  base::Result<void> decline(const Confirmation& confirmation);

  /// Nobody for a link that opens nothing.
  base::Result<std::optional<base::PersonId>> of_link(std::string_view link);
  /// Those that the policy declares still.
  base::Result<std::vector<const policy::Update*>> updates_of(base::PersonId person);

  /// What is not filled in any more is removed. Returns whether another address waits to be confirmed.
  base::Result<bool> correct(base::PersonId person, const fields::Filled& filled, base::Language language);
  /// One more, by somebody who came by their personal link. Errors: as `confirm`.
  base::Result<void> begin(base::PersonId person, const policy::Update& update, base::Language language,
                           std::string_view notice);
  /// The names of updates that somebody gets no more: their marks stand at once.
  base::Result<Left> end(base::PersonId person, std::vector<std::string> names, consent::Method method);
  /// All of them, and everything that is kept goes now, whatever its term.
  base::Result<Left> erase(base::PersonId person);

  /// Whether it may be mailed to: declared, agreed to as it reads now, not restricted, not marked.
  base::Result<bool> may_get(const Subscription& subscription, std::string_view address);

  /// What a stop left half done. Before anything is served.
  base::Result<void> recover();
  /// What is over goes: a job.
  base::Result<void> tidy();

  std::string address_of(const vault::PersonFields& person) const;

 private:
  struct Agreed {
    base::SessionId session;
    Proofs proofs;
  };
  base::Result<Agreed> agree(const vault::Person& who, const std::vector<const policy::Update*>& updates,
                             base::SessionId session, consent::Method method, base::Language language,
                             std::string_view notice);
  base::Result<base::SessionId> session_of(base::PersonId person);
  base::Result<void> subscribe(const vault::Person& who, const std::vector<const policy::Update*>& updates,
                               const std::vector<fields::FilledField>& fields, consent::Method method,
                               base::Language language, std::string_view notice);
  /// `answers`: the proofs of each session in which they agreed to something.
  base::Result<void> keep(base::PersonId person, const std::vector<fields::FilledField>& fields,
                          std::span<const Proofs> answers);
  base::Result<void> wait(const Wanted& wanted, std::optional<base::PersonId> instead);
  base::Result<void> drop_waiting(base::PersonId person);
  base::Result<vault::Person> new_person(base::PropertyNumber scope, base::Language language);
  base::Result<std::vector<std::string>> marks_of(const vault::PersonFields& person,
                                                  const std::vector<std::string>& names);
  base::Result<void> withdraw(const std::vector<Subscription>& before, const std::vector<std::string>& names,
                              consent::Method method);
  base::Result<void> remove_unserved(base::PersonId person);
  base::Result<Left> finish(base::PersonId person, base::Instant ended_at);
  base::Result<Left> erase_now(base::PersonId person);
  base::Result<void> record(std::string_view kind, const std::vector<std::string>& names);

  Needs& needs_;
  Scopes scopes_;
  Store store_;
  Marks marks_;
  /// One address is taken in, or changed, at a time.
  base::Mutex mutex_;
};

}  // namespace surfaces::updates
