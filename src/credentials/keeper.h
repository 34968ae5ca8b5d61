// Keeps the installation's passwords and keys young: draws them, hands them over to whoever has to know them,
// takes them into use, ends what they replaced, by the terms of the policy (`credentials:`).
//
// Whoever uses a credential says so as a `Holder`. A rotation goes in this order, and may end anywhere:
//
//   1. the next version is drawn and stored;
//   2. it is handed over: the other side learns it;
//   3. it is tried: the other side takes it;
//   4. it becomes the current one, and the one before is retired or ended. An act in the journal says so.
//
// Until 4 the current one is used, so that nothing is lost when 2 or 3 fail. The next one is kept and handed
// over again later; what was begun by somebody who died meanwhile is tried first, since the other side may
// know it already. No secret is ever printed, logged, or given as an argument or in the environment.
//
// When a term is over and the credential is still the same, that is *overdue*. So is, at once, one that
// somebody was shown: the program replaces it kSeenLife later, where that needs nobody.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "credentials/safe.h"
#include "journal/journal.h"
#include "policy/policy.h"

namespace credentials {

/// Who uses a credential, and how the other side of it learns a new one. Called by one thread at a time.
struct Holder {
  /// As the policy calls it, of policy::Vocabulary::credentials, or a name of its own.
  std::string name;
  /// The policy's word whose term counts; `name` where it is empty.
  std::string term = {};
  /// Nobody else has to know it: the program draws the first one, and nobody can give one.
  bool own = false;
  /// How long a replaced one is still accepted.
  std::chrono::milliseconds linger{0};
  /// Tells the other side. Without it a credential that is not the program's own is only ever given by hand.
  std::function<base::Result<void>(std::string_view next)> hand_over = {};
  /// Whether the other side takes it. Errors: Denied when it does not, others when it cannot be asked.
  std::function<base::Result<void>(std::string_view secret)> try_out = {};
  /// Of the program's own: the first one, where it is there already from before. Nothing: it is drawn.
  std::function<base::Result<std::optional<Secret>>()> first = {};
  /// What the current one says of the next in public; kept for ever with the next (Version::introduction).
  std::function<base::Result<std::string>(std::string_view current, std::string_view next)> introduce = {};
  /// Others are accepted now.
  std::function<base::Result<void>()> changed = {};

  bool rotates_by_itself() const { return own || hand_over; }
};

struct Trouble {
  base::Instant at;
  std::string what;  ///< without any secret
};

/// How one credential stands.
struct Standing {
  std::string name;
  bool used = false;  ///< this installation has such a credential; else only the policy names it
  bool rotates_by_itself = false;
  std::optional<policy::Span> every = {};     ///< of the policy in force
  std::vector<Version> versions = {};         ///< the newest first
  std::optional<Version> current = {};        ///< of them
  std::optional<base::Instant> due = {};      ///< when it has to be replaced at the latest
  std::optional<base::Instant> planned = {};  ///< when that begins; only where it needs nobody
  bool waiting = false;                       ///< a next one is there that could not be taken into use
  std::optional<Trouble> trouble = {};        ///< of the last attempt, since the start of the program
  bool overdue = false;
};

/// A program stops at a point that it names, in tests (house.cpp).
using Between = std::function<base::Result<void>(std::string_view point)>;

struct KeeperNeeds {
  sql::Database& keys_database;
  vault::KeyStore& keys;
  journal::Journal& journal;
  const policy::Policy& policy;
  const base::Clock& clock;
  base::Random& random;
  Between between = {};
};

/// Any thread. Errors of all: those of the safe and of the journal.
class Keeper {
 public:
  /// Migrates the database, and finishes in the journal what a stop interrupted.
  static base::Result<std::unique_ptr<Keeper>> open(KeeperNeeds needs);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Before anything else is asked about it. Draws the first one of the program's own. Errors: Conflict for a
  /// name that is used already.
  base::Result<void> use(Holder holder);
  /// Ends every version: there is no such credential any more. Errors: Conflict while a rotation is under
  /// way.
  base::Result<void> drop(std::string_view name);

  /// Errors: NotFound, saying what to do, while there is none.
  base::Result<Secret> current(std::string_view name);
  /// The current one first, then those that are only accepted. Empty while there is none.
  base::Result<std::vector<Secret>> accepted(std::string_view name);
  /// Every introduction, the oldest first.
  base::Result<std::vector<std::string>> introductions(std::string_view name);

  /// Now, whatever its term says. Errors: NotFound for what nobody here uses; Conflict while another rotation
  /// is under way, and for what is only given by hand; TooMany when too many replaced ones are still
  /// accepted; those of `hand_over` and `try_out`. `by`: who wants it, for the journal.
  base::Result<void> rotate(std::string_view name, const journal::Actor& by = {});
  /// One that the other side knows already. Errors: NotFound, Conflict as `rotate`; Invalid for what the
  /// program draws itself, and for a text that is none; those of `try_out`, and then nothing changed.
  base::Result<void> set(std::string_view name, std::string_view secret, const journal::Actor& by = {});
  /// Somebody is shown the current one. Errors: NotFound.
  base::Result<void> mark_seen(std::string_view name);
  /// Whatever is due, every minute: ends what is no longer accepted, and replaces what is old or half
  /// replaced. What fails is tried again later, more and more seldom. Errors: the first one.
  base::Result<void> run_due();

  /// First those of the policy, in its order, then what it does not name.
  base::Result<std::vector<Standing>> standings();

 private:
  struct Inside;
  explicit Keeper(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// Of those, how many are overdue.
std::int64_t count_overdue(const std::vector<Standing>& standings);

}  // namespace credentials
