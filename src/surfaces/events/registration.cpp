#include "surfaces/events/registration.h"

#include <fmt/format.h>

#include "base/contains.h"
#include "policy/gate.h"
#include "surfaces/events/calendar.h"
#include "surfaces/events/ending.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kForm = "registration form";
constexpr std::string_view kRegistered = "registered";
constexpr std::string_view kLinkAgain = "link";
constexpr std::string_view kOwnPage = "own_page";

Result<outbox::Filling> fill_mail(const MailNeeds& needs, const outbox::Recipient& recipient) {
  ASSIGN_OR_RETURN(const auto event, needs.store.by_property(recipient.property));
  ASSIGN_OR_RETURN(const auto link, needs.vault.link(recipient.person));
  const bool by_form = event.opens_by == OpensBy::Form;
  const auto address = by_form ? fmt::format("{}/e/{}", needs.origin, event.slug)
                               : fmt::format("{}/e/{}/watch/{}", needs.origin, event.slug, link);
  const auto entrance = by_form ? texts::Key::MailRegisteredByForm : texts::Key::MailRegisteredByLink;
  outbox::Filling filling;
  filling.values = {
      {"event", event.title},
      {"when", texts::period(recipient.language, event.starts, event.ends, event.time_zone)},
      {"link", address},
      {"entrance", std::string{texts::get(recipient.language, entrance)}},
      {"own", fmt::format("{}/e/{}/me/{}", needs.origin, event.slug, link)},
  };
  filling.attachments.push_back({.file_name = "event.ics",
                                 .content_type = "text/calendar; charset=utf-8; method=PUBLISH",
                                 .content = calendar_file(event, address)});
  return filling;
}

}  // namespace

Result<Filled> Registration::read(const Event& event, const http::Form& posted,
                                  base::Language language) const {
  const auto state = state_at(event, needs_.clock.now());
  if (state != State::Open && state != State::Live)
    return base::fail(Code::Conflict, "This event takes no registrations now.");
  Filled filled{read_form(asked_fields(needs_.policy, event), posted, language), {}};
  read_age(needs_.policy.minors(), posted, language, filled);
  return filled;
}

Result<Registered> Registration::take(const Event& event, const Filled& filled, base::Language language) {
  const auto address = filled.value_of(policy::FieldType::Email);
  ASSIGN_OR_RETURN(auto known, needs_.vault.find_by_mail(event.property, address));
  if (!known) {
    auto created = create(event, filled, language, {.source = kForm});
    if (created) {
      RETURN_IF_ERROR(confirm(event, *created));
      known = *created;
    } else if (created.error().code == Code::Conflict) {
      // Full, unless somebody registered this very address a moment ago.
      ASSIGN_OR_RETURN(known, needs_.vault.find_by_mail(event.property, address));
      if (!known) return Registered{.is_full = true, .door = {}};
    } else {
      return base::fail(created.error());
    }
  } else if (event.opens_by != OpensBy::Form) {
    RETURN_IF_ERROR(mail_link(event, *known));
  }
  Registered registered;
  if (event.opens_by != OpensBy::Link) {
    ASSIGN_OR_RETURN(registered.door, links_.door(event.property, *known));
  }
  return registered;
}

Result<base::PersonId> Registration::create(const Event& event, const Filled& filled, base::Language language,
                                            const Origin& origin) {
  const policy::Gate gate(needs_.policy);
  const auto ended = ended_of(event, needs_.clock.now());
  std::vector<policy::FieldPermit> permits;
  permits.reserve(filled.fields.size());
  for (const auto& field : filled.fields) {
    ASSIGN_OR_RETURN(auto permit, gate.permit_field(field.field->name, {}, ended));
    permits.push_back(std::move(permit));
  }
  const auto* mail = needs_.policy.email_field();
  std::vector<vault::NewField> fields;
  for (std::size_t i = 0; i < permits.size(); ++i) {
    const bool finds = filled.fields[i].field == mail;
    fields.push_back({.permit = permits[i],
                      .value = filled.fields[i].value,
                      .findable = finds ? vault::Findable::ByMail : vault::Findable::No,
                      .source = origin.source,
                      .given_on = origin.given_on});
  }
  return needs_.vault.create(
      {.property = event.property, .language = language, .fields = fields, .capacity = event.capacity});
}

Result<base::PersonId> Registration::enter(const Event& event, const Filled& filled, base::Language language,
                                           const Origin& origin) {
  ASSIGN_OR_RETURN(const auto person, create(event, filled, language, origin));
  const auto* mail = needs_.policy.email_field();
  const bool has_address = base::contains(filled.fields, mail, &FilledField::field);
  const auto state = state_at(event, needs_.clock.now());
  if (has_address && (state == State::Open || state == State::Live)) RETURN_IF_ERROR(confirm(event, person));
  return person;
}

Result<void> Registration::confirm(const Event& event, base::PersonId person) {
  return queue(event, person, kRegistered, "registered");
}

Result<void> Registration::mail_link(const Event& event, base::PersonId person) {
  // Whoever presses the button ten times a minute still gets one mail a minute.
  const auto minute = base::to_ms(needs_.clock.now()) / 60'000;
  const auto kind = event.opens_by == OpensBy::Form ? kOwnPage : kLinkAgain;
  return queue(event, person, kind, fmt::format("link-{}", minute));
}

Result<void> Registration::queue(const Event& event, base::PersonId person, std::string_view template_name,
                                 std::string once) {
  RETURN_IF_ERROR(needs_.outbox.queue({.person = person,
                                       .property = event.property,
                                       .template_name = std::string{template_name},
                                       .parameters = {},
                                       .due = std::nullopt,
                                       .once = std::move(once)}));
  return {};
}

std::vector<outbox::Template> mail_templates(const MailNeeds& needs) {
  const auto fill = [needs](const outbox::Recipient& recipient, const outbox::Values&) {
    return fill_mail(needs, recipient);
  };
  return {{std::string{kRegistered}, fill}, {std::string{kLinkAgain}, fill}, {std::string{kOwnPage}, fill}};
}

}  // namespace surfaces::events
