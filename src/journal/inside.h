// How details are sealed. Private to this module.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "crypto/secret_key.h"
#include "journal/journal.h"

namespace journal {

/// "202611", in UTC.
std::string month_of(base::Instant at);

/// As base64; opens for the act of this number alone.
std::string seal_record(const crypto::SecretKey& key, ActNumber number, base::ByteView record,
                        base::Random& random);
/// Errors: Corrupt.
base::Result<base::Bytes> open_record(const crypto::SecretKey& key, ActNumber number,
                                      std::string_view sealed);

/// Keys found while many rows are read; forgotten with it.
struct Journal::KeyCache {
  KeySource& source;
  std::map<std::string, std::optional<crypto::SecretKey>, std::less<>> keys = {};

  /// Nothing for a key that is destroyed.
  base::Result<const crypto::SecretKey*> find(const std::string& name);
  /// Salt and detail of a row with `key_name` and `sealed`; nothing when they are destroyed.
  base::Result<std::optional<base::Bytes>> open(ActNumber number, const sql::Row& row);
};

}  // namespace journal
