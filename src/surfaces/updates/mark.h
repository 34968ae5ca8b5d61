// The mark that is left of somebody who unsubscribed: this address gets no mail of this update.
//
//   mark = HMAC-SHA-256 (key "updates_mark", name of the update, 0, normalised address), in hexadecimal
//
// From the mark nobody can tell the address. Whoever has the key too can only ask of one address at a time
// whether it is marked, which is what the mark is for; the key lies in the key store, under the master key,
// outside every backup of the data. docs/updates.md and docs/decisions say what that does and does not mean.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sql {
class Connection;
class Database;
}  // namespace sql
namespace vault {
class KeyStore;
}

namespace surfaces::updates {

/// Any thread. Errors of all: what the databases answer; Invalid for what is no address.
class Marks {
 public:
  /// Both outlive this; the migrations of queries.h must have run on `control`.
  Marks(sql::Database& control, vault::KeyStore& keys) : control_(control), keys_(keys) {}

  base::Result<std::string> of(std::string_view update, std::string_view address);
  base::Result<bool> stands(std::string_view update, std::string_view address);
  /// Both inside a transaction of the caller's, with what `of` gave.
  static base::Result<void> set(sql::Connection& connection, const std::string& mark);
  static base::Result<void> lift(sql::Connection& connection, const std::string& mark);

 private:
  sql::Database& control_;
  vault::KeyStore& keys_;
};

}  // namespace surfaces::updates
