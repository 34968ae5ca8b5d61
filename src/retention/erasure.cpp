#include "retention/erasure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/mutex.h"
#include "consent/ledger.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "pulse/engine.h"
#include "retention/certificate.h"
#include "retention/erasure_ledger.h"
#include "retention/limits.h"
#include "retention/patience.h"
#include "retention/queries.h"
#include "retention/search.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace retention {

using base::Code;
using base::fail;
using base::Result;

namespace {

/// Where the ciphertext of a file of the attention store begins, after a header that others may share.
constexpr std::uint64_t kStoreHeaderBytes = 64;
constexpr std::size_t kStoreTraceBytes = 32;

Needle text_needle(std::string_view text, std::string except = {}) {
  const auto bytes = base::as_bytes(text);
  return {{bytes.begin(), bytes.end()}, std::move(except)};
}

/// As SQLite writes an integer of eight bytes: the highest one first.
Needle number_needle(std::uint64_t number) {
  Needle needle;
  for (int shift = 56; shift >= 0; shift -= 8)
    needle.bytes.push_back(static_cast<std::uint8_t>(number >> shift));
  return needle;
}

bool is_gone(const base::Error& error) { return error.code == Code::Gone || error.code == Code::NotFound; }

/// What is there no longer, or never was, is as good as removed.
Result<void> unless_gone(Result<void> result) {
  if (!result && is_gone(result.error())) return {};
  return result;
}

}  // namespace

struct Eraser::Inside {
  explicit Inside(EraserNeeds given)
      : needs(std::move(given)), ledger(needs.key_database, needs.keys, needs.random) {}

  EraserNeeds needs;
  ErasureLedger ledger;
  base::Mutex mutex;

  Result<void> pass(std::string_view point) { return needs.between ? needs.between(point) : Result<void>{}; }
  Result<crypto::SigningKey> signing_key() {
    ASSIGN_OR_RETURN(auto seed, needs.keys.find_or_create(vault::KeyName::service("certificate")));
    return crypto::SigningKey(std::move(seed));
  }
  /// How many sessions the store of attention has of somebody.
  Result<std::int64_t> count_sessions(base::PropertyNumber property, base::ViewerNumber viewer);
  Result<void> trace_store(base::PropertyNumber property, std::vector<Needle>& traces);
  Result<void> trace(LedgerRow& row);
  Result<LedgerRow> begin(base::PersonId person, std::optional<base::MemberId> by) REQUIRES(mutex);
  Result<journal::ActNumber> intent_of(const LedgerRow& row);
  Result<std::string> title_of(base::PropertyNumber property);
  Result<void> remove(const LedgerRow& row);
  Result<void> scrub();
  Result<void> clean(const std::vector<std::string>& found, const LedgerRow& row);
  Result<Searched> search(const LedgerRow& row);
  Result<std::string> certify(const LedgerRow& row, base::Instant now, const Searched& searched,
                              journal::ActNumber intent);
  Result<Erasure> carry_out(LedgerRow row) REQUIRES(mutex);
  Result<bool> is_anything_left(const LedgerRow& row);
  Result<void> erase_again(LedgerRow row) REQUIRES(mutex);
  Result<void> check_age();
  Result<void> finish_intents();
};

Result<std::int64_t> Eraser::Inside::count_sessions(base::PropertyNumber property,
                                                    base::ViewerNumber viewer) {
  if (!viewer) return 0;
  const auto snapshot = needs.engine.snapshot_of_viewer(property, viewer);
  if (!snapshot && is_gone(snapshot.error())) return 0;
  if (!snapshot) return fail(snapshot.error());
  return static_cast<std::int64_t>(snapshot->sessions().size());
}

/// Logs and checkpoint hold everybody's, segments those of one property: none of them, as it is now, is there
/// once the store has scrubbed.
Result<void> Eraser::Inside::trace_store(base::PropertyNumber property, std::vector<Needle>& traces) {
  const auto folder = needs.data / "pulse";
  ASSIGN_OR_RETURN(const auto names, needs.files.list(folder));
  const auto own = fmt::format("{}-", property.value);
  for (const auto& name : names) {
    if (!name.starts_with("log-") && name != "checkpoint" && !name.starts_with(own)) continue;
    auto file = needs.files.open(folder / name, base::OpenMode::Read);
    if (!file && file.error().code == Code::NotFound) continue;
    if (!file) return fail(file.error());
    base::Bytes bytes(kStoreTraceBytes);
    ASSIGN_OR_RETURN(const auto size, (*file)->read_at(kStoreHeaderBytes, bytes));
    if (size == bytes.size()) traces.push_back({std::move(bytes)});
  }
  return {};
}

/// Reads what there is of somebody, to be looked for when it has gone.
Result<void> Eraser::Inside::trace(LedgerRow& row) {
  const auto property = row.erasure.property;
  auto& traces = row.traces;
  // The key store remembers the ids of people whose key it destroyed.
  traces.push_back(text_needle(base::to_text(row.person), "keys.db"));
  ASSIGN_OR_RETURN(const auto sealed, needs.vault.traces(row.person));
  for (const auto& one : sealed) traces.push_back(text_needle(one));
  if (!row.viewer) return {};
  traces.push_back(number_needle(row.viewer.value));
  traces.push_back(text_needle(fmt::format("{:016x}", row.viewer.value)));
  ASSIGN_OR_RETURN(const auto history, needs.consents.history(property, row.viewer));
  for (const auto& entry : history) {
    traces.push_back(text_needle(entry.id));
    traces.push_back(text_needle(base::to_text(entry.session)));
  }
  row.holdings.answers = static_cast<std::int64_t>(history.size());
  ASSIGN_OR_RETURN(row.holdings.sessions, count_sessions(property, row.viewer));
  if (row.holdings.sessions > 0) RETURN_IF_ERROR(trace_store(property, traces));
  return {};
}

Result<LedgerRow> Eraser::Inside::begin(base::PersonId person, std::optional<base::MemberId> by) {
  LedgerRow row;
  row.person = person;
  ASSIGN_OR_RETURN(const auto fields, needs.vault.read_fields(person));
  row.erasure.id = ErasureId::draw(needs.random);
  row.erasure.property = fields.person.property;
  row.erasure.requested_at = needs.clock.now();
  row.viewer = fields.person.viewer;
  row.holdings.fields = static_cast<std::int64_t>(fields.fields.size());
  row.subject = needs.journal.draw_subject();
  row.by = by;
  RETURN_IF_ERROR(trace(row));
  RETURN_IF_ERROR(ledger.add(row));
  return row;
}

Result<journal::ActNumber> Eraser::Inside::intent_of(const LedgerRow& row) {
  ASSIGN_OR_RETURN(const auto unfinished, needs.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind == kErasedKind && entry.act.subject == row.subject) return entry.number;
  }
  return needs.journal.begin({.kind = std::string{kErasedKind},
                              .property = row.erasure.property,
                              .by = {.member = row.by},
                              .subject = row.subject,
                              .detail = "erasure " + base::to_text(row.erasure.id)});
}

Result<void> Eraser::Inside::remove(const LedgerRow& row) {
  const auto property = row.erasure.property;
  RETURN_IF_ERROR(patiently([&] { return needs.vault.erase(row.person); }));
  RETURN_IF_ERROR(pass("erasure.vault"));
  if (row.viewer) {
    RETURN_IF_ERROR(unless_gone(needs.engine.erase_viewer(property, row.viewer)));
    RETURN_IF_ERROR(pass("erasure.pulse"));
    if (row.holdings.sessions > 0) RETURN_IF_ERROR(unless_gone(needs.engine.scrub(property)));
    RETURN_IF_ERROR(pass("erasure.scrub"));
    RETURN_IF_ERROR(needs.consents.forget(property, row.viewer));
    RETURN_IF_ERROR(pass("erasure.consent"));
  }
  RETURN_IF_ERROR(
      needs.control.run(queries::forget_account_warning, {{"person", base::to_text(row.person)}}));
  RETURN_IF_ERROR(needs.outbox.forget(row.person));
  RETURN_IF_ERROR(pass("erasure.outbox"));
  for (const auto& surface : needs.surfaces) {
    if (surface.forget_person) RETURN_IF_ERROR(surface.forget_person(row.person));
  }
  RETURN_IF_ERROR(pass("erasure.surfaces"));
  return scrub();
}

Result<void> Eraser::Inside::scrub() {
  for (auto* database : {&needs.control, &needs.vault_database, &needs.key_database})
    RETURN_IF_ERROR(patiently([&] { return database->scrub(); }));
  return {};
}

/// What the ordinary way left behind goes by the thorough one.
Result<void> Eraser::Inside::clean(const std::vector<std::string>& found, const LedgerRow& row) {
  const auto is_in = [&](std::string_view start) {
    return std::ranges::any_of(found, [&](const std::string& name) { return name.starts_with(start); });
  };
  if (is_in("control.db")) RETURN_IF_ERROR(patiently([&] { return needs.control.compact(); }));
  if (is_in("vault.db")) RETURN_IF_ERROR(patiently([&] { return needs.vault_database.compact(); }));
  if (is_in("keys.db")) RETURN_IF_ERROR(patiently([&] { return needs.key_database.compact(); }));
  if (is_in("pulse/")) RETURN_IF_ERROR(unless_gone(needs.engine.scrub(row.erasure.property)));
  return {};
}

Result<Searched> Eraser::Inside::search(const LedgerRow& row) {
  for (int round = 1;; ++round) {
    // A folder that goes away while it is listed is looked for anew.
    ASSIGN_OR_RETURN(auto searched, patiently([&] {
                       return search_files(needs.files, needs.data, row.traces, {"mail", "blobs"});
                     }));
    if (searched.found.empty()) return searched;
    for (const auto& name : searched.found)
      base::log(base::Level::Warning, "retention.still_found", {{"file", base::log_public(name)}});
    if (round == kSearchRoundsMax)
      return fail(Code::Unavailable, "something of an erased person is still in " + searched.found.front());
    RETURN_IF_ERROR(remove(row));
    RETURN_IF_ERROR(clean(searched.found, row));
  }
}

Result<std::string> Eraser::Inside::title_of(base::PropertyNumber property) {
  for (const auto& surface : needs.surfaces) {
    if (!surface.ends) continue;
    ASSIGN_OR_RETURN(const auto ends, surface.ends());
    const auto found = std::ranges::find(ends, property, &End::property);
    if (found != ends.end()) return found->title;
  }
  return std::string{};
}

Result<std::string> Eraser::Inside::certify(const LedgerRow& row, base::Instant now, const Searched& searched,
                                            journal::ActNumber intent) {
  using nlohmann::json;
  ASSIGN_OR_RETURN(const auto key, signing_key());
  ASSIGN_OR_RETURN(const auto title, title_of(row.erasure.property));
  const json statement = {{"kind", "erasure"},
                          {"version", 1},
                          {"id", base::to_text(row.erasure.id)},
                          {"by", needs.installation},
                          {"of", title},
                          {"requested_at", base::to_rfc3339(row.erasure.requested_at)},
                          {"completed_at", base::to_rfc3339(now)},
                          {"erased",
                           {{"fields", row.holdings.fields},
                            {"sessions", row.holdings.sessions},
                            {"answers", row.holdings.answers}}},
                          {"key_destroyed", true},
                          {"search",
                           {{"looked_for", static_cast<std::int64_t>(row.traces.size())},
                            {"files", searched.files},
                            {"bytes", searched.bytes},
                            {"found", 0}}},
                          {"journal", {{"intent", intent}, {"subject", base::to_text(row.subject)}}}};
  return sign_certificate(statement.dump(-1, ' ', false, json::error_handler_t::replace), key);
}

Result<Erasure> Eraser::Inside::carry_out(LedgerRow row) {
  RETURN_IF_ERROR(pass("erasure.ledger"));
  ASSIGN_OR_RETURN(const auto intent, intent_of(row));
  RETURN_IF_ERROR(pass("erasure.intent"));
  RETURN_IF_ERROR(remove(row));
  RETURN_IF_ERROR(pass("erasure.scrubbed"));
  ASSIGN_OR_RETURN(const auto searched, search(row));
  RETURN_IF_ERROR(pass("erasure.searched"));
  auto& erasure = row.erasure;
  const auto now = needs.clock.now();
  ASSIGN_OR_RETURN(erasure.certificate, certify(row, now, searched, intent));
  RETURN_IF_ERROR(ledger.complete(erasure.id, now, erasure.certificate));
  erasure.completed_at = now;
  RETURN_IF_ERROR(pass("erasure.completed"));
  RETURN_IF_ERROR(needs.control.run(queries::add_seen, {{"erasure", base::to_text(erasure.id)}}));
  RETURN_IF_ERROR(pass("erasure.seen"));
  RETURN_IF_ERROR(needs.journal.finish(
      intent, fmt::format("searched {} files for {} traces", searched.files, row.traces.size())));
  return erasure;
}

Result<bool> Eraser::Inside::is_anything_left(const LedgerRow& row) {
  const auto found = needs.vault.find(row.person);
  if (found) return true;
  if (!is_gone(found.error())) return fail(found.error());
  ASSIGN_OR_RETURN(const auto traces, needs.vault.traces(row.person));
  if (!traces.empty()) return true;
  ASSIGN_OR_RETURN(const auto sessions, count_sessions(row.erasure.property, row.viewer));
  if (sessions > 0) return true;
  ASSIGN_OR_RETURN(const auto history, needs.consents.history(row.erasure.property, row.viewer));
  if (!history.empty()) return true;
  for (const auto& surface : needs.surfaces) {
    if (!surface.held) continue;
    const auto held = surface.held(row.person);
    if (!held && !is_gone(held.error())) return fail(held.error());
    if (held && !held->empty()) return true;
  }
  ASSIGN_OR_RETURN(const auto mails, needs.outbox.forget(row.person));
  return mails > 0;
}

Result<void> Eraser::Inside::erase_again(LedgerRow row) {
  const auto held = row.holdings;
  row.traces.clear();
  RETURN_IF_ERROR(trace(row));
  row.holdings.fields = held.fields;
  row.holdings.answers = std::max(held.answers, row.holdings.answers);
  row.holdings.sessions = std::max(held.sessions, row.holdings.sessions);
  RETURN_IF_ERROR(ledger.reopen(row.erasure.id, row.traces));
  RETURN_IF_ERROR(carry_out(std::move(row)));
  return {};
}

/// Whoever restored an old copy of the keys would bring people back: the data know of their erasure.
Result<void> Eraser::Inside::check_age() {
  ASSIGN_OR_RETURN(const auto seen, needs.control.all(queries::all_seen));
  for (const auto& row : seen) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<ErasureId>(row.text("erasure")));
    ASSIGN_OR_RETURN(const auto known, ledger.find(id));
    if (!known)
      return fail(Code::Denied,
                  "the key database is older than the data: it would bring erased people back; restore the "
                  "keys of today");
  }
  return {};
}

/// Completed, and then stopped before the journal took the result.
Result<void> Eraser::Inside::finish_intents() {
  ASSIGN_OR_RETURN(const auto unfinished, needs.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind != kErasedKind) continue;
    ASSIGN_OR_RETURN(const auto rows, ledger.all());
    const auto row =
        std::ranges::find_if(rows, [&](const LedgerRow& each) { return entry.act.subject == each.subject; });
    if (row == rows.end()) {
      RETURN_IF_ERROR(needs.journal.finish(entry.number, "unknown to the ledger"));
    } else if (row->erasure.completed_at) {
      RETURN_IF_ERROR(needs.control.run(queries::add_seen, {{"erasure", base::to_text(row->erasure.id)}}));
      RETURN_IF_ERROR(needs.journal.finish(entry.number, "finished after a stop"));
    }
  }
  return {};
}

Eraser::Eraser(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Eraser::~Eraser() = default;

Result<std::unique_ptr<Eraser>> Eraser::open(EraserNeeds needs) {
  RETURN_IF_ERROR(sql::migrate(needs.control, queries::kModule, needs.clock));
  RETURN_IF_ERROR(sql::migrate(needs.key_database, queries::kKeysModule, needs.clock));
  return std::unique_ptr<Eraser>(new Eraser(std::make_unique<Inside>(std::move(needs))));
}

Result<Erasure> Eraser::erase(base::PersonId person, std::optional<base::MemberId> by) {
  auto& inside = *inside_;
  base::Lock lock(inside.mutex);
  ASSIGN_OR_RETURN(auto known, inside.ledger.find(person));
  if (known && known->erasure.completed_at) return known->erasure;
  if (known) return inside.carry_out(*std::move(known));
  ASSIGN_OR_RETURN(auto row, inside.begin(person, by));
  return inside.carry_out(std::move(row));
}

Result<Erasure> Eraser::find(ErasureId id) {
  ASSIGN_OR_RETURN(const auto row, inside_->ledger.find(id));
  if (!row) return fail(Code::NotFound, "there is no such erasure");
  return row->erasure;
}

Result<Erasure> Eraser::find_of(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row, inside_->ledger.find(person));
  if (!row) return fail(Code::NotFound, "there is no such erasure");
  return row->erasure;
}

Result<ErasureTally> Eraser::tally() { return inside_->ledger.tally(); }

Result<std::int64_t> Eraser::replay() {
  auto& inside = *inside_;
  base::Lock lock(inside.mutex);
  RETURN_IF_ERROR(inside.check_age());
  ASSIGN_OR_RETURN(auto rows, inside.ledger.all());
  std::int64_t again = 0;
  for (auto& row : rows) {
    if (!row.erasure.completed_at) {
      RETURN_IF_ERROR(inside.carry_out(std::move(row)));
    } else {
      RETURN_IF_ERROR(
          inside.needs.control.run(queries::add_seen, {{"erasure", base::to_text(row.erasure.id)}}));
      ASSIGN_OR_RETURN(const bool left, inside.is_anything_left(row));
      if (!left) continue;
      RETURN_IF_ERROR(inside.erase_again(std::move(row)));
    }
    ++again;
  }
  RETURN_IF_ERROR(inside.finish_intents());
  if (again > 0) base::log(base::Level::Info, "retention.replayed", {{"people", again}});
  return again;
}

Result<void> Eraser::resume() {
  auto& inside = *inside_;
  base::Lock lock(inside.mutex);
  ASSIGN_OR_RETURN(auto rows, inside.ledger.unswept());
  for (auto& row : rows) {
    if (!row.erasure.completed_at) {
      RETURN_IF_ERROR(inside.carry_out(std::move(row)));
      continue;
    }
    if (inside.needs.clock.now() < *row.erasure.completed_at + kSweepAfter) continue;
    ASSIGN_OR_RETURN(const bool left, inside.is_anything_left(row));
    const auto id = row.erasure.id;
    if (left) {
      RETURN_IF_ERROR(inside.erase_again(std::move(row)));
    } else {
      RETURN_IF_ERROR(inside.ledger.mark_swept(id));
    }
  }
  return {};
}

Result<crypto::PublicKey> Eraser::certificate_key() {
  ASSIGN_OR_RETURN(const auto key, inside_->signing_key());
  return key.public_key();
}

}  // namespace retention
