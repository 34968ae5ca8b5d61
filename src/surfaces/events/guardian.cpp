#include "surfaces/events/guardian.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/seal.h"
#include "journal/journal.h"
#include "policy/gate.h"
#include "property/registry.h"
#include "sql/database.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/queries.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

constexpr std::string_view kMail = "guardian";
/// The property that guardians are kept under.
constexpr std::string_view kSlug = "guardians";
constexpr std::string_view kSurface = "events.guardians";

vault::KeyName key_of(const Pending& pending) {
  return vault::KeyName::service(pending.property, fmt::format("pending_{}", base::to_text(pending.id)));
}

}  // namespace

Result<void> PendingStore::add(const Pending& pending, base::Instant expires, base::Random& random) {
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(key_of(pending)));
  const auto id = base::to_text(pending.id);
  const auto plain = json{{"language", base::to_text(pending.language)}, {"fields", pending.fields}}.dump();
  const auto sealed = base::to_base64(crypto::seal(key, base::as_bytes(plain), base::as_bytes(id), random));
  RETURN_IF_ERROR(control_.run(queries::insert_pending, {{"id", id},
                                                         {"property", pending.property.value},
                                                         {"guardian", base::to_text(pending.guardian)},
                                                         {"sealed", sealed},
                                                         {"expires_ms", expires}}));
  return {};
}

Result<Pending> PendingStore::read(const sql::Row& row) {
  Pending pending;
  const auto id = row.text("id");
  ASSIGN_OR_RETURN(pending.id, base::parse_id<PendingId>(id));
  ASSIGN_OR_RETURN(pending.guardian, base::parse_id<base::PersonId>(row.text("guardian")));
  pending.property = {static_cast<std::uint32_t>(row.integer("property"))};
  const auto key = keys_.find(key_of(pending));
  // A stop between the key's end and the row's: nothing is left to read.
  if (!key && key.error().code == Code::Gone) return pending;
  if (!key) return base::fail(key.error());
  ASSIGN_OR_RETURN(const auto sealed, base::from_base64(row.text("sealed")));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(*key, sealed, base::as_bytes(id)));
  const auto given = json::parse(base::as_text(plain), nullptr, false);
  try {
    pending.language = base::parse_language(given.at("language").get<std::string>()).value();
    given.at("fields").get_to(pending.fields);
  } catch (const std::exception&) {
    return base::fail(Code::Corrupt, "a pending registration does not read");
  }
  return pending;
}

Result<std::vector<Pending>> PendingStore::read_all(const std::vector<sql::Row>& rows) {
  std::vector<Pending> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto pending, read(row));
    all.push_back(std::move(pending));
  }
  return all;
}

Result<Pending> PendingStore::find(PendingId id) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::pending_by_id, {{"id", base::to_text(id)}}));
  if (!row) return base::fail(Code::NotFound, "Nothing waits for an answer here.");
  return read(*row);
}

Result<std::vector<Pending>> PendingStore::expired(base::Instant now) {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::expired_pending, {{"now", now}}));
  return read_all(rows);
}

Result<std::vector<Pending>> PendingStore::of(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto rows,
                   control_.all(queries::pending_of_property, {{"property", property.value}}));
  return read_all(rows);
}

Result<void> PendingStore::remove(const Pending& pending) {
  auto destroyed = keys_.destroy(key_of(pending));
  // Gone: with all keys of its event.
  if (!destroyed && destroyed.error().code != Code::Gone) return destroyed;
  RETURN_IF_ERROR(control_.run(queries::delete_pending, {{"id", base::to_text(pending.id)}}));
  return {};
}

Guardians::Guardians(Needs& needs) : needs_(needs), store_(needs.control, needs.keys) {}

Result<void> Guardians::ask(const Event& event, const Filled& filled, base::Language language) {
  const auto* address = needs_.policy.email_field();
  if (address == nullptr) return base::fail(Code::Unavailable, "the policy declares no e-mail address");
  const policy::Gate gate(needs_.policy);
  ASSIGN_OR_RETURN(const auto permit, gate.permit_field(address->name));
  ASSIGN_OR_RETURN(const auto scope, needs_.properties.reserve(kSlug, kSurface));
  Pending pending{.id = PendingId::draw(needs_.random),
                  .property = event.property,
                  .guardian = {},
                  .language = language,
                  .fields = {}};
  const std::vector<vault::NewField> fields{
      {.permit = permit, .value = filled.guardian, .source = "registration form"}};
  ASSIGN_OR_RETURN(
      pending.guardian,
      needs_.vault.create({.property = scope, .language = language, .fields = fields, .capacity = {}}));
  for (const auto& [field, value] : filled.fields) pending.fields.emplace_back(field->name, value);
  RETURN_IF_ERROR(store_.add(pending, needs_.clock.now() + kGuardianAnswers, needs_.random));
  RETURN_IF_ERROR(needs_.outbox.queue({.person = pending.guardian,
                                       .property = scope,
                                       .template_name = std::string{kMail},
                                       .parameters = {{"pending", base::to_text(pending.id)}},
                                       .due = std::nullopt,
                                       .once = base::to_text(pending.id)}));
  return {};
}

Result<Pending> Guardians::find(const Event& event, std::string_view id) {
  const auto parsed = base::parse_id<PendingId>(id);
  if (!parsed) return base::fail(Code::NotFound, "Nothing waits for an answer here.");
  ASSIGN_OR_RETURN(auto pending, store_.find(*parsed));
  if (pending.property != event.property || pending.fields.empty())
    return base::fail(Code::NotFound, "Nothing waits for an answer here.");
  return pending;
}

Filled Guardians::filled(const Pending& pending) const {
  Filled filled;
  for (const auto& [name, value] : pending.fields) {
    const auto* field = needs_.policy.field(name);
    if (field != nullptr) filled.fields.push_back({field, value});
  }
  return filled;
}

Result<void> Guardians::remove(const Pending& pending) {
  auto erased = needs_.vault.erase(pending.guardian);
  if (!erased && erased.error().code != Code::Gone && erased.error().code != Code::NotFound) return erased;
  // The last: by it the rest is found.
  return store_.remove(pending);
}

Result<void> Guardians::end(const Pending& pending, bool agreed) {
  RETURN_IF_ERROR(
      needs_.journal.record({.kind = agreed ? "events.guardian_agreed" : "events.guardian_declined",
                             .property = pending.property,
                             .detail = base::to_text(pending.id)}));
  return remove(pending);
}

Result<std::int64_t> Guardians::remove_old(base::Instant now) {
  ASSIGN_OR_RETURN(const auto old, store_.expired(now));
  for (const auto& pending : old) RETURN_IF_ERROR(remove(pending));
  return static_cast<std::int64_t>(old.size());
}

Result<void> Guardians::forget_property(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto all, store_.of(property));
  for (const auto& pending : all) RETURN_IF_ERROR(remove(pending));
  return {};
}

std::string child_of(const policy::Policy& policy, const Pending& pending) {
  std::string name;
  for (const auto& part : policy.name_fields()) {
    const auto found = std::ranges::find(pending.fields, part, &std::pair<std::string, std::string>::first);
    if (found != pending.fields.end()) name += (name.empty() ? "" : " ") + found->second;
  }
  if (!name.empty()) return name;
  const auto* address = policy.email_field();
  for (const auto& [field, value] : pending.fields) {
    if (address != nullptr && field == address->name) return value;
  }
  return name;
}

outbox::Template guardian_mail(const GuardianMailNeeds& needs) {
  return {
      .name = std::string{kMail},
      .fill = [needs](const outbox::Recipient& recipient,
                      const outbox::Values& parameters) -> Result<outbox::Filling> {
        ASSIGN_OR_RETURN(const auto id, base::parse_id<PendingId>(parameters.at("pending")));
        PendingStore pendings(needs.control, needs.keys);
        ASSIGN_OR_RETURN(const auto pending, pendings.find(id));
        ASSIGN_OR_RETURN(const auto event, needs.store.by_property(pending.property));
        outbox::Filling filling;
        filling.values = {
            {"child", child_of(needs.policy, pending)},
            {"event", event.title},
            {"when", texts::period(recipient.language, event.starts, event.ends, event.time_zone)},
            {"age", fmt::to_string(needs.policy.minors().age)},
            {"days", fmt::to_string(std::chrono::duration_cast<std::chrono::days>(kGuardianAnswers).count())},
            {"link", fmt::format("{}/e/{}/guardian/{}?lang={}", needs.origin, event.slug, base::to_text(id),
                                 base::to_text(recipient.language))}};
        return filling;
      }};
}

}  // namespace surfaces::events
