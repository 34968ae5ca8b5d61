#include "rights/notification.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "html/template.h"
#include "policy/policy.h"
#include "rights/clock.h"
#include "rights/incident_desk.h"
#include "rights/pages.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace rights {
namespace {

using base::Language;
using base::Result;
using nlohmann::json;
using policy::Told;
using texts::Key;

constexpr std::string_view kNothing = "–";

using Titles = std::map<base::PropertyNumber, std::string>;

class Writer {
 public:
  Writer(IncidentDesk& desk, const Incident& incident, const Affected& affected, Titles titles,
         Notification& out)
      : policy_(desk.needs().policy),
        now_(desk.needs().clock.now()),
        incident_(incident),
        account_(incident.account),
        affected_(affected),
        titles_(std::move(titles)),
        out_(out),
        language_(out.language),
        zone_(zone_of(policy_.law())) {}

  void write(const std::map<std::string, std::int64_t>& letters) {
    write_kind();
    write_reporter();
    write_event();
    write_people();
    write_data();
    write_before();
    write_consequences();
    write_told(letters);
  }

 private:
  void section(std::string_view name) {
    out_.sections.push_back({std::string{name}, word("incident.notice.", name), {}});
  }
  void row(std::string_view name, std::string value) {
    out_.sections.back().rows.push_back({std::string{name}, word("incident.field.", name),
                                         value.empty() ? std::string{kNothing} : std::move(value)});
  }
  /// The text whose key ends with a word that is only known now; the word itself where there is none.
  std::string word(std::string_view stem, std::string_view name) const {
    const auto key = texts::find(fmt::format("{}{}", stem, name));
    return std::string{key ? texts::get(language_, *key) : name};
  }
  std::string time(base::Instant at) const { return texts::date_time(language_, at, zone_); }
  std::string time(const std::optional<base::Instant>& at) const { return at ? time(*at) : std::string{}; }
  std::string number(std::int64_t value) const { return texts::number(language_, value); }

  void write_kind() {
    section("kind");
    row("phase", word("staff.incidents.phase.", out_.phase));
    row("incident", base::to_text(incident_.id));
    row("aware", time(incident_.aware));
    row("made", time(now_));
    const auto* duty = incident_.duty(Told::Authority);
    if (duty == nullptr) return;
    row("due", time(duty->due));
    if (!duty->late_reasons.empty()) row("late_reasons", duty->late_reasons);
  }

  std::string party(const std::optional<policy::Party>& party) const {
    if (!party) return {};
    if (party->name.empty()) return std::string{texts::get(language_, Key::IncidentPartyEach)};
    return fmt::format("{}, {}{}{}", party->name, party->contact, party->country.empty() ? "" : ", ",
                       party->country);
  }

  void write_reporter() {
    section("reporter");
    const auto& parties = policy_.parties();
    row("controller", party(parties.controller));
    std::vector<std::string> clients;
    for (const auto& one : account_.clients) clients.push_back(fmt::format("{}, {}", one.name, one.address));
    if (!clients.empty()) row("clients", fmt::format("{}", fmt::join(clients, "; ")));
    row("processor", party(parties.processor));
    row("officer", party(parties.officer));
    row("contact", parties.privacy_contact);
    row("authority", parties.authority ? parties.authority->name : std::string{});
  }

  std::string words(std::string_view stem, const std::vector<std::string>& names) const {
    std::vector<std::string> all;
    for (const auto& name : names) all.push_back(word(stem, name));
    return fmt::format("{}", fmt::join(all, ", "));
  }

  void write_event() {
    section("event");
    row("what", account_.what);
    row("state", word("staff.incidents.state.", to_text(incident_.state)));
    row("from", time(incident_.from));
    row("until", time(incident_.until));
    if (incident_.from && incident_.until)
      row("lasted", texts::duration(language_, *incident_.until - *incident_.from));
    row("losses", words("staff.incidents.loss.", account_.losses));
    row("found_by", account_.found_by);
  }

  void write_people() {
    section("people");
    row("people", number(static_cast<std::int64_t>(affected_.people.size())));
    row("records", number(affected_.records));
    std::vector<std::string> properties;
    for (const auto& one : affected_.properties)
      properties.push_back(fmt::format("{} ({})", titles_.at(one.property), number(one.people)));
    row("properties", fmt::format("{}", fmt::join(properties, "; ")));
    std::vector<std::string> languages;
    for (const auto& [language, count] : affected_.languages)
      languages.push_back(fmt::format("{} ({})", base::to_text(language), number(count)));
    row("languages", fmt::format("{}", fmt::join(languages, ", ")));
    row("computed", fmt::format("{}", fmt::join(approximations(), " ")));
  }

  std::vector<std::string> approximations() const {
    std::vector<std::string> all{std::string{texts::get(
        language_, account_.reach.acts.empty() ? Key::IncidentComputedStore : Key::IncidentComputedActs)}};
    if (!account_.reach.acts.empty() &&
        base::contains(affected_.properties, true, &AffectedProperty::is_whole))
      all.emplace_back(texts::get(language_, Key::IncidentComputedWhole));
    if (affected_.gone > 0)
      all.push_back(
          texts::format(language_, Key::IncidentComputedGone, {{"number", number(affected_.gone)}}));
    if (!incident_.until) all.emplace_back(texts::get(language_, Key::IncidentComputedOpen));
    return all;
  }

  bool is_reached(const policy::Data& datum) const {
    const auto& named = account_.reach.data;
    return named.empty() ? affected_.data.contains(datum.name) : base::contains(named, datum.name);
  }

  void write_data() {
    section("data");
    for (const auto& datum : policy_.data()) {
      if (!is_reached(datum)) continue;
      std::vector<std::string> labels;
      std::vector<std::string> special;
      for (const auto& name : datum.items) {
        const auto* field = policy_.field(name);
        if (field == nullptr) continue;
        labels.emplace_back(field->label.in(language_));
        if (!field->special.empty()) special.push_back(field->special);
      }
      const auto found = affected_.data.find(datum.name);
      std::string value{datum.says.in(language_)};
      if (!labels.empty()) value += fmt::format(" ({})", fmt::join(labels, ", "));
      value += " " + texts::format(language_, Key::IncidentDataPeople,
                                   {{"number", number(found == affected_.data.end() ? 0 : found->second)}});
      out_.sections.back().rows.push_back({datum.name, datum.name, std::move(value)});
      if (!special.empty()) row("special", words("notice.special.", special));
    }
    if (out_.sections.back().rows.empty()) row("data", {});
  }

  void write_before() {
    section("before");
    row("sealed", std::string{texts::get(language_, Key::IncidentBeforeSealed)});
    row("measures_before", account_.measures_before);
    std::vector<std::string> holders;
    for (const auto& recipient : policy_.recipients()) {
      const bool gets = std::ranges::any_of(policy_.data(), [&](const policy::Data& datum) {
        return is_reached(datum) && base::contains(recipient.gets, datum.name);
      });
      if (gets && recipient.is_active())
        holders.push_back(fmt::format("{} ({})", recipient.called, recipient.country));
    }
    row("recipients", fmt::format("{}", fmt::join(holders, "; ")));
  }

  void write_consequences() {
    section("consequences");
    row("risk", word("staff.incidents.risk.", to_text(incident_.risk)));
    row("risk_reasons", account_.risk_reasons);
    row("consequences", account_.consequences);
    section("measures");
    row("measures", account_.measures);
    row("remedy", account_.remedy);
  }

  std::string told(const Duty& duty, const std::map<std::string, std::int64_t>& letters) const {
    if (!duty.tell) return std::string{texts::get(language_, Key::IncidentToldUndecided)};
    if (!*duty.tell)
      return fmt::format(
          "{} {} {}", texts::get(language_, Key::IncidentToldNot),
          duty.exception.empty() ? std::string{} : word("staff.incidents.exception.", duty.exception),
          duty.reasons);
    auto text = duty.done ? texts::format(language_, Key::IncidentToldDone, {{"date", time(*duty.done)}})
                          : texts::format(language_, Key::IncidentToldDue, {{"date", time(duty.due)}});
    if (duty.whom == Told::People) {
      const auto sent = letters.find("sent");
      text += " " + texts::format(language_, Key::IncidentToldLetters,
                                  {{"sent", number(sent == letters.end() ? 0 : sent->second)},
                                   {"all", number(account_.people)}});
    }
    if (!duty.how.empty()) text += " " + duty.how;
    return text;
  }

  void write_told(const std::map<std::string, std::int64_t>& letters) {
    section("told");
    for (const auto& duty : incident_.duties)
      out_.sections.back().rows.push_back({std::string{policy::to_text(duty.whom)},
                                           word("staff.incidents.whom.", policy::to_text(duty.whom)),
                                           told(duty, letters)});
    const auto letter = account_.letters.find(language_);
    if (letter != account_.letters.end() && letter->second.is_whole())
      row("letter", fmt::format("{}\n\n{}\n\n{}", letter->second.happened, letter->second.consequences,
                                letter->second.measures));
  }

  const policy::Policy& policy_;
  base::Instant now_;
  const Incident& incident_;
  const Account& account_;
  const Affected& affected_;
  Titles titles_;
  Notification& out_;
  Language language_;
  std::string_view zone_;
};

/// A value as one paragraph of Markdown: what it holds is text and no markup.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view{"\\`*_{}[]<>#|"}.contains(c)) out += '\\';
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

}  // namespace

Result<Notification> make_notification(IncidentDesk& desk, const Incident& incident, std::string_view phase,
                                       Language language) {
  ASSIGN_OR_RETURN(const auto affected, desk.affected(incident));
  ASSIGN_OR_RETURN(const auto letters, desk.store().letter_counts(incident.id));
  Notification out{.incident = incident.id,
                   .language = language,
                   .title = std::string{texts::get(language, Key::IncidentNoticeTitle)},
                   .phase = std::string{phase},
                   .made = desk.needs().clock.now(),
                   .sections = {}};
  Titles titles;
  for (const auto& one : affected.properties) {
    ASSIGN_OR_RETURN(titles[one.property], desk.title_of(one.property, language));
  }
  Writer(desk, incident, affected, std::move(titles), out).write(letters);
  return out;
}

std::string to_json(const Notification& notification) {
  auto sections = json::array();
  for (const auto& section : notification.sections) {
    auto rows = json::array();
    for (const auto& row : section.rows)
      rows.push_back({{"name", row.name}, {"label", row.label}, {"value", row.value}});
    sections.push_back({{"name", section.name}, {"title", section.title}, {"rows", rows}});
  }
  return json{{"incident", base::to_text(notification.incident)},
              {"phase", notification.phase},
              {"made", base::to_rfc3339(notification.made)},
              {"sections", sections}}
      .dump(2);
}

std::string to_markdown(const Notification& notification) {
  auto out = fmt::format("# {}\n", escaped(notification.title));
  for (const auto& section : notification.sections) {
    out += fmt::format("\n## {}\n\n", escaped(section.title));
    for (const auto& row : section.rows)
      out += fmt::format("- **{}**: {}\n", escaped(row.label), escaped(row.value));
  }
  return out;
}

std::string to_page(const Notification& notification) {
  html::Values values;
  values.set("page_title", notification.title);
  for (const auto& section : notification.sections) {
    auto& shown = values.add("section");
    shown.set("title", section.title);
    for (const auto& row : section.rows) shown.add("row").set("label", row.label).set("text", row.value);
  }
  return html::render(pages::notification, notification.language, values);
}

}  // namespace rights
