// How requests lie in the database, and how they end by themselves.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "approvals/approvals.h"
#include "approvals/inside.h"
#include "approvals/limits.h"
#include "approvals/queries.h"
#include "base/log.h"
#include "crypto/seal.h"
#include "sql/migrate.h"
#include "vault/key_store.h"

namespace approvals {

using base::Code;
using base::Result;

namespace {

constexpr std::array<std::string_view, 7> kStates{"waiting",   "approved", "executed", "refused",
                                                  "withdrawn", "expired",  "failed"};

Result<State> parse_state(std::string_view name) {
  const auto found = std::ranges::find(kStates, name);
  if (found == kStates.end()) return base::fail(Code::Corrupt, "a row of table approval does not read");
  return static_cast<State>(found - kStates.begin());
}

vault::KeyName key_of(const Approval& approval, std::string_view what) {
  return vault::KeyName::service(fmt::format("{}_{}", what, base::to_text(approval.id)));
}

constexpr std::string_view kRequestKey = "approval";
constexpr std::string_view kReasonKey = "refusal";

Result<std::string> open_with(vault::KeyStore& keys, const vault::KeyName& name, const std::string& sealed) {
  if (sealed.empty()) return std::string{};
  const auto key = keys.find(name);
  // A stop came between the key's end and the row's.
  if (!key && (key.error().code == Code::Gone || key.error().code == Code::NotFound)) return std::string{};
  if (!key) return base::fail(key.error());
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(*key, bytes, base::as_bytes(name.text())));
  return std::string{base::as_text(plain)};
}

Result<std::string> seal_with(vault::KeyStore& keys, const vault::KeyName& name, std::string_view plain,
                              base::Random& random) {
  ASSIGN_OR_RETURN(const auto key, keys.find_or_create(name));
  return base::to_base64(crypto::seal(key, base::as_bytes(plain), base::as_bytes(name.text()), random));
}

}  // namespace

std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)]; }

bool is_closed(State state) { return state != State::Waiting && state != State::Approved; }

Result<std::unique_ptr<Approvals>> Approvals::open(Needs needs) {
  RETURN_IF_ERROR(sql::migrate(needs.control, queries::kModule, needs.clock));
  return std::unique_ptr<Approvals>(new Approvals(std::move(needs)));
}

Result<Approval> Approvals::read_open(const sql::Row& row) const {
  Approval approval;
  ASSIGN_OR_RETURN(approval.id, base::parse_id<ApprovalId>(row.text("id")));
  approval.organisation = {static_cast<std::uint32_t>(row.integer("organisation"))};
  approval.act = row.text("act");
  approval.kind = row.text("kind");
  if (const auto property = row.maybe_integer("property"))
    approval.property = base::PropertyNumber{static_cast<std::uint32_t>(*property)};
  ASSIGN_OR_RETURN(approval.asked_by, base::parse_id<base::MemberId>(row.text("asked_by")));
  approval.asked = row.instant("asked_at_ms");
  approval.until = row.instant("until_ms");
  ASSIGN_OR_RETURN(approval.state, parse_state(row.text("state")));
  if (const auto by = row.maybe_text("decided_by")) {
    ASSIGN_OR_RETURN(approval.decided_by, base::parse_id<base::MemberId>(*by));
  }
  approval.decided = row.maybe_instant("decided_at_ms");
  // Too late is too late, whether or not the program has come round to writing it down.
  if (!is_closed(approval.state) && approval.until <= needs_.clock.now()) approval.state = State::Expired;
  return approval;
}

Result<Approval> Approvals::read(const sql::Row& row) {
  ASSIGN_OR_RETURN(auto approval, read_open(row));
  ASSIGN_OR_RETURN(approval.request,
                   open_with(needs_.keys, key_of(approval, kRequestKey), row.text("sealed")));
  ASSIGN_OR_RETURN(approval.reason,
                   open_with(needs_.keys, key_of(approval, kReasonKey), row.text("sealed_reason")));
  return approval;
}

Result<std::vector<Approval>> Approvals::read_all(const std::vector<sql::Row>& rows) {
  std::vector<Approval> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    all.push_back(std::move(one));
  }
  return all;
}

Result<Approval> Approvals::find_any(ApprovalId id) {
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::approval_by_id, {{"id", base::to_text(id)}}));
  if (!row) return base::fail(Code::NotFound, "There is no such request.");
  return read(*row);
}

Result<void> Approvals::insert(const Approval& approval, const journal::Actor& by) {
  ASSIGN_OR_RETURN(const auto sealed,
                   seal_with(needs_.keys, key_of(approval, kRequestKey), approval.request, needs_.random));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(
        connection.run(queries::insert_approval,
                       {{"id", base::to_text(approval.id)},
                        {"organisation", approval.organisation.value},
                        {"act", approval.act},
                        {"kind", approval.kind},
                        {"property", approval.property ? sql::Value{approval.property->value} : sql::Value{}},
                        {"asked_by", base::to_text(approval.asked_by)},
                        {"asked", approval.asked},
                        {"until", approval.until},
                        {"state", to_text(approval.state)},
                        {"sealed", sealed}}));
    return record(connection, "asked", approval, by);
  });
}

Result<void> Approvals::move(sql::Connection& connection, const Approval& approval, State was) {
  std::string sealed_reason;
  if (!approval.reason.empty()) {
    ASSIGN_OR_RETURN(sealed_reason,
                     seal_with(needs_.keys, key_of(approval, kReasonKey), approval.reason, needs_.random));
  }
  const auto now = needs_.clock.now();
  const auto decided_by =
      approval.decided_by ? sql::Value{base::to_text(*approval.decided_by)} : sql::Value{};
  // What ends since its time is over is no longer in time.
  const auto in_time = approval.state == State::Expired ? base::Instant{} : now;
  ASSIGN_OR_RETURN(const auto changed,
                   connection.run(queries::move_approval,
                                  {{"id", base::to_text(approval.id)},
                                   {"was", to_text(was)},
                                   {"now", in_time},
                                   {"state", to_text(approval.state)},
                                   {"until", approval.until},
                                   {"decided_by", decided_by},
                                   {"decided_at", approval.decided},
                                   {"closed_at", is_closed(approval.state) ? sql::Value{now} : sql::Value{}},
                                   {"sealed_reason", sealed_reason}}));
  if (changed == 0) return base::fail(Code::Conflict, "This request does not wait any more.");
  return {};
}

Result<void> Approvals::record(sql::Connection& connection, std::string_view what, const Approval& approval,
                               const journal::Actor& by) {
  RETURN_IF_ERROR(needs_.journal.record(
      connection,
      {.kind = fmt::format("approval.{}", what),
       .property = approval.property,
       .by = by,
       .subject = std::nullopt,
       .detail = fmt::format("approval {}, act {}, request {}, asked by {}", base::to_text(approval.id),
                             approval.act, approval.kind, base::to_text(approval.asked_by))}));
  return {};
}

Result<void> Approvals::destroy_request(const Approval& approval) {
  RETURN_IF_ERROR(needs_.keys.destroy(key_of(approval, kRequestKey)));
  RETURN_IF_ERROR(needs_.control.run(queries::clear_request, {{"id", base::to_text(approval.id)}}));
  return {};
}

Result<void> Approvals::remove(const Approval& approval) {
  for (const auto what : {kRequestKey, kReasonKey}) {
    const auto name = key_of(approval, what);
    ASSIGN_OR_RETURN(const auto state, needs_.keys.state(name));
    if (state == vault::KeyState::Active) RETURN_IF_ERROR(needs_.keys.destroy(name));
  }
  RETURN_IF_ERROR(needs_.control.run(queries::delete_approval, {{"id", base::to_text(approval.id)}}));
  return {};
}

Result<void> Approvals::run() {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto open, needs_.control.all(queries::open_approvals));
  for (const auto& row : open) {
    ASSIGN_OR_RETURN(auto one, read(row));
    if (one.state == State::Waiting) RETURN_IF_ERROR(tell_deciders(one));
    if (one.state != State::Expired) continue;
    ASSIGN_OR_RETURN(const auto was, parse_state(row.text("state")));
    RETURN_IF_ERROR(close(std::move(one), was, {}));
  }
  ASSIGN_OR_RETURN(const auto recent,
                   needs_.control.all(queries::recent_approvals, {{"since", now - kFileWaits}}));
  ASSIGN_OR_RETURN(const auto decided, read_all(recent));
  for (const auto& one : decided) RETURN_IF_ERROR(tell_asker(one));
  for (const auto& act : acts_) {
    if (!act.names_people) continue;
    ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::closed_with_request, {{"kind", act.kind}}));
    ASSIGN_OR_RETURN(const auto closed, read_all(rows));
    for (const auto& one : closed) RETURN_IF_ERROR(destroy_request(one));
  }
  ASSIGN_OR_RETURN(const auto old_rows,
                   needs_.control.all(queries::old_approvals, {{"before", now - kKept}}));
  ASSIGN_OR_RETURN(const auto old, read_all(old_rows));
  for (const auto& one : old) RETURN_IF_ERROR(remove(one));
  return {};
}

Result<void> Approvals::forget_property(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::approvals_of_property, {{"property", property.value}}));
  ASSIGN_OR_RETURN(const auto all, read_all(rows));
  for (const auto& one : all) RETURN_IF_ERROR(remove(one));
  return {};
}

}  // namespace approvals
