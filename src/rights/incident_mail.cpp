// Letters and reminders of incidents: queued here, written when they are sent.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "rights/clock.h"
#include "rights/incident_clock.h"
#include "rights/incident_desk.h"
#include "rights/notification.h"
#include "rights/permissions.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using policy::Told;
using texts::Key;

constexpr std::string_view kLetter = "breach_letter";
constexpr std::string_view kClient = "breach_client";
constexpr std::string_view kOpened = "incident_opened";
constexpr std::string_view kReceived = "incident_received";
constexpr std::string_view kReminder = "incident_reminder";
constexpr std::string_view kOverdue = "incident_overdue";

std::string_view whom_words(Told whom, Language language) {
  switch (whom) {
    case Told::Controller: return texts::get(language, Key::StaffIncidentsWhomController);
    case Told::Authority: return texts::get(language, Key::StaffIncidentsWhomAuthority);
    case Told::People: return texts::get(language, Key::StaffIncidentsWhomPeople);
  }
  return {};
}

std::optional<Told> told_of(const outbox::Values& parameters) {
  const auto given = parameters.find("whom");
  if (given == parameters.end()) return std::nullopt;
  for (const auto whom : {Told::Controller, Told::Authority, Told::People}) {
    if (policy::to_text(whom) == given->second) return whom;
  }
  return std::nullopt;
}

/// Nothing more will become of it by itself.
bool has_ended(std::string_view state) { return state == "sent" || state == "dropped" || state == "failed"; }

}  // namespace

Result<void> IncidentDesk::mail_officer(const Incident& incident, std::string_view template_name,
                                        std::string once) {
  return desk_.mail_role("officer", kHandleIncidents, template_name,
                         {{"incident", base::to_text(incident.id)}}, std::move(once));
}

/// Requires: a reporter.
Result<void> IncidentDesk::acknowledge(const Incident& incident) {
  const auto id = base::to_text(incident.id);
  RETURN_IF_ERROR(needs().outbox.queue({.person = *incident.reporter,
                                        .property = desk_.scope(),
                                        .template_name = std::string{kReceived},
                                        .parameters = {{"incident", id}},
                                        .due = std::nullopt,
                                        .once = id}));
  return {};
}

Result<void> IncidentDesk::look_at_clocks() {
  ASSIGN_OR_RETURN(const auto open, store_.open_ones());
  for (const auto& one : open) {
    const base::Lock lock(mutex_);
    // As it is now: an officer may have changed it since.
    ASSIGN_OR_RETURN(const auto incident, store_.find(one.id));
    if (!incident.is_open()) continue;
    for (const auto& duty : incident.duties) {
      // Letters go out whether or not the officer can be reminded.
      if (const auto reminded = remind(incident, duty); !reminded)
        base::log(base::Level::Error, "incident.not_reminded", {{"error", reminded.error()}});
    }
    RETURN_IF_ERROR(carry_on(incident));
  }
  return {};
}

Result<void> IncidentDesk::remind(const Incident& incident, const Duty& duty) {
  if (!duty.is_open()) return {};
  const auto stage = breach_stage_at(incident.aware, duty.due, needs().clock.now());
  if (stage == BreachStage::Calm) return {};
  const auto id = base::to_text(incident.id);
  return desk_.mail_role(
      "officer", kHandleIncidents, stage == BreachStage::Overdue ? kOverdue : kReminder,
      {{"incident", id}, {"whom", std::string{policy::to_text(duty.whom)}}},
      fmt::format("{}-{}-{}-{}", id, policy::to_text(duty.whom), to_text(stage), base::to_ms(duty.due)));
}

/// Sends what was decided to be sent, and sees what has arrived. May be done again at any time.
Result<void> IncidentDesk::carry_on(Incident incident) {
  for (auto& duty : incident.duties) {
    if (duty.tell != std::optional{true} || duty.done || duty.whom == Told::Authority) continue;
    ASSIGN_OR_RETURN(const auto told,
                     duty.whom == Told::People ? tell_people(incident) : tell_clients(incident));
    if (!told) continue;
    duty.done = *told;
    RETURN_IF_ERROR(store_.update(
        incident, act(incident, "incident.told", {}, fmt::format("{} by mail", policy::to_text(duty.whom)))));
  }
  return {};
}

/// A letter that was dropped has reached nobody: whoever is still here has no address any more, and is told
/// otherwise.
Result<std::string> IncidentDesk::letter_state(const outbox::Delivery& delivery) const {
  if (delivery.state != "dropped") return delivery.state;
  const auto person = needs().vault.read_fields(delivery.person);
  if (person) return std::string{"failed"};
  if (person.error().code == Code::Gone || person.error().code == Code::NotFound) return delivery.state;
  return base::fail(person.error());
}

/// When the last of them was told; nothing while a letter is under way or was not taken.
Result<std::optional<base::Instant>> IncidentDesk::tell_people(const Incident& incident) {
  const auto once = base::to_text(incident.id);
  ASSIGN_OR_RETURN(const auto letters, store_.letters(incident.id));
  for (auto letter : letters) {
    if (letter.state != "due") continue;
    RETURN_IF_ERROR(needs().outbox.queue({.person = letter.person,
                                          .property = letter.property,
                                          .template_name = std::string{kLetter},
                                          .parameters = {{"incident", once}},
                                          .due = std::nullopt,
                                          .once = once}));
    letter.state = "queued";
    letter.at = needs().clock.now();
    RETURN_IF_ERROR(store_.set_letter(incident.id, letter));
  }
  ASSIGN_OR_RETURN(const auto deliveries, needs().outbox.deliveries(kLetter, once));
  std::map<base::PersonId, const outbox::Delivery*> by_person;
  for (const auto& one : deliveries) by_person[one.person] = &one;
  bool all = true;
  auto last = letters.empty() ? needs().clock.now() : incident.aware;
  for (auto letter : letters) {
    if (const auto found = by_person.find(letter.person); found != by_person.end()) {
      ASSIGN_OR_RETURN(const auto state, letter_state(*found->second));
      if (state != letter.state) {
        letter.state = state;
        letter.at = found->second->at;
        RETURN_IF_ERROR(store_.set_letter(incident.id, letter));
      }
    }
    all = all && has_ended(letter.state) && letter.state != "failed";
    last = std::max(last, letter.at);
  }
  return all ? std::optional{last} : std::nullopt;
}

Result<std::optional<base::Instant>> IncidentDesk::tell_clients(const Incident& incident) {
  const auto once = base::to_text(incident.id);
  for (const auto& client : incident.account.clients) {
    ASSIGN_OR_RETURN(const auto person, desk_.role_person(client.address, client.language));
    RETURN_IF_ERROR(needs().outbox.queue({.person = person,
                                          .property = desk_.scope(),
                                          .template_name = std::string{kClient},
                                          .parameters = {{"incident", once}},
                                          .due = std::nullopt,
                                          .once = once}));
  }
  ASSIGN_OR_RETURN(const auto deliveries, needs().outbox.deliveries(kClient, once));
  auto last = incident.aware;
  for (const auto& one : deliveries) {
    if (one.state != "sent") return std::optional<base::Instant>{};
    last = std::max(last, one.at);
  }
  return std::optional{last};
}

Result<std::map<std::string, std::int64_t>> IncidentDesk::client_mails(const Incident& incident) {
  ASSIGN_OR_RETURN(const auto deliveries, needs().outbox.deliveries(kClient, base::to_text(incident.id)));
  std::map<std::string, std::int64_t> states;
  for (const auto& one : deliveries) ++states[one.state];
  return states;
}

Result<outbox::Filling> IncidentDesk::fill_letter(const Incident& incident, Language language) const {
  const auto& letters = incident.account.letters;
  auto letter = letters.find(language);
  // Somebody who chose another language since then reads the first one that there is.
  if (letter == letters.end() || !letter->second.is_whole())
    letter = std::ranges::find_if(letters, [](const auto& one) { return one.second.is_whole(); });
  if (letter == letters.end()) return base::fail(Code::NotFound, "there is no letter");
  const auto& parties = needs().policy.parties();
  outbox::Filling filling;
  filling.values = {{"organisation", needs().site.organisation},
                    {"aware", texts::date_time(language, incident.aware, zone_of(needs().policy.law()))},
                    {"happened", letter->second.happened},
                    {"consequences", letter->second.consequences},
                    {"measures", letter->second.measures},
                    {"contact", parties.privacy_contact},
                    {"authority", parties.authority ? fmt::format("{} ({})", parties.authority->name,
                                                                  parties.authority->complaints)
                                                    : std::string{"–"}}};
  if (!parties.privacy_contact.empty()) filling.reply_to = {.name = {}, .address = parties.privacy_contact};
  return filling;
}

Result<outbox::Filling> IncidentDesk::fill_client(const Incident& incident,
                                                  const outbox::Recipient& recipient) {
  const auto& clients = incident.account.clients;
  const auto client = std::ranges::find(clients, recipient.address, &Client::address);
  const auto language = client == clients.end() ? recipient.language : client->language;
  ASSIGN_OR_RETURN(const auto document, make_notification(*this, incident, kNoticePhases[0], language));
  const auto& contact = needs().policy.parties().privacy_contact;
  outbox::Filling filling;
  filling.values = {{"client", client == clients.end() ? recipient.address : client->name},
                    {"organisation", needs().site.organisation},
                    {"aware", texts::date_time(language, incident.aware, zone_of(needs().policy.law()))},
                    {"what", incident.account.what},
                    {"contact", contact}};
  filling.attachments.push_back({.file_name = fmt::format("incident-{}.html", base::to_text(incident.id)),
                                 .content_type = "text/html; charset=utf-8",
                                 .content = to_page(document)});
  if (!contact.empty()) filling.reply_to = {.name = {}, .address = contact};
  return filling;
}

Result<outbox::Filling> IncidentDesk::fill(std::string_view name, const outbox::Recipient& recipient,
                                           const outbox::Values& parameters) {
  const auto given = parameters.find("incident");
  if (given == parameters.end()) return base::fail(Code::NotFound, "the mail names no incident");
  ASSIGN_OR_RETURN(const auto id, base::parse_id<IncidentId>(given->second));
  ASSIGN_OR_RETURN(const auto incident, store_.find(id));
  const auto language = recipient.language;
  if (name == kLetter) return fill_letter(incident, language);
  if (name == kClient) return fill_client(incident, recipient);
  const auto zone = zone_of(needs().policy.law());
  if (name == kReceived) {
    outbox::Filling filling;
    filling.values = {{"number", given->second},
                      {"received", texts::date_time(language, incident.opened, zone)}};
    filling.reply_to.address = needs().policy.parties().reports_to();
    return filling;
  }
  const auto whom = told_of(parameters);
  const auto* duty = whom ? incident.duty(*whom) : nullptr;
  // A reminder that waited until it was done reminds nobody of anything.
  if (name != kOpened && (duty == nullptr || !duty->is_open() || !incident.is_open()))
    return base::fail(Code::Gone, "it was done");
  outbox::Filling filling;
  filling.values = {{"aware", texts::date_time(language, incident.aware, zone)},
                    {"link", fmt::format("{}/staff/incidents/{}", needs().settings.origin, given->second)}};
  if (duty != nullptr) {
    filling.values["whom"] = whom_words(duty->whom, language);
    filling.values["due"] = texts::date_time(language, duty->due, zone);
  }
  return filling;
}

std::vector<outbox::Template> incident_templates(std::function<IncidentDesk&()> desk) {
  std::vector<outbox::Template> templates;
  for (const auto name : {kLetter, kClient, kOpened, kReceived, kReminder, kOverdue}) {
    templates.push_back({std::string{name},
                         [desk, name](const outbox::Recipient& recipient, const outbox::Values& parameters) {
                           return desk().fill(name, recipient, parameters);
                         }});
  }
  return templates;
}

}  // namespace rights
