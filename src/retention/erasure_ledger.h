// The erasure ledger: the table `erasure` of the key database. See erasure.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"
#include "journal/journal.h"
#include "retention/erasure.h"
#include "retention/search.h"

namespace retention {

/// What there was of somebody when they were to be erased.
struct Holdings {
  std::int64_t fields = 0;
  std::int64_t sessions = 0;
  std::int64_t answers = 0;  ///< consent rows
  bool operator==(const Holdings&) const = default;
};

struct LedgerRow {
  Erasure erasure;
  base::PersonId person;
  base::ViewerNumber viewer;  ///< 0: not known
  Holdings holdings;
  journal::SubjectToken subject;
  std::optional<base::MemberId> by;
  std::vector<Needle> traces;  ///< empty once completed
  bool swept = false;
};

/// Any thread. Errors of all: what the key database answers; Corrupt for a row that does not open.
class ErasureLedger {
 public:
  ErasureLedger(sql::Database& database, vault::KeyStore& keys, base::Random& random)
      : database_(database), keys_(keys), random_(random) {}

  base::Result<void> add(const LedgerRow& row);
  base::Result<std::optional<LedgerRow>> find(base::PersonId person);
  base::Result<std::optional<LedgerRow>> find(ErasureId id);
  /// Oldest first.
  base::Result<std::vector<LedgerRow>> all();
  base::Result<ErasureTally> tally();
  /// Those that are not completed, or were not looked after since.
  base::Result<std::vector<LedgerRow>> unswept();

  base::Result<void> complete(ErasureId id, base::Instant now, const std::string& certificate);
  base::Result<void> reopen(ErasureId id, const std::vector<Needle>& traces);
  base::Result<void> mark_swept(ErasureId id);

 private:
  base::Result<crypto::SecretKey> key();
  base::Result<std::string> seal(ErasureId id, std::string_view plain);
  base::Result<std::string> open(ErasureId id, std::string_view sealed);
  base::Result<LedgerRow> read(const sql::Row& row);
  base::Result<std::vector<LedgerRow>> read_all(const base::Result<std::vector<sql::Row>>& rows);

  sql::Database& database_;
  vault::KeyStore& keys_;
  base::Random& random_;
};

}  // namespace retention
