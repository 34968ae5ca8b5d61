// What a subscriber sees and does behind their personal link.
#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "consent/ledger.h"
#include "consent/receipt.h"
#include "journal/journal.h"
#include "page/frame.h"
#include "policy/notice_words.h"
#include "property/registry.h"
#include "rights/clock.h"
#include "surfaces/updates/pages.h"
#include "surfaces/updates/public_pages.h"
#include "texts/numbers.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using policy::Update;
using texts::Key;

struct Own {
  std::string link;
  base::PersonId person;
  Language language = Language::Nl;
};

std::string text(Language language, Key key) { return std::string{texts::get(language, key)}; }

std::string path_of(const Own& own, std::string_view rest = {}) {
  return fmt::format("/updates/mine/{}{}?lang={}", own.link, rest, base::to_text(own.language));
}

Response back(const Own& own, std::string_view said) {
  return Response::redirect(303, fmt::format("{}&said={}", path_of(own), said));
}

void show_subscriptions(html::Values& values, const Updates& updates, const Own& own,
                        const std::vector<Subscription>& subscriptions) {
  const auto& policy = updates.needs.policy;
  for (const auto& update : policy.updates()) {
    auto& shown = values.add("update");
    show_update(shown, policy, update, own.language);
    const auto* rule = policy.consent(update.purpose);
    const auto one = std::ranges::find(subscriptions, update.name, &Subscription::name);
    const bool on = one != subscriptions.end();
    shown.set("action", path_of(own, "/subscriptions"))
        .set("wanted", on ? "no" : "yes")
        .set("notice", policy.version());
    if (on) {
      const auto since = texts::date(own.language, one->since, rights::zone_of(policy.law()));
      shown.set("button", text(own.language, Key::UpdatesMineStop));
      shown.add("on")
          .set("state",
               rule == nullptr ? texts::get(own.language, Key::UpdatesMineOn) : rule->given.in(own.language))
          .set("since", texts::format(own.language, Key::UpdatesMineSince, {{"date", since}}));
      continue;
    }
    shown.set("button",
              rule == nullptr ? texts::get(own.language, Key::UpdatesYes) : rule->accept.in(own.language));
    auto& off = shown.add("off");
    off.set("state", rule == nullptr ? texts::get(own.language, Key::UpdatesMineOff)
                                     : rule->declined.in(own.language));
    if (rule == nullptr) continue;
    auto& asked = off.add("asked");
    asked.set("asks", rule->asks.in(own.language)).set("explains", rule->explains.in(own.language));
    if (rule->costs) asked.add("costs").set("text", rule->costs->in(own.language));
  }
}

void show_held(html::Values& values, const policy::Policy& policy, const vault::PersonFields& person,
               Language language) {
  const policy::NoticeWords words(policy, language);
  for (const auto& field : person.fields) {
    const auto* declared = policy.field(field.name);
    const auto* datum = policy.datum(field.data);
    if (declared == nullptr || datum == nullptr) continue;
    auto& held = values.add("held");
    held.set("label", declared->label.in(language))
        .set("value", fields::shown_value(*declared, field.value, language))
        .set("term", words.term(datum->keep));
    for (const auto& name : field.purposes) {
      if (const auto* purpose = policy.purpose(name))
        held.add("purpose").set("says", purpose->says.in(language)).set("basis", words.basis(*purpose));
    }
  }
}

void show_correction(html::Values& values, const Updates& updates, const Own& own,
                     const std::vector<const Update*>& subscribed, const http::Form& posted,
                     const std::vector<fields::WrongField>& wrong, Language chosen) {
  if (subscribed.empty()) return;
  auto& form = values.add("form");
  form.set("action", path_of(own));
  fields::show_form(form, asked_fields(updates.needs.policy, subscribed), posted, wrong, own.language);
  for (const auto language : updates.needs.site.languages) {
    form.add("language_choice")
        .set("tag", base::to_text(language))
        .set("label", page::own_name(language))
        .show("current", language == chosen);
  }
}

Result<void> show_choices(html::Values& values, Updates& updates, const Own& own, base::ViewerNumber viewer) {
  const auto& policy = updates.needs.policy;
  ASSIGN_OR_RETURN(const auto history,
                   updates.needs.consents.history(updates.subscribers.scopes().subscribers, viewer));
  for (const auto& entry : history) {
    const auto* rule = policy.consent(entry.purpose);
    values.add("choice")
        .set("at", texts::date_time(own.language, entry.at, rights::zone_of(policy.law())))
        .set("title", rule == nullptr ? entry.purpose : rule->asks.in(own.language))
        .set("what", texts::word(own.language, "me.consent.", consent::to_text(entry.state)))
        .set("receipt", path_of(own, "/receipts/" + entry.id));
  }
  return {};
}

Key said_key(std::string_view word) {
  if (word == "subscribed") return Key::UpdatesSaidSubscribed;
  if (word == "address") return Key::UpdatesSaidAddress;
  return Key::UpdatesSaidSaved;
}

Result<Response> show(Updates& updates, const Own& own, const Request& request, const http::Form* posted,
                      const std::vector<fields::WrongField>& wrong) {
  const auto& needs = updates.needs;
  ASSIGN_OR_RETURN(const auto person, needs.vault.read_fields(own.person));
  ASSIGN_OR_RETURN(const auto subscriptions, updates.subscribers.store().of(own.person));
  ASSIGN_OR_RETURN(const auto subscribed, updates.subscribers.updates_of(own.person));
  // Where an event has the name already, the property of subscribers has a number behind it.
  ASSIGN_OR_RETURN(const auto property, needs.properties.find(updates.subscribers.scopes().subscribers));
  auto values =
      page::frame(needs.site, own.language, texts::get(own.language, Key::UpdatesMineTitle), request.path);
  const auto said = request.query.text("said");
  if (!said.empty()) values.add("said").set("text", texts::get(own.language, said_key(said)));
  values.set("unsubscribe", path_of(own, "/unsubscribe"))
      .set("erase", path_of(own, "/erase"))
      .set("requests", fmt::format("/requests/of/{}/{}?lang={}", property ? property->slug : std::string{},
                                   own.link, base::to_text(own.language)));
  show_subscriptions(values, updates, own, subscriptions);
  show_held(values, needs.policy, person, own.language);
  http::Form kept;
  for (const auto& field : person.fields) kept.add(field.name, field.value);
  show_correction(values, updates, own, subscribed, posted == nullptr ? kept : *posted, wrong,
                  person.person.language);
  RETURN_IF_ERROR(show_choices(values, updates, own, person.person.viewer));
  return page::answer(pages::mine, own.language, values, wrong.empty() ? 200 : 422);
}

/// What somebody may see of themself is theirs to see; that it was seen is recorded all the same.
Result<void> record(Updates& updates, const char* kind) {
  RETURN_IF_ERROR(updates.needs.journal.record({.kind = kind,
                                                .property = updates.subscribers.scopes().subscribers,
                                                .by = {},
                                                .subject = updates.needs.journal.draw_subject(),
                                                .detail = {}}));
  return {};
}

Result<Response> mine(Updates& updates, const Own& own, const Request& request) {
  RETURN_IF_ERROR(record(updates, "updates.own_record_read"));
  return show(updates, own, request, nullptr, {});
}

Result<Response> correct(Updates& updates, const Own& own, const Request& request) {
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  ASSIGN_OR_RETURN(const auto subscribed, updates.subscribers.updates_of(own.person));
  if (subscribed.empty()) return back(own, "saved");
  const auto filled = fields::read_form(asked_fields(updates.needs.policy, subscribed), posted, own.language);
  if (!filled.wrong.empty()) return show(updates, own, request, &posted, filled.wrong);
  auto changed = own;
  const auto wanted = base::parse_language(posted.text("_language"));
  if (wanted && base::contains(updates.needs.site.languages, *wanted)) changed.language = *wanted;
  ASSIGN_OR_RETURN(const bool mailed, updates.subscribers.correct(own.person, filled, changed.language));
  return back(changed, mailed ? "address" : "saved");
}

/// What became of somebody who gets less, or nothing more.
Response left(const Updates& updates, const Request& request, const Own& own, const Left& left) {
  if (left.subscribed) {
    return tell(updates, request, own.language,
                {.heading = Key::UpdatesEndedTitle,
                 .text = text(own.language, Key::UpdatesEndedSome),
                 .mark = true,
                 .back = fmt::format("/updates/mine/{}", own.link),
                 .back_label = text(own.language, Key::UpdatesMineTitle)});
  }
  if (left.kept_until) {
    const auto until =
        texts::date(own.language, *left.kept_until, rights::zone_of(updates.needs.policy.law()));
    return tell(updates, request, own.language,
                {.heading = Key::UpdatesEndedTitle,
                 .text = texts::format(own.language, Key::UpdatesEndedKept, {{"date", until}}),
                 .mark = true});
  }
  const bool erased = left.erasure && left.erasure->completed_at;
  return tell(updates, request, own.language,
              {.heading = Key::UpdatesEndedTitle,
               .text = text(own.language, erased ? Key::UpdatesEndedAll : Key::UpdatesEndedSoon),
               .mark = true,
               .certificate = left.erasure ? fmt::format("/certificates/{}", base::to_text(left.erasure->id))
                                           : std::string{}});
}

std::vector<std::string> names_in(const Updates& updates, const Request& request) {
  if (!request.parameter("update").empty()) return {std::string{request.parameter("update")}};
  std::vector<std::string> names;
  for (const auto& update : updates.needs.policy.updates()) names.push_back(update.name);
  return names;
}

Result<Response> subscriptions(Updates& updates, const Own& own, const Request& request) {
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  const auto* update = updates.needs.policy.update(posted.text("update"));
  if (update == nullptr) return base::fail(Code::NotFound, "There is no such update.");
  if (posted.text("wanted") == "yes") {
    // Another version of the question is in force than was shown: it is asked again.
    if (posted.text("_notice") != updates.needs.policy.version()) return back(own, "");
    RETURN_IF_ERROR(updates.subscribers.begin(own.person, *update, own.language, posted.text("_notice")));
    return back(own, "saved");
  }
  // What ends something is said, and not guessed from what is anything else.
  if (posted.text("wanted") != "no") return base::fail(Code::Invalid, "wanted: yes or no");
  ASSIGN_OR_RETURN(const auto rest,
                   updates.subscribers.end(own.person, {update->name}, consent::Method::Switch));
  if (rest.subscribed) return back(own, "saved");
  return left(updates, request, own, rest);
}

Result<Response> ask_unsubscribe(Updates& updates, const Own& own, const Request& request) {
  const auto* update = updates.needs.policy.update(request.parameter("update"));
  const auto one = update == nullptr ? text(own.language, Key::UpdatesUnsubscribeAll)
                                     : texts::format(own.language, Key::UpdatesUnsubscribeThis,
                                                     {{"update", update->title.in(own.language)}});
  return tell(updates, request, own.language,
              {.heading = Key::UpdatesUnsubscribeTitle,
               .text = one,
               .press = text(own.language, Key::UpdatesUnsubscribePress),
               .back = fmt::format("/updates/mine/{}", own.link),
               .back_label = text(own.language, Key::UpdatesMineTitle)});
}

/// By a person's press or by a program's post (RFC 8058 §3.2): whatever the body says, this is what it asks.
Result<Response> unsubscribe(Updates& updates, const Own& own, const Request& request) {
  ASSIGN_OR_RETURN(const auto rest,
                   updates.subscribers.end(own.person, names_in(updates, request), consent::Method::Mail));
  return left(updates, request, own, rest);
}

Result<Response> ask_erase(Updates& updates, const Own& own, const Request& request) {
  return tell(updates, request, own.language,
              {.heading = Key::UpdatesEraseTitle,
               .text = text(own.language, Key::UpdatesEraseText),
               .press = text(own.language, Key::UpdatesErasePress),
               .back = fmt::format("/updates/mine/{}", own.link),
               .back_label = text(own.language, Key::UpdatesMineTitle)});
}

Result<Response> erase(Updates& updates, const Own& own, const Request& request) {
  ASSIGN_OR_RETURN(const auto rest, updates.subscribers.erase(own.person));
  return left(updates, request, own, rest);
}

Result<Response> receipt(Updates& updates, const Own& own, const Request& request) {
  const auto& needs = updates.needs;
  ASSIGN_OR_RETURN(const auto person, needs.vault.find(own.person));
  ASSIGN_OR_RETURN(const auto history, needs.consents.history(person.property, person.viewer));
  ASSIGN_OR_RETURN(auto made,
                   consent::receipt_of(history, request.parameter("receipt"), needs.policy, needs.notices,
                                       {.controller = needs.site.organisation,
                                        .notice = needs.origin + "/privacy",
                                        .withdrawal = updates.own(own.link)}));
  RETURN_IF_ERROR(record(updates, "updates.own_receipt_read"));
  return Response::bytes("application/json", std::move(made)).as_download("updates-receipt.json");
}

/// A link that opens nothing: of who was erased, or nobody's. Whoever unsubscribes once more is told that
/// they are, as RFC 8058 wants it and as it tells nobody anything.
Response nobody(const Updates& updates, const Request& request) {
  const auto language = page::choose_language(updates.needs.site, request);
  const bool unsubscribes = request.method == http::Method::Post && request.path.contains("/unsubscribe");
  if (unsubscribes) {
    return tell(
        updates, request, language,
        {.heading = Key::UpdatesEndedTitle, .text = text(language, Key::UpdatesEndedAll), .mark = true});
  }
  return tell(updates, request, language,
              {.heading = Key::UpdatesGoneTitle,
               .text = text(language, Key::UpdatesNobodyText),
               .status = 410,
               .back = "/updates",
               .back_label = text(language, Key::UpdatesTitle)});
}

}  // namespace

void add_own_pages(http::Router& router, std::shared_ptr<Updates> updates) {
  const auto with = [updates](Result<Response> (*handler)(Updates&, const Own&, const Request&)) {
    return [updates, handler](Request& request) -> Result<Response> {
      ASSIGN_OR_RETURN(const auto person, updates->subscribers.of_link(request.parameter("link")));
      if (!person) return nobody(*updates, request);
      const auto known = updates->needs.vault.find(*person);
      if (!known && known.error().code == Code::Gone) return nobody(*updates, request);
      if (!known) return base::fail(known.error());
      const auto language = page::choose_language(updates->needs.site, request, known->language);
      return handler(*updates, {std::string{request.parameter("link")}, *person, language}, request);
    };
  };
  router.get("/updates/mine/{link}", with(mine));
  router.post("/updates/mine/{link}", with(correct));
  router.post("/updates/mine/{link}/subscriptions", with(subscriptions));
  router.get("/updates/mine/{link}/unsubscribe", with(ask_unsubscribe));
  router.post("/updates/mine/{link}/unsubscribe", with(unsubscribe));
  router.get("/updates/mine/{link}/unsubscribe/{update}", with(ask_unsubscribe));
  router.post("/updates/mine/{link}/unsubscribe/{update}", with(unsubscribe));
  router.get("/updates/mine/{link}/erase", with(ask_erase));
  router.post("/updates/mine/{link}/erase", with(erase));
  router.get("/updates/mine/{link}/receipts/{receipt}", with(receipt));
}

}  // namespace surfaces::updates
