#include "outbox/outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/trim.h"
#include "outbox/layout.h"
#include "outbox/limits.h"
#include "outbox/queries.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace outbox {
namespace {

using base::Code;
using base::fail;
using base::Result;

std::string to_json(const Values& values) {
  return nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Values> from_json(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(Code::Corrupt, "a mail's parameters are no object");
  Values values;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return fail(Code::Corrupt, "a mail's parameter is no text");
    values.emplace(name, value.get<std::string>());
  }
  return values;
}

struct Claim {
  MailNumber number = 0;
  base::PersonId person;
  base::PropertyNumber property;
  std::string template_name;
  std::string parameters;
  std::string message_id;
  base::Instant give_up;
  std::int64_t attempts = 0;
};

enum class Ending { Sent, Postponed, Failed, Dropped };

/// What became of one claim.
struct Fate {
  Ending ending = Ending::Postponed;
  std::string reason{};
  /// The transport cannot be reached at all.
  bool unreachable = false;
};

bool is_gone(const base::Error& error) { return error.code == Code::Gone || error.code == Code::NotFound; }

Fate dropped_or_later(base::Error error) {
  return {is_gone(error) ? Ending::Dropped : Ending::Postponed, std::move(error.message)};
}

base::Millis backoff(std::int64_t attempts) {
  auto wait = kBackoffFirst;
  for (std::int64_t i = 1; i < attempts && wait < kBackoffLongest; ++i) wait *= 2;
  return std::min(wait, kBackoffLongest);
}

Result<Counters> read_counters(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return fail(rows.error());
  Counters counters;
  for (const auto& row : *rows) {
    const auto state = row.text("state");
    auto& counter = state == "queued"    ? counters.queued
                    : state == "sending" ? counters.sending
                    : state == "sent"    ? counters.sent
                    : state == "failed"  ? counters.failed
                                         : counters.dropped;
    counter = row.integer("mails");
  }
  return counters;
}

class SqlOutbox final : public Outbox {
 public:
  SqlOutbox(Needs needs, Settings settings, std::vector<Template> templates)
      : needs_(std::move(needs)),
        settings_(std::move(settings)),
        templates_(std::move(templates)),
        holder_(to_text(base::Id<struct HolderTag>::draw(needs_.random))) {}

  Result<MailNumber> queue(const Mail& mail) override;
  Result<Progress> run_due(std::size_t at_most) override;
  Result<std::optional<base::Instant>> next_due() override;
  Result<Counters> counters(base::PropertyNumber property) override;
  Result<Counters> counters(std::string_view template_name, std::string_view once) override;
  Result<std::vector<Failure>> failures(base::PropertyNumber property) override;
  Result<void> retry(MailNumber number) override;

  Result<std::vector<Sent>> mails_of(base::PersonId person) override {
    ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::mails_of, {{"person", to_text(person)}}));
    std::vector<Sent> mails;
    for (const auto& row : rows)
      mails.push_back({row.text("template"), row.text("state"), row.instant("changed_at_ms")});
    return mails;
  }
  Result<std::vector<Delivery>> deliveries(std::string_view template_name, std::string_view once) override {
    ASSIGN_OR_RETURN(const auto rows,
                     needs_.control.all(queries::deliveries, {{"template", template_name}, {"once", once}}));
    std::vector<Delivery> deliveries;
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
      deliveries.push_back({person,
                            {static_cast<std::uint32_t>(row.integer("property"))},
                            row.text("state"),
                            row.instant("changed_at_ms")});
    }
    return deliveries;
  }
  Result<std::int64_t> forget(base::PersonId person) override {
    return needs_.control.run(queries::forget_person, {{"person", to_text(person)}});
  }
  Result<std::int64_t> forget(base::PropertyNumber property) override {
    return needs_.control.run(queries::forget_property, {{"property", property.value}});
  }

 private:
  const Template* find_template(std::string_view name) const {
    const auto found = std::ranges::find(templates_, name, &Template::name);
    return found == templates_.end() ? nullptr : &*found;
  }
  Result<std::optional<Claim>> claim();
  Fate deliver(const Claim& claim);
  Result<Ending> settle(const Claim& claim, const Fate& fate);

  Needs needs_;
  const Settings settings_;
  const std::vector<Template> templates_;
  /// Tells this process's claims from another's.
  const std::string holder_;
};

Result<MailNumber> SqlOutbox::queue(const Mail& mail) {
  if (find_template(mail.template_name) == nullptr)
    return fail(Code::Invalid, fmt::format("there is no mail template {}", mail.template_name));
  const auto parameters = to_json(mail.parameters);
  if (parameters.size() > kParameterBytes) return fail(Code::TooLarge, "a mail's parameters are too long");
  const auto now = needs_.clock.now();
  const auto due = mail.due.value_or(now);
  const auto message_id = mail::draw_message_id(needs_.random, settings_.domain);
  const auto once = mail.once.empty() ? std::optional<std::string>{} : std::optional{mail.once};
  return needs_.control.transact([&](sql::Connection& connection) -> Result<MailNumber> {
    if (once) {
      ASSIGN_OR_RETURN(const auto earlier, connection.maybe(queries::once, {{"person", to_text(mail.person)},
                                                                            {"property", mail.property.value},
                                                                            {"template", mail.template_name},
                                                                            {"once", *once}}));
      if (earlier) return earlier->integer("number");
    }
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::add_mail, {{"person", to_text(mail.person)},
                                                                        {"property", mail.property.value},
                                                                        {"template", mail.template_name},
                                                                        {"parameters", parameters},
                                                                        {"once", once},
                                                                        {"message_id", message_id},
                                                                        {"due", due},
                                                                        {"give_up", due + kGiveUpAfter},
                                                                        {"now", now}}));
    return row.integer("number");
  });
}

Result<std::optional<Claim>> SqlOutbox::claim() {
  const auto now = needs_.clock.now();
  return needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<Claim>> {
    ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::due, {{"now", now}}));
    if (!row) return std::optional<Claim>{};
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row->text("person")));
    Claim claim{.number = row->integer("number"),
                .person = person,
                .property = {static_cast<std::uint32_t>(row->integer("property"))},
                .template_name = row->text("template"),
                .parameters = row->text("parameters"),
                .message_id = row->text("message_id"),
                .give_up = row->instant("give_up_at_ms"),
                .attempts = row->integer("attempts") + 1};
    RETURN_IF_ERROR(connection.run(
        queries::claim,
        {{"number", claim.number}, {"holder", holder_}, {"lease", now + kLease}, {"now", now}}));
    return std::optional{std::move(claim)};
  });
}

/// Reads the vault as late as can be: whoever was erased a moment ago gets nothing.
Fate SqlOutbox::deliver(const Claim& claim) {
  const auto* const pattern = find_template(claim.template_name);
  if (pattern == nullptr) return {Ending::Failed, "there is no such template any more"};
  auto parameters = from_json(claim.parameters);
  if (!parameters) return {Ending::Failed, parameters.error().message};
  auto names = needs_.fields(claim.property);
  if (!names) return dropped_or_later(std::move(names).error());
  auto person = needs_.vault.read_fields(claim.person);
  if (!person) return dropped_or_later(std::move(person).error());

  Recipient to{.person = claim.person,
               .property = claim.property,
               .language = person->person.language,
               .name = {},
               .address = {}};
  // The vault keeps an address as it was given.
  if (const auto* address = person->find(names->address)) to.address = base::trimmed(*address);
  if (!mail::is_address(to.address)) return {Ending::Dropped, "no address"};
  for (const auto& name : names->name) {
    const auto* part = person->find(name);
    if (part != nullptr && !part->empty()) to.name += (to.name.empty() ? "" : " ") + *part;
  }

  Filling filling;
  if (pattern->fill) {
    auto filled = pattern->fill(to, *parameters);
    if (!filled) return dropped_or_later(std::move(filled).error());
    filling = *std::move(filled);
  }
  filling.values.merge(*parameters);
  auto layout = lay_out(to.language, claim.template_name, filling.values, to.name, settings_.organisation,
                        filling.extras);
  if (!layout) return {Ending::Failed, layout.error().message};

  mail::Message message{.from = settings_.from,
                        .to = {to.name, to.address},
                        .reply_to = std::move(filling.reply_to),
                        .subject = std::move(layout->subject),
                        .text = std::move(layout->text),
                        .html = std::move(layout->html),
                        .attachments = std::move(filling.attachments),
                        .headers = std::move(filling.headers),
                        .message_id = claim.message_id};
  // RFC 3834: no automatic answers to this.
  if (filling.extras.signed_by.empty()) message.headers.push_back({"Auto-Submitted", "auto-generated"});
  const auto rendered = mail::render(message, needs_.clock.now(), needs_.random);
  if (!rendered) return {Ending::Failed, rendered.error().message};

  auto delivery = needs_.transport.send(settings_.from.address, to.address, *rendered);
  switch (delivery.outcome) {
    case mail::Outcome::Accepted: return {Ending::Sent};
    case mail::Outcome::Permanent: return {Ending::Failed, std::move(delivery.reason)};
    case mail::Outcome::Unknown: return {Ending::Postponed, std::move(delivery.reason)};
    case mail::Outcome::Temporary: break;
  }
  return {Ending::Postponed, std::move(delivery.reason), delivery.code == 0};
}

Result<Ending> SqlOutbox::settle(const Claim& claim, const Fate& fate) {
  const auto now = needs_.clock.now();
  const auto due = now + backoff(claim.attempts);
  // When the lease ended meanwhile, or the row was forgotten, nothing is changed: it is another's by now.
  if (fate.ending == Ending::Postponed && due < claim.give_up) {
    RETURN_IF_ERROR(needs_.control.run(queries::postpone, {{"number", claim.number},
                                                           {"holder", holder_},
                                                           {"due", due},
                                                           {"reason", fate.reason},
                                                           {"now", now}}));
    base::log(base::Level::Info, "outbox.postponed",
              {{"mail", claim.number}, {"reason", base::log_public(fate.reason)}});
    return Ending::Postponed;
  }
  const auto ending = fate.ending == Ending::Postponed ? Ending::Failed : fate.ending;
  const auto* const state = ending == Ending::Sent ? "sent" : ending == Ending::Failed ? "failed" : "dropped";
  RETURN_IF_ERROR(needs_.control.run(queries::settle, {{"number", claim.number},
                                                       {"holder", holder_},
                                                       {"state", state},
                                                       {"reason", fate.reason},
                                                       {"now", now}}));
  if (ending == Ending::Failed)
    base::log(base::Level::Warning, "outbox.failed",
              {{"mail", claim.number}, {"reason", base::log_public(fate.reason)}});
  return ending;
}

Result<Progress> SqlOutbox::run_due(std::size_t at_most) {
  Progress progress;
  for (std::size_t i = 0; i < at_most; ++i) {
    ASSIGN_OR_RETURN(const auto next, claim());
    if (!next) break;
    const auto fate = deliver(*next);
    ASSIGN_OR_RETURN(const auto ending, settle(*next, fate));
    switch (ending) {
      case Ending::Sent: ++progress.sent; break;
      case Ending::Postponed: ++progress.postponed; break;
      case Ending::Failed: ++progress.failed; break;
      case Ending::Dropped: ++progress.dropped; break;
    }
    if (fate.unreachable) break;
  }
  return progress;
}

Result<std::optional<base::Instant>> SqlOutbox::next_due() {
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::next_due));
  return row.maybe_instant("due_at_ms");
}

Result<Counters> SqlOutbox::counters(base::PropertyNumber property) {
  return read_counters(needs_.control.all(queries::count_states, {{"property", property.value}}));
}

Result<Counters> SqlOutbox::counters(std::string_view template_name, std::string_view once) {
  return read_counters(
      needs_.control.all(queries::count_deliveries, {{"template", template_name}, {"once", once}}));
}

Result<std::vector<Failure>> SqlOutbox::failures(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::failures, {{"property", property.value}}));
  std::vector<Failure> failures;
  for (const auto& row : rows)
    failures.push_back(
        {row.integer("number"), row.text("template"), row.instant("changed_at_ms"), row.text("reason")});
  return failures;
}

Result<void> SqlOutbox::retry(MailNumber number) {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(
      const auto changed,
      needs_.control.run(queries::retry,
                         {{"number", number}, {"due", now}, {"give_up", now + kGiveUpAfter}, {"now", now}}));
  if (changed == 0) return fail(Code::NotFound, "no such mail has failed");
  return {};
}

Result<void> check(const Settings& settings, const std::vector<Template>& templates) {
  if (!mail::is_address(settings.from.address))
    return fail(Code::Invalid, "mails need an address that they come from");
  if (!mail::is_address("mail@" + settings.domain))
    return fail(Code::Invalid, "mails need a domain for their ids");
  for (const auto& pattern : templates) {
    for (const auto* part : {"subject", "body"}) {
      const auto name = fmt::format("mail.{}.{}", pattern.name, part);
      if (!texts::find(name)) return fail(Code::Invalid, fmt::format("there is no text {}", name));
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Outbox>> Outbox::open(Needs needs, Settings settings,
                                             std::vector<Template> templates) {
  RETURN_IF_ERROR(check(settings, templates));
  RETURN_IF_ERROR(sql::migrate(needs.control, queries::kModule, needs.clock));
  return std::unique_ptr<Outbox>{
      std::make_unique<SqlOutbox>(std::move(needs), std::move(settings), std::move(templates))};
}

}  // namespace outbox
