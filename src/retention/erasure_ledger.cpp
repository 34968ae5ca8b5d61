#include "retention/erasure_ledger.h"

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "retention/queries.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace retention {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

std::string spell(const std::vector<Needle>& traces) {
  auto list = json::array();
  for (const auto& trace : traces) list.push_back({base::to_base64(trace.bytes), trace.except});
  return list.dump();
}

base::Bytes place_of(ErasureId id) {
  const auto text = "erasure/" + base::to_text(id);
  return {text.begin(), text.end()};
}

}  // namespace

Result<crypto::SecretKey> ErasureLedger::key() {
  return keys_.find_or_create(vault::KeyName::service("erasure_ledger"));
}

Result<std::string> ErasureLedger::seal(ErasureId id, std::string_view plain) {
  ASSIGN_OR_RETURN(const auto secret, key());
  return base::to_base64(crypto::seal(secret, base::as_bytes(plain), place_of(id), random_));
}

Result<std::string> ErasureLedger::open(ErasureId id, std::string_view sealed) {
  ASSIGN_OR_RETURN(const auto secret, key());
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(secret, bytes, place_of(id)));
  return std::string{base::as_text(plain)};
}

Result<void> ErasureLedger::add(const LedgerRow& row) {
  const auto id = row.erasure.id;
  ASSIGN_OR_RETURN(const auto secret, key());
  const auto who = crypto::hmac_sha256(crypto::derive_key(secret, "who"), row.person.bytes);
  ASSIGN_OR_RETURN(const auto sealed, seal(id, json{{"person", base::to_text(row.person)},
                                                    {"viewer", row.viewer.value},
                                                    {"fields", row.holdings.fields},
                                                    {"sessions", row.holdings.sessions},
                                                    {"answers", row.holdings.answers}}
                                                   .dump()));
  ASSIGN_OR_RETURN(const auto traces, seal(id, spell(row.traces)));
  const auto member = row.by ? std::optional{base::to_text(*row.by)} : std::nullopt;
  RETURN_IF_ERROR(database_.run(queries::add_erasure, {{"erasure", base::to_text(id)},
                                                       {"property", row.erasure.property.value},
                                                       {"who", base::to_base64(who)},
                                                       {"sealed", sealed},
                                                       {"traces", traces},
                                                       {"subject", base::to_text(row.subject)},
                                                       {"member", member},
                                                       {"now", row.erasure.requested_at}}));
  return {};
}

Result<LedgerRow> ErasureLedger::read(const sql::Row& row) {
  LedgerRow result;
  auto& erasure = result.erasure;
  ASSIGN_OR_RETURN(erasure.id, base::parse_id<ErasureId>(row.text("erasure")));
  erasure.property = {static_cast<std::uint32_t>(row.integer("property"))};
  erasure.requested_at = row.instant("requested_at_ms");
  erasure.completed_at = row.maybe_instant("completed_at_ms");
  erasure.certificate = row.maybe_text("certificate").value_or("");
  result.swept = row.truth("swept");
  ASSIGN_OR_RETURN(result.subject, base::parse_id<journal::SubjectToken>(row.text("subject")));
  if (const auto member = row.maybe_text("member")) {
    ASSIGN_OR_RETURN(result.by, base::parse_id<base::MemberId>(*member));
  }
  ASSIGN_OR_RETURN(const auto sealed, open(erasure.id, row.text("sealed")));
  const auto traces = row.maybe_text("traces");
  std::string list = "[]";
  if (traces) {
    ASSIGN_OR_RETURN(list, open(erasure.id, *traces));
  }
  try {
    const auto held = json::parse(sealed);
    ASSIGN_OR_RETURN(result.person, base::parse_id<base::PersonId>(held.at("person").get<std::string>()));
    result.viewer = {held.at("viewer").get<std::uint64_t>()};
    result.holdings = {held.at("fields"), held.at("sessions"), held.at("answers")};
    for (const auto& trace : json::parse(list)) {
      ASSIGN_OR_RETURN(auto bytes, base::from_base64(trace.at(0).get<std::string>()));
      result.traces.push_back({std::move(bytes), trace.at(1)});
    }
  } catch (const json::exception&) {
    return base::fail(Code::Corrupt, "a row of table erasure does not read");
  }
  return result;
}

Result<std::vector<LedgerRow>> ErasureLedger::read_all(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return base::fail(rows.error());
  std::vector<LedgerRow> result;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    result.push_back(std::move(one));
  }
  return result;
}

Result<std::optional<LedgerRow>> ErasureLedger::find(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto secret, key());
  const auto who = crypto::hmac_sha256(crypto::derive_key(secret, "who"), person.bytes);
  ASSIGN_OR_RETURN(const auto row, database_.maybe(queries::erasure_by_who, {{"who", base::to_base64(who)}}));
  if (!row) return std::nullopt;
  return read(*row);
}

Result<std::optional<LedgerRow>> ErasureLedger::find(ErasureId id) {
  ASSIGN_OR_RETURN(const auto row, database_.maybe(queries::erasure_by_id, {{"erasure", base::to_text(id)}}));
  if (!row) return std::nullopt;
  return read(*row);
}

Result<std::vector<LedgerRow>> ErasureLedger::all() { return read_all(database_.all(queries::all_erasures)); }

Result<ErasureTally> ErasureLedger::tally() {
  ASSIGN_OR_RETURN(const auto row, database_.one(queries::tally_erasures));
  const auto completed = row.integer("completed");
  return ErasureTally{completed, row.integer("total") - completed, row.maybe_instant("last_at_ms")};
}

Result<std::vector<LedgerRow>> ErasureLedger::unswept() {
  return read_all(database_.all(queries::unswept_erasures));
}

Result<void> ErasureLedger::complete(ErasureId id, base::Instant now, const std::string& certificate) {
  RETURN_IF_ERROR(
      database_.run(queries::complete_erasure,
                    {{"erasure", base::to_text(id)}, {"now", now}, {"certificate", certificate}}));
  return {};
}

Result<void> ErasureLedger::reopen(ErasureId id, const std::vector<Needle>& traces) {
  ASSIGN_OR_RETURN(const auto sealed, seal(id, spell(traces)));
  RETURN_IF_ERROR(
      database_.run(queries::reopen_erasure, {{"erasure", base::to_text(id)}, {"traces", sealed}}));
  return {};
}

Result<void> ErasureLedger::mark_swept(ErasureId id) {
  RETURN_IF_ERROR(database_.run(queries::mark_swept, {{"erasure", base::to_text(id)}}));
  return {};
}

}  // namespace retention
