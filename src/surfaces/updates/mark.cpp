#include "surfaces/updates/mark.h"

#include "base/bytes.h"
#include "crypto/hash.h"
#include "sql/database.h"
#include "surfaces/updates/queries.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace surfaces::updates {

using base::Result;

Result<std::string> Marks::of(std::string_view update, std::string_view address) {
  ASSIGN_OR_RETURN(const auto normal, vault::normalise_mail(address));
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(vault::KeyName::service("updates_mark")));
  std::string marked{update};
  marked += '\0';
  marked += normal;
  return base::to_hex(crypto::hmac_sha256(key, base::as_bytes(marked)));
}

Result<bool> Marks::stands(std::string_view update, std::string_view address) {
  ASSIGN_OR_RETURN(const auto mark, of(update, address));
  ASSIGN_OR_RETURN(const auto found, control_.maybe(queries::find_mark, {{"mark", mark}}));
  return found.has_value();
}

Result<void> Marks::set(sql::Connection& connection, const std::string& mark) {
  RETURN_IF_ERROR(connection.run(queries::add_mark, {{"mark", mark}}));
  return {};
}

Result<void> Marks::lift(sql::Connection& connection, const std::string& mark) {
  RETURN_IF_ERROR(connection.run(queries::delete_mark, {{"mark", mark}}));
  return {};
}

}  // namespace surfaces::updates
