#include <fmt/format.h>

#include "policy/notice_sections.h"

namespace policy {
namespace {

using texts::Key;

Line mail_line(const std::string& before, const std::string& address) {
  if (address.empty()) return Line{before};
  return Line{{before.empty() ? std::string{} : before + ", "}, {address, "mailto:" + address}};
}

std::string name_and_country(const NoticeWords& words, const Party& party) {
  return party.country.empty() ? party.name : fmt::format("{}, {}", party.name, words.country(party.country));
}

void add_party(Definitions& to, const NoticeWords& words, const std::optional<Party>& party, Key role,
               Key means) {
  if (!party || party->name.empty()) return;
  to.entries.push_back(
      {words.text(role), {mail_line(name_and_country(words, *party), party->contact), words.text(means)}});
}

/// Each property names its own: what is known of it, and whose policy holds for what it takes along.
void add_each_its_own(Definitions& to, const NoticeWords& words, const NoticeContext& context) {
  std::vector<Line> lines;
  lines.emplace_back(context.controller_name.empty() ? words.text(Key::NoticeWhoEach)
                                                     : context.controller_name);
  lines.emplace_back(words.text(Key::NoticeWhoControllerMeans));
  lines.emplace_back(words.text(Key::NoticeWhoOwnPolicy));
  if (context.controller_policy.empty()) {
    lines.emplace_back(words.text(Key::NoticeWhoOwnPolicyAsk));
  } else {
    const auto name = context.controller_name.empty() ? context.controller_policy : context.controller_name;
    lines.push_back(
        Line{{words.format(Key::NoticeWhoOwnPolicyLink, {{"name", name}}), context.controller_policy}});
  }
  to.entries.push_back({words.text(Key::NoticeWhoController), std::move(lines)});
}

}  // namespace

void tell_parties(Document& to, const NoticeWords& words, const NoticeContext& context) {
  const auto& parties = words.policy().parties();
  to.heading(2, words.text(Key::NoticeWhoTitle), "who");
  Definitions who;
  if (parties.controller && parties.controller->name.empty())
    add_each_its_own(who, words, context);
  else
    add_party(who, words, parties.controller, Key::NoticeWhoController, Key::NoticeWhoControllerMeans);
  add_party(who, words, parties.processor, Key::NoticeWhoProcessor, Key::NoticeWhoProcessorMeans);
  add_party(who, words, parties.officer, Key::NoticeWhoOfficer, Key::NoticeWhoOfficerMeans);
  if (!parties.privacy_contact.empty())
    who.entries.push_back({words.text(Key::NoticeWhoContact), {mail_line({}, parties.privacy_contact)}});
  if (!parties.report_contact.empty())
    who.entries.push_back({words.text(Key::NoticeWhoReport), {mail_line({}, parties.report_contact)}});
  to.define(std::move(who));
}

void tell_recipients(Document& to, const NoticeWords& words) {
  to.heading(2, words.text(Key::NoticeRecipientsTitle), "recipients");
  const auto& recipients = words.policy().recipients();
  if (recipients.empty()) to.say(words.text(Key::NoticeRecipientsNone));
  Table table{.caption = words.text(Key::NoticeRecipientsTitle),
              .header = {words.text(Key::NoticeRecipientsName), words.text(Key::NoticeRecipientsRole),
                         words.text(Key::NoticeRecipientsDoes), words.text(Key::NoticeRecipientsGets),
                         words.text(Key::NoticeRecipientsCountry), words.text(Key::NoticeRecipientsPolicy)},
              .rows = {}};
  for (const auto& recipient : recipients) {
    auto does = words.in(recipient.does);
    if (!recipient.is_active()) does += ' ' + words.text(Key::NoticeRecipientsInactive);
    const auto gets =
        recipient.gets.empty() ? words.text(Key::NoticeRecipientsGetsNone) : words.titles(recipient.gets);
    const auto own = words.format(Key::NoticeWhoOwnPolicyLink, {{"name", recipient.called}});
    table.rows.push_back({recipient.called, words.word("notice.role.", to_text(recipient.role)), does, gets,
                          words.transfer(recipient), Line{{own, recipient.policy}}});
  }
  if (!recipients.empty()) to.table(std::move(table));
  to.say(words.text(Key::NoticeRecipientsNobodyElse));
  const auto& grounds = words.policy().disclosure_grounds();
  if (grounds.empty()) return;
  to.say(words.text(Key::NoticeDisclosuresText));
  std::vector<Line> items;
  for (const auto& ground : grounds) items.emplace_back(words.word("notice.ground.", ground));
  to.list(std::move(items));
}

void tell_places(Document& to, const NoticeWords& words) {
  const auto& policy = words.policy();
  if (!policy.places().empty()) {
    to.heading(2, words.text(Key::NoticePlacesTitle), "places");
    Table table{.caption = words.text(Key::NoticePlacesTitle),
                .header = {words.text(Key::NoticePlacesPlace), words.text(Key::NoticeRecipientsCountry),
                           words.text(Key::NoticePlacesBy), words.text(Key::NoticePlacesHolds)},
                .rows = {}};
    for (const auto& place : policy.places()) {
      const auto* by = policy.recipient(place.by);
      const bool at_home = is_in_eea(place.country) || by == nullptr;
      table.rows.push_back({words.in(place.says),
                            at_home ? words.country(place.country) : words.transfer(*by), words.who(place.by),
                            words.titles(place.holds)});
    }
    to.table(std::move(table));
  }
  if (policy.systems().empty()) return;
  to.heading(2, words.text(Key::NoticeSystemsTitle), "systems");
  Table table{.caption = words.text(Key::NoticeSystemsTitle),
              .header = {words.text(Key::NoticeSystemsSystem), words.text(Key::NoticeSystemsRunsOn)},
              .rows = {}};
  for (const auto& system : policy.systems()) {
    std::string where = system.place;
    for (const auto& place : policy.places()) {
      if (place.name == system.place)
        where = fmt::format("{} ({})", words.in(place.says), words.country(place.country));
    }
    table.rows.push_back({words.in(system.says), where});
  }
  to.table(std::move(table));
}

void tell_reports(Document& to, const NoticeWords& words, const NoticeContext& context) {
  if (context.reports.empty()) return;
  to.heading(2, words.text(Key::NoticeReportsTitle), "reports");
  to.say(words.text(Key::NoticeReportsText));
  for (const auto& report : context.reports) {
    const auto title = words.word("", report.name);
    to.heading(3, title);
    Table table{.caption = title,
                .header = {words.text(Key::NoticeReportsField), words.text(Key::NoticeReportsMeans)},
                .rows = {}};
    for (const auto& column : report.columns) {
      const auto* field = words.policy().field(column);
      table.rows.push_back(
          {column, field != nullptr ? words.in(field->label) : words.word("notice.column.", column)});
    }
    to.table(std::move(table));
  }
}

}  // namespace policy
