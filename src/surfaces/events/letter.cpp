#include "surfaces/events/letter.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "crypto/seal.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "sql/database.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/queries.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

vault::KeyName key_of(base::PropertyNumber property) { return vault::KeyName::service(property, "letters"); }

/// Where sealed words belong: they open in no other row.
std::string place_of(LetterId id) { return fmt::format("letter {}", base::to_text(id)); }

Result<std::vector<base::PersonId>> people_of(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return base::fail(rows.error());
  std::vector<base::PersonId> people;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
    people.push_back(person);
  }
  return people;
}

}  // namespace

Result<std::string> LetterStore::seal(const Letter& letter, base::Random& random) {
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(key_of(letter.property)));
  const auto plain = json{
      {"texts", outbox::to_json(letter.texts)},
      {"organiser", letter.organiser},
      {"reply_to",
       letter.reply_to}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return base::to_base64(
      crypto::seal(key, base::as_bytes(plain), base::as_bytes(place_of(letter.id)), random));
}

Result<void> LetterStore::add(sql::Connection& connection, const Letter& letter,
                              const std::vector<base::PersonId>& to, const std::string& sealed) {
  const auto id = base::to_text(letter.id);
  RETURN_IF_ERROR(connection.run(queries::add_letter, {{"id", id},
                                                       {"property", letter.property.value},
                                                       {"purpose", letter.purpose},
                                                       {"policy_version", letter.policy_version},
                                                       {"sent_ms", letter.sent},
                                                       {"sent_by", base::to_text(letter.by)},
                                                       {"people", letter.people},
                                                       {"sealed", sealed}}));
  for (const auto person : to) {
    RETURN_IF_ERROR(connection.run(queries::add_letter_to, {{"letter", id},
                                                            {"property", letter.property.value},
                                                            {"person", base::to_text(person)},
                                                            {"sent_ms", letter.sent}}));
  }
  return {};
}

Result<std::optional<Letter>> LetterStore::read(const sql::Row& row) {
  Letter letter{.id = {},
                .property = {static_cast<std::uint32_t>(row.integer("property"))},
                .purpose = row.text("purpose"),
                .policy_version = row.text("policy_version"),
                .sent = row.instant("sent_ms"),
                .by = {},
                .people = row.integer("people"),
                .queued = row.truth("queued"),
                .texts = {},
                .organiser = {},
                .reply_to = {}};
  ASSIGN_OR_RETURN(letter.id, base::parse_id<LetterId>(row.text("id")));
  ASSIGN_OR_RETURN(letter.by, base::parse_id<base::MemberId>(row.text("sent_by")));
  const auto key = keys_.find(key_of(letter.property));
  if (!key && key.error().code == Code::Gone) return std::nullopt;
  if (!key) return base::fail(key.error());
  ASSIGN_OR_RETURN(const auto sealed, base::from_base64(row.text("sealed")));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(*key, sealed, base::as_bytes(place_of(letter.id))));
  const auto words = json::parse(base::as_text(plain), nullptr, false);
  if (!words.is_object()) return base::fail(Code::Corrupt, "a row of table letter does not read");
  ASSIGN_OR_RETURN(letter.texts, outbox::stored_texts(words.value("texts", std::string{})));
  letter.organiser = words.value("organiser", std::string{});
  letter.reply_to = words.value("reply_to", std::string{});
  return letter;
}

Result<std::vector<Letter>> LetterStore::read_all(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return base::fail(rows.error());
  std::vector<Letter> all;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    if (one) all.push_back(*std::move(one));
  }
  return all;
}

Result<std::optional<Letter>> LetterStore::find(LetterId id) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::letter_by_id, {{"id", base::to_text(id)}}));
  if (!row) return std::nullopt;
  return read(*row);
}

Result<std::vector<Letter>> LetterStore::of_property(base::PropertyNumber property) {
  return read_all(
      control_.all(queries::letters_of_property, {{"property", property.value}, {"most", kLettersListed}}));
}

Result<std::vector<Letter>> LetterStore::of_person(base::PersonId person) {
  return read_all(control_.all(queries::letters_of_person, {{"person", base::to_text(person)}}));
}

Result<std::int64_t> LetterStore::count_since(base::PropertyNumber property, base::Instant since) {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::count_letters_since,
                                                {{"property", property.value}, {"since", since}}));
  return row.integer("n");
}

Result<std::map<base::PersonId, std::int64_t>> LetterStore::to_each_since(base::PropertyNumber property,
                                                                          base::Instant since) {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::letters_per_person_since,
                                                 {{"property", property.value}, {"since", since}}));
  std::map<base::PersonId, std::int64_t> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
    all.emplace(person, row.integer("n"));
  }
  return all;
}

Result<std::vector<Letter>> LetterStore::to_queue() {
  return read_all(control_.all(queries::letters_to_queue));
}

Result<std::vector<base::PersonId>> LetterStore::waits_for(LetterId id) {
  return people_of(control_.all(queries::letter_waits_for, {{"letter", base::to_text(id)}}));
}

Result<std::int64_t> LetterStore::count_readers(LetterId id) {
  ASSIGN_OR_RETURN(const auto row,
                   control_.one(queries::count_letter_readers, {{"letter", base::to_text(id)}}));
  return row.integer("n");
}

Result<void> LetterStore::note(sql::Connection& connection, LetterId id, base::PersonId person,
                               const std::string& subject) {
  RETURN_IF_ERROR(connection.run(
      queries::note_letter_to,
      {{"letter", base::to_text(id)}, {"person", base::to_text(person)}, {"subject", subject}}));
  return {};
}

Result<void> LetterStore::finish(LetterId id) {
  RETURN_IF_ERROR(control_.run(queries::finish_letter, {{"id", base::to_text(id)}}));
  return {};
}

Result<void> LetterStore::object(base::PropertyNumber property, base::PersonId person, base::Instant now) {
  RETURN_IF_ERROR(
      control_.run(queries::put_letter_objection,
                   {{"property", property.value}, {"person", base::to_text(person)}, {"objected_ms", now}}));
  return {};
}

Result<void> LetterStore::lift_objection(base::PropertyNumber property, base::PersonId person) {
  RETURN_IF_ERROR(control_.run(queries::lift_letter_objection,
                               {{"property", property.value}, {"person", base::to_text(person)}}));
  return {};
}

Result<std::set<base::PersonId>> LetterStore::objections(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto people, people_of(control_.all(queries::letter_objections_of_property,
                                                             {{"property", property.value}})));
  return std::set(people.begin(), people.end());
}

Result<std::optional<base::Instant>> LetterStore::objected(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row,
                   control_.maybe(queries::letter_objection_of, {{"person", base::to_text(person)}}));
  if (!row) return std::nullopt;
  return row->instant("objected_ms");
}

Result<void> LetterStore::forget(base::PersonId person) {
  const auto name = base::to_text(person);
  RETURN_IF_ERROR(control_.run(queries::forget_letters_to, {{"person", name}}));
  RETURN_IF_ERROR(control_.run(queries::forget_letter_objection_of, {{"person", name}}));
  return {};
}

Result<void> LetterStore::forget(base::PropertyNumber property) {
  for (const auto* query :
       {&queries::forget_letters, &queries::forget_letters_to_property, &queries::forget_letter_objections})
    RETURN_IF_ERROR(control_.run(*query, {{"property", property.value}}));
  return {};
}

namespace {

Result<void> pass(const Needs& needs, std::string_view point) {
  return needs.between ? needs.between(point) : Result<void>{};
}

/// First the outbox, which takes it once; then that it has it, with the act.
Result<void> queue_one(Needs& needs, const Letter& letter, base::PersonId person) {
  const auto known = needs.vault.find(person);
  // Erased meanwhile: what says that they were written to goes too.
  if (!known && (known.error().code == Code::Gone || known.error().code == Code::NotFound)) return {};
  if (!known) return base::fail(known.error());
  const auto id = base::to_text(letter.id);
  RETURN_IF_ERROR(needs.outbox.queue({.person = person,
                                      .property = letter.property,
                                      .template_name = std::string{kLetterMail},
                                      .parameters = {{"letter", id}},
                                      .due = std::nullopt,
                                      .once = id}));
  RETURN_IF_ERROR(pass(needs, "letter.queued"));
  const auto subject = needs.journal.draw_subject();
  RETURN_IF_ERROR(needs.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(needs.journal.record(connection, {.kind = "events.written_to",
                                                      .property = letter.property,
                                                      .by = {.member = letter.by},
                                                      .subject = subject,
                                                      .detail = fmt::format("{} {}", letter.purpose, id)}));
    return LetterStore::note(connection, letter.id, person, base::to_text(subject));
  }));
  return pass(needs, "letter.noted");
}

/// To everybody whom it has not been queued for.
Result<void> queue_letter(Needs& needs, LetterStore& store, const Letter& letter) {
  ASSIGN_OR_RETURN(const auto people, store.waits_for(letter.id));
  for (const auto person : people) RETURN_IF_ERROR(queue_one(needs, letter, person));
  return store.finish(letter.id);
}

}  // namespace

Result<void> queue_letters(Needs& needs) {
  LetterStore store(needs.control, needs.keys);
  ASSIGN_OR_RETURN(const auto waiting, store.to_queue());
  // What holds up one letter does not hold up the others; it is tried again.
  Result<void> first;
  for (const auto& letter : waiting) {
    const auto done = queue_letter(needs, store, letter);
    if (!done && first) first = base::fail(done.error());
  }
  return first;
}

}  // namespace surfaces::events
