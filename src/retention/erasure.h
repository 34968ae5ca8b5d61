// Erasure of a person, and its proof.
//
// An erasure is an act over several stores. It goes in this order, and each step may be done again:
//
//   ledger       who is to be erased is written down, durably, beside the keys
//   intent       the journal takes the intent
//   vault        the person's key is destroyed, then the rows go; from here on nobody can read anything
//   pulse        the viewer's sessions go, then their bytes
//   consent      what they were asked and answered goes
//   outbox       no mail to them waits
//   surfaces     what surfaces hold themselves goes
//   search       every file of the data folder is searched for what was there before
//   certificate  only when the search found nothing
//   result       the journal takes the result; the ledger knows that it is done
//
// The *erasure ledger* is the table `erasure` of the key database, so it travels with today's keys and never
// with a backup of the data. `replay` runs before anything is served: it goes through the whole ledger,
// finishes what a stop interrupted, and erases again whatever an old backup brought back. The ledger holds
// person and viewer numbers sealed under a key of its own; a person's id is known there anyway, as the name
// of the destroyed key.
//
// The search is for what can only have been theirs, each at least eight bytes long: the wrapped key, every
// sealed value and index of the vault, the person's id, the ids of consent rows and sessions, the viewer's
// number, and the beginnings of the store's logs and segments in which their time was. What is looked for is
// read before the first store acts and kept, sealed, in the ledger until the erasure is complete, so that a
// crash forgets none of it; of what is sealed it is the nonce alone, which opens nothing. A database in which
// something is found is rewritten once (VACUUM) and searched again. Not searched, since they are no store of
// ours: mails that were delivered (the folder `mail`, which stands for the mail server where none is set),
// and videos (`blobs`).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/sign.h"
#include "retention/surface.h"

namespace sql {
class Database;
}
namespace vault {
class KeyStore;
class Vault;
}  // namespace vault
namespace pulse {
class Engine;
}
namespace consent {
class Ledger;
}
namespace outbox {
class Outbox;
}
namespace journal {
class Journal;
}

namespace retention {

using ErasureId = base::Id<struct ErasureTag>;

/// The journal's kind of an erasure of one person.
inline constexpr std::string_view kErasedKind = "retention.person_erased";

/// Called between two steps of an act, with the name of the point ("erasure.vault"). An error stops the act
/// there, as a crash would: so tests show that it is finished afterwards. Empty: never stops.
using Between = std::function<base::Result<void>(std::string_view point)>;

struct Erasure {
  ErasureId id;
  base::PropertyNumber property;
  base::Instant requested_at;
  /// None while it is not finished; the person is unreadable all the same.
  std::optional<base::Instant> completed_at;
  /// JSON, signed (certificate.h); empty until completed.
  std::string certificate;
};

/// Of all erasures that were ever asked for.
struct ErasureTally {
  std::int64_t completed = 0;
  std::int64_t waiting = 0;  ///< begun and not finished: a store could not act yet
  std::optional<base::Instant> last;
};

struct EraserNeeds {
  sql::Database& control;
  sql::Database& vault_database;
  /// The key database itself: the ledger lies there.
  sql::Database& key_database;
  vault::KeyStore& keys;
  vault::Vault& vault;
  pulse::Engine& engine;
  consent::Ledger& consents;
  outbox::Outbox& outbox;
  journal::Journal& journal;
  /// May be filled after `open`, before anything else is called.
  const std::vector<Surface>& surfaces;
  base::Files& files;
  const base::Clock& clock;
  base::Random& random;
  base::Path data;           ///< every file below it is searched
  std::string installation;  ///< who certifies: the origin, "https://events.example"
  Between between;
};

/// Any thread; one erasure goes on at a time, the next waits.
class Eraser {
 public:
  /// Migrates the tables.
  static base::Result<std::unique_ptr<Eraser>> open(EraserNeeds needs);
  ~Eraser();
  Eraser(const Eraser&) = delete;
  Eraser& operator=(const Eraser&) = delete;

  /// Everything of this person, in every store. With the certificate when it returns. Erasing somebody who
  /// was erased returns the same certificate. `by`: the member who granted it; nobody for the person's own
  /// press. Errors: NotFound for somebody who was never there; Unavailable when a store could not act or the
  /// bytes are still found: it is in the ledger then, the person is unreadable, and `resume` goes on.
  base::Result<Erasure> erase(base::PersonId person, std::optional<base::MemberId> by = {});

  /// Errors: NotFound.
  base::Result<Erasure> find(ErasureId id);
  /// What the ledger has of somebody, finished or not. Errors: NotFound for who was never to be erased.
  base::Result<Erasure> find_of(base::PersonId person);

  base::Result<ErasureTally> tally();

  /// Before anything is served: see the top. Returns how many of the ledger's people had something left.
  /// Errors: Denied when the key database is older than the data, which would bring people back; else what a
  /// store says. The program must not serve then.
  base::Result<std::int64_t> replay();

  /// Finishes what could not be finished before, and once more goes after people whose erasure was completed
  /// since the last call: a page of theirs may have been opening just then. A job of every minute.
  base::Result<void> resume();

  /// What certificates are verified with.
  base::Result<crypto::PublicKey> certificate_key();

 private:
  struct Inside;
  explicit Eraser(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace retention
