#include "policy/register.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/contains.h"
#include "policy/notice_words.h"
#include "sheet/csv.h"
#include "sheet/workbook.h"

namespace policy {
namespace {

using texts::Key;

/// Whom a datum concerns: told by the way in which it came.
std::set<std::string> people_of(const NoticeWords& words, const Data& datum) {
  if (datum.from.empty()) return {words.word("register.people.", "visitor")};
  std::set<std::string> people;
  for (const auto& source : datum.from) {
    auto who = words.word("register.people.", source);
    if (source == who)
      who = words.word("register.people.", source.starts_with("survey") ? "survey" : "contact");
    people.insert(std::move(who));
  }
  return people;
}

/// What is told of several data at once.
struct Gathered {
  std::set<std::string> people;
  std::set<std::string> categories;
  std::vector<std::string> data;
  std::vector<std::string> terms;
  std::vector<std::string> recipients;
  std::vector<std::string> transfers;
};

Gathered gather(const NoticeWords& words, const std::vector<const Data*>& data) {
  Gathered all;
  for (const auto* datum : data) {
    all.people.merge(people_of(words, *datum));
    for (const auto& item : datum->items) all.categories.insert(words.category(*datum, item));
    all.data.push_back(words.title(*datum));
    all.terms.push_back(
        fmt::format("{}: {}. {}", words.title(*datum), words.term(datum->keep), words.fate(*datum)));
  }
  for (const auto& recipient : words.policy().recipients()) {
    const auto gets = [&](const Data* datum) { return base::contains(recipient.gets, datum->name); };
    if (std::ranges::none_of(data, gets)) continue;
    const auto role = words.word("notice.role.", to_text(recipient.role));
    all.recipients.push_back(
        fmt::format("{} ({}, {})", recipient.called, role, words.country(recipient.country)));
    if (!is_in_eea(recipient.country))
      all.transfers.push_back(fmt::format("{}: {}", recipient.called, words.transfer(recipient)));
  }
  return all;
}

std::string lines(const std::vector<std::string>& list, const NoticeWords& words) {
  return list.empty() ? words.text(Key::RegisterNone) : fmt::format("{}", fmt::join(list, "\n"));
}

std::vector<const Data*> data_for(const Policy& policy, const Purpose& purpose) {
  std::vector<const Data*> data;
  for (const auto& datum : policy.data()) {
    if (base::contains(datum.purposes, purpose.name)) data.push_back(&datum);
  }
  return data;
}

std::string controller_of(const NoticeWords& words, const NoticeContext& context) {
  const auto& controller = words.policy().parties().controller;
  if (!controller) return words.text(Key::RegisterNone);
  if (!controller->name.empty()) return fmt::format("{}, {}", controller->name, controller->contact);
  return context.controller_name.empty() ? words.text(Key::NoticeWhoEach) : context.controller_name;
}

/// Article 30(1)(b) to (f), a row per purpose; 30(1)(a) and (g) are in the head.
RegisterTable controller_rows(const NoticeWords& words) {
  RegisterTable table{
      .name = words.text(Key::RegisterProcessings),
      .columns = {words.text(Key::RegisterColumnNumber), words.text(Key::RegisterColumnPurpose),
                  words.text(Key::RegisterColumnBasis), words.text(Key::RegisterColumnPeople),
                  words.text(Key::RegisterColumnData), words.text(Key::RegisterColumnCategory),
                  words.text(Key::RegisterColumnRecipients), words.text(Key::RegisterColumnTransfers),
                  words.text(Key::RegisterColumnTerms)},
      .rows = {}};
  for (const auto& purpose : words.policy().purposes()) {
    const auto all = gather(words, data_for(words.policy(), purpose));
    table.rows.push_back({std::to_string(table.rows.size() + 1), words.in(purpose.says), words.basis(purpose),
                          fmt::format("{}", fmt::join(all.people, ", ")), lines(all.data, words),
                          fmt::format("{}", fmt::join(all.categories, ", ")), lines(all.recipients, words),
                          lines(all.transfers, words), lines(all.terms, words)});
  }
  return table;
}

/// Article 30(2)(b) and (c), a row per kind of processing; 30(2)(a) and (d) are in the head.
RegisterTable processor_rows(const NoticeWords& words, const NoticeContext& context) {
  RegisterTable table{
      .name = words.text(Key::RegisterProcessings),
      .columns = {words.text(Key::RegisterColumnNumber), words.text(Key::RegisterColumnProcessing),
                  words.text(Key::RegisterColumnFor), words.text(Key::RegisterColumnPeople),
                  words.text(Key::RegisterColumnData), words.text(Key::RegisterColumnRecipients),
                  words.text(Key::RegisterColumnTransfers)},
      .rows = {}};
  for (const auto& purpose : words.policy().purposes()) {
    const auto all = gather(words, data_for(words.policy(), purpose));
    table.rows.push_back({std::to_string(table.rows.size() + 1), words.in(purpose.says),
                          controller_of(words, context), fmt::format("{}", fmt::join(all.people, ", ")),
                          lines(all.data, words), lines(all.recipients, words), lines(all.transfers, words)});
  }
  return table;
}

std::string bases_of(const NoticeWords& words, const Data& datum) {
  std::vector<std::string> bases;
  for (const auto& name : datum.purposes) {
    const auto* purpose = words.policy().purpose(name);
    if (purpose == nullptr) continue;
    auto basis = words.basis(*purpose);
    if (!base::contains(bases, basis)) bases.push_back(std::move(basis));
  }
  return fmt::format("{}", fmt::join(bases, "; "));
}

std::string places_of(const NoticeWords& words, const Data& datum) {
  std::vector<std::string> places;
  for (const auto& place : words.policy().places()) {
    if (base::contains(place.holds, datum.name))
      places.push_back(fmt::format("{} ({})", words.in(place.says), words.country(place.country)));
  }
  return lines(places, words);
}

/// How many columns, from the left, differ between the items of one datum; the first names the datum.
constexpr std::size_t kOwnColumns = 4;

RegisterTable data_rows(const NoticeWords& words) {
  RegisterTable table{
      .name = words.text(Key::RegisterData),
      .columns = {words.text(Key::RegisterColumnGroup), words.text(Key::RegisterColumnItem),
                  words.text(Key::RegisterColumnExample), words.text(Key::RegisterColumnCategory),
                  words.text(Key::RegisterColumnClass), words.text(Key::RegisterColumnSource),
                  words.text(Key::RegisterColumnPurpose), words.text(Key::RegisterColumnBasis),
                  words.text(Key::RegisterColumnTerms), words.text(Key::RegisterColumnAfterwards),
                  words.text(Key::RegisterColumnPlace), words.text(Key::RegisterColumnRecipients)},
      .rows = {}};
  for (const auto& datum : words.policy().data()) {
    const auto all = gather(words, {&datum});
    for (const auto& item : datum.items) {
      table.rows.push_back({words.title(datum), words.item(datum, item),
                            example_of(words.policy(), datum, item, words.language()),
                            words.category(datum, item),
                            words.word("notice.class.", to_text(datum.data_class)), words.sources(datum),
                            words.purposes(datum), bases_of(words, datum), words.term(datum.keep),
                            words.fate(datum), places_of(words, datum), lines(all.recipients, words)});
    }
  }
  return table;
}

/// What staff do before they get at anything.
std::string before_anything(const NoticeWords& words) {
  const auto& staff = words.policy().staff();
  std::string all;
  std::vector<std::string> texts;
  for (const auto& one : staff.acknowledge) {
    texts.push_back(one.is_signed
                        ? words.format(Key::RegisterSecuritySigned, {{"title", words.in(one.title)}})
                        : words.in(one.title));
  }
  if (!texts.empty())
    all += ' ' + words.format(Key::RegisterSecurityAcknowledge, {{"list", comma_list(texts)}});
  std::vector<std::string> trainings;
  for (const auto& one : staff.training) {
    trainings.push_back(words.format(Key::RegisterTraining,
                                     {{"title", words.in(one.title)}, {"span", words.span(one.valid)}}));
  }
  if (!trainings.empty())
    all += ' ' + words.format(Key::RegisterSecurityTraining, {{"list", comma_list(trainings)}});
  return all;
}

std::string security_of(const NoticeWords& words) {
  const auto& policy = words.policy();
  auto all = words.text(Key::RegisterSecurityText);
  const auto factors = std::to_string(policy.staff().factors);
  all += ' ' + words.format(Key::RegisterSecurityFactors, {{"count", factors}});
  if (policy.staff().known_devices) all += ' ' + words.text(Key::RegisterSecurityDevices);
  if (const auto& acts = policy.staff().four_eyes; !acts.empty()) {
    all += ' ' +
           words.format(Key::RegisterSecurityFourEyes, {{"acts", words.words("register.four_eyes.", acts)}});
  }
  all += before_anything(words);
  std::vector<std::string> rotations;
  for (const auto& rule : policy.credentials()) {
    rotations.push_back(words.format(Key::RegisterRotation,
                                     {{"credential", words.word("register.credential.", rule.credential)},
                                      {"span", words.span(rule.every)}}));
  }
  if (!rotations.empty())
    all += ' ' + words.format(Key::RegisterSecurityRotation, {{"list", comma_list(rotations)}});
  return all;
}

void add_head(Register& to, const NoticeWords& words, const NoticeContext& context) {
  const auto& parties = words.policy().parties();
  const auto add = [&](Key label, const std::optional<Party>& party) {
    if (party && !party->name.empty())
      to.head.emplace_back(words.text(label), fmt::format("{}, {}", party->name, party->contact));
  };
  to.head.emplace_back(words.text(Key::NoticeWhoController), controller_of(words, context));
  add(Key::NoticeWhoProcessor, parties.processor);
  add(Key::NoticeWhoOfficer, parties.officer);
  if (!parties.privacy_contact.empty())
    to.head.emplace_back(words.text(Key::NoticeWhoContact), parties.privacy_contact);
  if (!parties.report_contact.empty())
    to.head.emplace_back(words.text(Key::NoticeWhoReport), parties.report_contact);
  if (const auto& updates = words.policy().updates(); !updates.empty()) {
    std::vector<std::string> all;
    for (const auto& update : updates) {
      all.push_back(words.format(Key::RegisterUpdate,
                                 {{"title", words.in(update.title)}, {"span", words.span(update.every)}}));
    }
    to.head.emplace_back(words.text(Key::RegisterUpdates), fmt::format("{}", fmt::join(all, "; ")));
  }
  to.head.emplace_back(words.text(Key::RegisterVersion), words.policy().version());
  to.head.emplace_back(words.text(Key::RegisterSecurity), security_of(words));
}

sheet::Worksheet sheet_of(const RegisterTable& table) {
  sheet::Worksheet sheet{.name = table.name,
                         .header = table.columns,
                         .rows = {},
                         .widths = std::vector<double>(table.columns.size(), 28),
                         .wraps = true};
  for (const auto& row : table.rows) sheet.rows.emplace_back(row.begin(), row.end());
  return sheet;
}

/// The data, each with its items in a table and below them what they have in common.
void show_data(Document& to, const RegisterTable& data) {
  for (std::size_t from = 0; from < data.rows.size();) {
    const auto& first = data.rows[from];
    to.heading(3, first[0]);
    Table items{.caption = first[0],
                .header = {data.columns.begin() + 1, data.columns.begin() + kOwnColumns},
                .rows = {}};
    for (; from < data.rows.size() && data.rows[from][0] == first[0]; ++from) {
      const auto& row = data.rows[from];
      items.rows.emplace_back(row.begin() + 1, row.begin() + kOwnColumns);
    }
    to.table(std::move(items));
    Definitions shared;
    for (std::size_t i = kOwnColumns; i < data.columns.size(); ++i)
      shared.entries.push_back({data.columns[i], {first[i]}});
    to.define(std::move(shared));
  }
}

}  // namespace

std::string_view to_text(RegisterRole role) {
  return role == RegisterRole::Controller ? "controller" : "processor";
}

Register register_of(const Policy& policy, RegisterRole role, base::Language language,
                     const NoticeContext& context) {
  const NoticeWords words(policy, language);
  const bool as_controller = role == RegisterRole::Controller;
  Register made{
      .language = words.language(),
      .role = role,
      .title = words.text(as_controller ? Key::RegisterTitleController : Key::RegisterTitleProcessor),
      .head = {},
      .processings = as_controller ? controller_rows(words) : processor_rows(words, context),
      .data = data_rows(words)};
  add_head(made, words, context);
  return made;
}

Document to_document(const Register& the_register, const NoticeContext& context) {
  const auto language = the_register.language;
  const bool as_controller = the_register.role == RegisterRole::Controller;
  Document to{.language = language, .title = the_register.title, .blocks = {}};
  to.say(texts::get(language, as_controller ? Key::RegisterTextController : Key::RegisterTextProcessor));
  Definitions head;
  for (const auto& [label, value] : the_register.head) head.entries.push_back({label, {value}});
  to.define(std::move(head));
  const auto& processings = the_register.processings;
  to.heading(2, processings.name, "processings");
  for (const auto& row : processings.rows) {
    to.heading(3, fmt::format("{}. {}", row[0], row[1]));
    Definitions what;
    for (std::size_t i = 2; i < row.size(); ++i) what.entries.push_back({processings.columns[i], {row[i]}});
    to.define(std::move(what));
  }
  to.heading(2, the_register.data.name, "data");
  show_data(to, the_register.data);
  if (!context.pages_root.empty())
    to.say(Line{{std::string{texts::get(language, Key::NoticePage)}, context.pages_root}});
  return to;
}

std::string to_csv(const Register& the_register) {
  auto header = the_register.data.columns;
  for (const auto& [label, value] : the_register.head) header.push_back(label);
  auto csv = sheet::csv_line(header);
  for (auto row : the_register.data.rows) {
    for (const auto& [label, value] : the_register.head) row.push_back(value);
    csv += sheet::csv_line(row);
  }
  return csv;
}

base::Result<std::string> to_xlsx(const Register& the_register) {
  sheet::Worksheet head{.name = std::string{texts::get(the_register.language, Key::RegisterHead)},
                        .header = {the_register.title, {}},
                        .rows = {},
                        .widths = {36, 90},
                        .wraps = true};
  for (const auto& [label, value] : the_register.head) head.rows.push_back({label, value});
  const std::vector<sheet::Worksheet> sheets{head, sheet_of(the_register.processings),
                                             sheet_of(the_register.data)};
  return sheet::write_workbook(sheets);
}

}  // namespace policy
