#include "disclosure/book.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <ranges>

#include "base/time.h"
#include "disclosure/limits.h"
#include "disclosure/queries.h"
#include "journal/journal.h"
#include "sql/database.h"
#include "sql/migrate.h"

namespace disclosure {
namespace {

using base::Code;
using base::fail;
using base::Result;

/// Names of a policy and words of the language hold no comma.
std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ",")); }

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  if (text.empty()) return words;
  for (const auto word : std::views::split(text, ',')) words.emplace_back(word.begin(), word.end());
  return words;
}

base::PropertyNumber property_of(const sql::Row& row) {
  return {static_cast<std::uint32_t>(row.integer("property"))};
}

Assignment read_assignment(const sql::Row& row) {
  return {.number = row.integer("number"),
          .property = property_of(row),
          .organiser = row.text("organiser"),
          .reference = row.text("reference"),
          .agreed_on = row.text("agreed_on"),
          .reply_to = row.text("reply_to"),
          .purposes = split(row.text("purposes")),
          .policy_version = row.text("policy_version"),
          .recorded = row.instant("recorded_at_ms"),
          .ended = row.maybe_instant("ended_at_ms")};
}

Result<Disclosure> read_disclosure(const sql::Row& row) {
  Disclosure one{.number = row.integer("number"),
                 .at = row.instant("at_ms"),
                 .property = {},
                 .ground = row.text("ground"),
                 .receiver = row.text("receiver"),
                 .reference = row.text("reference"),
                 .purposes = split(row.text("purposes")),
                 .data = split(row.text("data")),
                 .form = row.text("form"),
                 .people = row.integer("people"),
                 .policy_version = row.text("policy_version"),
                 .member = {}};
  if (!row.is_null("property")) one.property = property_of(row);
  if (const auto member = row.text("member"); !member.empty()) {
    ASSIGN_OR_RETURN(one.member, base::parse_id<base::MemberId>(member));
  }
  return one;
}

Result<std::vector<Disclosure>> read_all(const std::vector<sql::Row>& rows) {
  std::vector<Disclosure> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto one, read_disclosure(row));
    all.push_back(std::move(one));
  }
  return all;
}

Result<void> check(const NewAssignment& assignment) {
  if (assignment.organiser.empty() || assignment.organiser.size() > kOrganiserBytesMax)
    return fail(Code::Invalid, fmt::format("organiser: 1 to {} bytes", kOrganiserBytesMax));
  if (assignment.reference.size() > kReferenceBytesMax)
    return fail(Code::Invalid, fmt::format("reference: at most {} bytes", kReferenceBytesMax));
  if (assignment.reply_to.size() > kReplyToBytesMax)
    return fail(Code::Invalid, fmt::format("reply_to: at most {} bytes", kReplyToBytesMax));
  if (assignment.agreed_on.size() != 10 || !base::parse_rfc3339(assignment.agreed_on + "T00:00:00Z"))
    return fail(Code::Invalid, "agreed_on: a date, as in 2026-11-01");
  return {};
}

Result<void> check_page(int count) {
  if (count < 1 || count > kListMax) return fail(Code::Invalid, fmt::format("count is 1 to {}", kListMax));
  return {};
}

/// Numbers begin at 1; 0 asks for the latest.
std::int64_t before_or_all(std::int64_t before) {
  return before == 0 ? std::numeric_limits<std::int64_t>::max() : before;
}

}  // namespace

Result<std::unique_ptr<Book>> Book::open(sql::Database& control, journal::Journal& journal,
                                         const base::Clock& clock) {
  RETURN_IF_ERROR(sql::migrate(control, queries::kModule, clock));
  return std::unique_ptr<Book>(new Book(control, journal, clock));
}

Result<void> Book::act(sql::Connection& connection, std::string_view kind,
                       std::optional<base::PropertyNumber> property, const journal::Actor& by,
                       std::string detail) {
  RETURN_IF_ERROR(journal_.record(connection, {.kind = std::string{kind},
                                               .property = property,
                                               .by = by,
                                               .subject = std::nullopt,
                                               .detail = std::move(detail)}));
  return {};
}

Result<std::int64_t> Book::assign(const NewAssignment& assignment, const policy::UsePermit& use,
                                  const journal::Actor& by) {
  RETURN_IF_ERROR(check(assignment));
  const auto now = clock_.now();
  return control_.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
    RETURN_IF_ERROR(
        connection.run(queries::end_assignments, {{"property", assignment.property.value}, {"now", now}}));
    ASSIGN_OR_RETURN(const auto row,
                     connection.one(queries::add_assignment, {{"property", assignment.property.value},
                                                              {"organiser", assignment.organiser},
                                                              {"reference", assignment.reference},
                                                              {"agreed_on", assignment.agreed_on},
                                                              {"reply_to", assignment.reply_to},
                                                              {"purposes", joined(use.purposes())},
                                                              {"policy_version", use.policy_version()},
                                                              {"recorded", now}}));
    const auto number = row.integer("number");
    RETURN_IF_ERROR(act(connection, "disclosure.assigned", assignment.property, by,
                        fmt::format("assignment {}, purposes {}", number, joined(use.purposes()))));
    return number;
  });
}

Result<void> Book::end_assignment(base::PropertyNumber property, const journal::Actor& by) {
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(
        const auto changed,
        connection.run(queries::end_assignments, {{"property", property.value}, {"now", clock_.now()}}));
    if (changed == 0) return {};
    return act(connection, "disclosure.assignment_ended", property, by, {});
  });
}

Result<std::vector<Assignment>> Book::assignments(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::assignments_of, {{"property", property.value}}));
  std::vector<Assignment> all;
  for (const auto& row : rows) all.push_back(read_assignment(row));
  return all;
}

Result<std::optional<Assignment>> Book::in_force(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(auto all, assignments(property));
  if (all.empty() || all.front().ended) return std::optional<Assignment>{};
  return std::optional{std::move(all.front())};
}

Result<std::vector<Assignment>> Book::all_in_force() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::assignments_in_force));
  std::vector<Assignment> all;
  for (const auto& row : rows) all.push_back(read_assignment(row));
  return all;
}

Result<std::int64_t> Book::add(sql::Connection& connection, const Disclosure& disclosure,
                               const journal::Actor& by) {
  const auto property = disclosure.property ? sql::Value{disclosure.property->value} : sql::Value{};
  ASSIGN_OR_RETURN(const auto row,
                   connection.one(queries::add_disclosure,
                                  {{"at", disclosure.at},
                                   {"property", property},
                                   {"ground", disclosure.ground},
                                   {"receiver", disclosure.receiver},
                                   {"reference", disclosure.reference},
                                   {"purposes", joined(disclosure.purposes)},
                                   {"data", joined(disclosure.data)},
                                   {"form", disclosure.form},
                                   {"people", disclosure.people},
                                   {"policy_version", disclosure.policy_version},
                                   {"member", disclosure.member ? base::to_text(*disclosure.member) : ""}}));
  const auto number = row.integer("number");
  RETURN_IF_ERROR(act(connection, "disclosure.made", disclosure.property, by,
                      fmt::format("disclosure {}, ground {}, {}, people {}", number, disclosure.ground,
                                  disclosure.form, disclosure.people)));
  return number;
}

Result<std::int64_t> Book::record(const Assignment& assignment, const policy::UsePermit& use,
                                  const std::vector<std::string>& data, std::string_view form,
                                  std::int64_t people, const journal::Actor& by) {
  const Disclosure disclosure{.number = 0,
                              .at = clock_.now(),
                              .property = assignment.property,
                              .ground = std::string{kAssignmentGround},
                              .receiver = assignment.organiser,
                              .reference = assignment.reference,
                              .purposes = use.purposes(),
                              .data = data,
                              .form = std::string{form},
                              .people = people,
                              .policy_version = use.policy_version(),
                              .member = by.member};
  return control_.transact([&](sql::Connection& connection) { return add(connection, disclosure, by); });
}

Result<std::int64_t> Book::record(const policy::DisclosurePermit& permit, std::string_view receiver,
                                  std::string_view reference, std::string_view form,
                                  const std::vector<Subject>& subjects, const journal::Actor& by) {
  Disclosure disclosure{.number = 0,
                        .at = clock_.now(),
                        .property = {},
                        .ground = permit.ground(),
                        .receiver = std::string{receiver},
                        .reference = std::string{reference},
                        .purposes = {},
                        .data = permit.data(),
                        .form = std::string{form},
                        .people = static_cast<std::int64_t>(subjects.size()),
                        .policy_version = permit.policy_version(),
                        .member = by.member};
  const auto is_of_first = [&](const Subject& one) { return one.property == subjects.front().property; };
  if (!subjects.empty() && std::ranges::all_of(subjects, is_of_first))
    disclosure.property = subjects.front().property;
  return control_.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
    ASSIGN_OR_RETURN(const auto number, add(connection, disclosure, by));
    for (const auto& subject : subjects) {
      RETURN_IF_ERROR(connection.run(queries::add_subject, {{"disclosure", number},
                                                            {"property", subject.property.value},
                                                            {"person", base::to_text(subject.person)}}));
    }
    return number;
  });
}

Result<std::vector<Disclosure>> Book::list(std::int64_t before, int count) {
  RETURN_IF_ERROR(check_page(count));
  ASSIGN_OR_RETURN(const auto rows,
                   control_.all(queries::disclosures, {{"before", before_or_all(before)}, {"count", count}}));
  return read_all(rows);
}

Result<std::vector<Disclosure>> Book::list_of(base::PropertyNumber property, std::int64_t before, int count) {
  RETURN_IF_ERROR(check_page(count));
  ASSIGN_OR_RETURN(
      const auto rows,
      control_.all(queries::disclosures_of_property,
                   {{"property", property.value}, {"before", before_or_all(before)}, {"count", count}}));
  return read_all(rows);
}

Result<std::vector<Disclosure>> Book::list_of(const Subject& subject) {
  ASSIGN_OR_RETURN(const auto rows,
                   control_.all(queries::disclosures_of_person, {{"property", subject.property.value},
                                                                 {"person", base::to_text(subject.person)}}));
  return read_all(rows);
}

Result<std::vector<GroundTally>> Book::tally() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::tally));
  std::vector<GroundTally> all;
  for (const auto& row : rows) all.push_back({row.text("ground"), row.integer("count"), row.instant("last")});
  return all;
}

Result<void> Book::forget_person(base::PersonId person) {
  RETURN_IF_ERROR(control_.run(queries::forget_person, {{"person", base::to_text(person)}}));
  return {};
}

Result<void> Book::forget_property(base::PropertyNumber property) {
  RETURN_IF_ERROR(control_.run(queries::forget_property, {{"property", property.value}}));
  return {};
}

}  // namespace disclosure
