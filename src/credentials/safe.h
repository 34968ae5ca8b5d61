// Where passwords and keys of the installation are kept: the table `credential` of the key database, which no
// backup of the data holds and of which there is one copy. A credential has versions, numbered from 1:
//
//   next ──▶ current ──▶ retired ──▶ ended
//     └──────────┴──────────────────────▲
//
// *next* is drawn and not used yet, *current* is used, *retired* is only accepted, and of what is *ended*
// nothing is left but that it was: when it was made and how, who asked for it, when it was replaced. There is
// one next and one current version at most. A secret is sealed (crypto/seal.h) under a service key of the key
// store, with its credential's name and number as associated data, as base64.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "credentials/secret.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace credentials {

enum class State { Next, Current, Retired, Ended };
enum class Made { Generated, Given };
/// Who had it made: the program by its schedule, or somebody at the command line.
enum class By { Schedule, Operator };
std::string_view to_text(State state);  ///< "next", …: as stored, and as in the API
std::string_view to_text(Made made);
std::string_view to_text(By by);

struct Version {
  std::int64_t number = 0;
  State state = State::Next;
  Made made = Made::Generated;
  By by = By::Schedule;
  base::Instant made_at;
  std::optional<base::Instant> current_at = {};
  std::optional<base::Instant> retired_at = {};
  std::optional<base::Instant> ended_at = {};
  std::optional<base::Instant> seen_at = {};  ///< when somebody was shown it
  std::string introduction = {};              ///< what the one before said of it, in public; mostly nothing
};

/// Any thread. Everything that changes something is on stable storage when it returns.
/// Errors: those of sql/database.h and of the key store.
class Safe {
 public:
  /// Migrates the database.
  static base::Result<std::unique_ptr<Safe>> open(sql::Database& keys_database, vault::KeyStore& keys,
                                                  const base::Clock& clock, base::Random& random);

  /// The newest first.
  base::Result<std::vector<Version>> versions(std::string_view name);
  /// Errors: NotFound, Gone when it has ended.
  base::Result<Secret> secret(std::string_view name, std::int64_t number);

  /// Errors: NotFound while there is none.
  base::Result<Secret> current(std::string_view name);

  /// As the next version. Errors: Conflict when there is a next one.
  base::Result<Version> add(std::string_view name, const Secret& secret, Made made, By by);
  /// Makes the next version the current one, and the current one a retired one.
  base::Result<void> take_into_use(std::string_view name, std::int64_t number,
                                   const std::string& introduction);
  /// Somebody is shown it. Once seen it stays so, with the first time.
  base::Result<void> mark_seen(std::string_view name, std::int64_t number);
  /// Destroys the secret; its bytes go with `scrub`. Ending twice changes nothing.
  base::Result<void> end(std::string_view name, std::int64_t number);
  /// No copy of what has ended stays behind in the database's log.
  base::Result<void> scrub() { return database_.scrub(); }

 private:
  Safe(sql::Database& database, vault::KeyStore& keys, const base::Clock& clock, base::Random& random)
      : database_(database), keys_(keys), clock_(clock), random_(random) {}
  base::Result<crypto::SecretKey> key();

  sql::Database& database_;
  vault::KeyStore& keys_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace credentials
