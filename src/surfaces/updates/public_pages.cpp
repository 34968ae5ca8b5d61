#include "surfaces/updates/public_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "page/frame.h"
#include "policy/notice_words.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/pages.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using policy::Update;
using texts::Key;

constexpr std::string_view kNotice = "_notice";
constexpr std::string_view kOldEnough = "_old-enough";

std::string name_in_form(const Update& update) { return "_update." + update.name; }

/// What is wrong beside the fields themselves.
void check_choices(const Updates& updates, const http::Form& posted, const std::vector<const Update*>& chosen,
                   Language language, std::vector<fields::WrongField>& wrong) {
  const auto text = [&](Key key) { return std::string{texts::get(language, key)}; };
  if (chosen.empty()) wrong.push_back({"_updates", text(Key::UpdatesTitle), text(Key::UpdatesErrorNone)});
  const auto age = fmt::to_string(updates.needs.policy.minors().age);
  if (updates.needs.policy.minors().age == 0 || posted.text(kOldEnough) == "yes") return;
  const auto what = posted.text(kOldEnough) == "no" ? Key::UpdatesErrorAge : Key::EventAgeChoose;
  wrong.push_back({std::string{kOldEnough}, texts::format(language, Key::UpdatesAge, {{"age", age}}),
                   texts::format(language, what, {{"age", age}})});
}

void show_age(html::Values& form, const policy::Policy& policy, Language language) {
  if (policy.minors().age == 0) return;
  const auto age = fmt::to_string(policy.minors().age);
  const auto text = [&](Key key) { return texts::format(language, key, {{"age", age}}); };
  form.add("age")
      .set("question", text(Key::UpdatesAge))
      .set("yes", text(Key::UpdatesAgeYes))
      .set("no", text(Key::UpdatesAgeNo));
}

Response show_form(const Updates& updates, const Request& request, const http::Form& posted,
                   const std::vector<fields::WrongField>& wrong) {
  const auto& needs = updates.needs;
  const auto language = page::choose_language(needs.site, request);
  auto values = page::frame(needs.site, language, texts::get(language, Key::UpdatesTitle), "/updates");
  values.set("action", fmt::format("/updates?lang={}", base::to_text(language)))
      .set("notice", needs.policy.version());
  for (const auto& update : needs.policy.updates()) {
    auto& shown = values.add("update");
    show_update(shown, needs.policy, update, language);
    const bool chosen = posted.text(name_in_form(update)) == "yes";
    shown.show("chosen", chosen).show("unchosen", !chosen);
  }
  const auto asked = asked_fields(needs.policy, all_updates(needs.policy));
  fields::show_form(values, asked, posted, wrong, language);
  show_age(values, needs.policy, language);
  return page::answer(pages::updates, language, values, wrong.empty() ? 200 : 422);
}

Result<Response> form(Updates& updates, const Request& request) {
  return show_form(updates, request, {}, {});
}

Result<Response> post(Updates& updates, const Request& request) {
  const auto& needs = updates.needs;
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  const auto language = page::choose_language(needs.site, request);
  std::vector<const Update*> chosen;
  for (const auto& update : needs.policy.updates()) {
    if (posted.text(name_in_form(update)) == "yes") chosen.push_back(&update);
  }
  // What serves none of the updates that were chosen is not asked, and not kept.
  const auto asked = asked_fields(needs.policy, chosen.empty() ? all_updates(needs.policy) : chosen);
  auto filled = fields::read_form(asked, posted, language);
  check_choices(updates, posted, chosen, language, filled.wrong);
  // The page showed another version: it is asked again, in the words of today.
  if (!filled.wrong.empty() || posted.text(kNotice) != needs.policy.version())
    return show_form(updates, request, posted, filled.wrong);
  ASSIGN_OR_RETURN(const auto address, vault::normalise_mail(filled.value_of(policy::FieldType::Email)));
  if (!updates.throttle.admit("client " + request.client_address, kAskedPerClient) ||
      !updates.throttle.admit("mail " + address, kAskedPerAddress))
    return base::fail(Code::TooMany, "Too many subscriptions were asked for. Try again in an hour.");
  RETURN_IF_ERROR(updates.subscribers.ask({.updates = chosen,
                                           .filled = std::move(filled),
                                           .language = language,
                                           .notice = needs.policy.version()}));
  return Response::redirect(303, fmt::format("/updates/sent?lang={}", base::to_text(language)));
}

Result<Response> sent(Updates& updates, const Request& request) {
  const auto language = page::choose_language(updates.needs.site, request);
  const auto hours = fmt::to_string(kConfirmWithin.count());
  return tell(updates, request, language,
              {.heading = Key::UpdatesSentTitle,
               .text = texts::format(language, Key::UpdatesSentText, {{"hours", hours}})});
}

Response nothing_waits(const Updates& updates, const Request& request) {
  const auto language = page::choose_language(updates.needs.site, request);
  return tell(updates, request, language,
              {.heading = Key::UpdatesGoneTitle,
               .text = std::string{texts::get(language, Key::UpdatesGoneText)},
               .status = 410,
               .back = "/updates",
               .back_label = std::string{texts::get(language, Key::UpdatesTitle)}});
}

Response show_confirmation(const Updates& updates, const Request& request, const Confirmation& confirmation) {
  const auto& needs = updates.needs;
  const auto language = page::choose_language(needs.site, request, confirmation.person.person.language);
  auto values =
      page::frame(needs.site, language, texts::get(language, Key::UpdatesConfirmTitle), request.path);
  values.set("action", fmt::format("{}?lang={}", request.path, base::to_text(language)))
      .set("notice", needs.policy.version());
  for (const auto* update : confirmation.updates)
    show_update(values.add("update"), needs.policy, *update, language);
  for (const auto& field : confirmation.person.fields) {
    const auto* declared = needs.policy.field(field.name);
    if (declared != nullptr)
      values.add("given")
          .set("label", declared->label.in(language))
          .set("value", fields::shown_value(*declared, field.value, language));
  }
  return page::answer(pages::confirm, language, values);
}

Result<Response> ask_confirmation(Updates& updates, const Request& request) {
  const auto confirmation = updates.subscribers.waiting(request.parameter("link"));
  if (!confirmation && confirmation.error().code == Code::NotFound) return nothing_waits(updates, request);
  if (!confirmation) return base::fail(confirmation.error());
  return show_confirmation(updates, request, *confirmation);
}

Result<Response> confirm(Updates& updates, const Request& request) {
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  const auto confirmation = updates.subscribers.waiting(request.parameter("link"));
  if (!confirmation && confirmation.error().code == Code::NotFound) return nothing_waits(updates, request);
  if (!confirmation) return base::fail(confirmation.error());
  const auto language =
      page::choose_language(updates.needs.site, request, confirmation->person.person.language);
  if (posted.text("answer") != "yes") {
    RETURN_IF_ERROR(updates.subscribers.decline(*confirmation));
    return tell(updates, request, language,
                {.heading = Key::UpdatesDeclinedTitle,
                 .text = std::string{texts::get(language, Key::UpdatesDeclinedText)}});
  }
  if (posted.text(kNotice) != updates.needs.policy.version())
    return show_confirmation(updates, request, *confirmation);
  ASSIGN_OR_RETURN(const auto link, updates.subscribers.confirm(*confirmation, posted.text(kNotice)));
  return Response::redirect(
      303, fmt::format("/updates/mine/{}?lang={}&said=subscribed", link, base::to_text(language)));
}

}  // namespace

void show_update(html::Values& shown, const policy::Policy& policy, const Update& update, Language language) {
  const policy::NoticeWords words(policy, language);
  const auto* rule = policy.consent(update.purpose);
  shown.set("name", update.name)
      .set("title", update.title.in(language))
      .set("says", update.says.in(language))
      .set("every", texts::format(language, Key::NoticeUpdatesEvery, {{"span", words.span(update.every)}}))
      .set("accept", rule == nullptr ? texts::get(language, Key::UpdatesYes) : rule->accept.in(language))
      .set("decline", rule == nullptr ? texts::get(language, Key::UpdatesNo) : rule->decline.in(language));
  if (rule == nullptr) return;
  auto& asked = shown.add("asked");
  asked.set("asks", rule->asks.in(language))
      .set("explains", rule->explains.in(language))
      .set("accept", rule->accept.in(language))
      .set("decline", rule->decline.in(language));
  if (rule->costs) asked.add("costs").set("text", rule->costs->in(language));
}

Response tell(const Updates& updates, const Request& request, Language language, const Told& told) {
  auto values = page::frame(updates.needs.site, language, texts::get(language, told.heading), request.path);
  values.set("heading", texts::get(language, told.heading)).set("text", told.text).show("mark", told.mark);
  if (!told.press.empty()) {
    values.add("press")
        .set("action", fmt::format("{}?lang={}", request.path, base::to_text(language)))
        .set("label", told.press);
  }
  if (!told.certificate.empty()) values.add("certificate").set("url", told.certificate);
  if (!told.back.empty()) {
    values.add("back")
        .set("url", fmt::format("{}?lang={}", told.back, base::to_text(language)))
        .set("label", told.back_label);
  }
  return page::answer(pages::told, language, values, told.status);
}

void add_public_pages(http::Router& router, std::shared_ptr<Updates> updates) {
  const auto with = [updates](Result<Response> (*handler)(Updates&, const Request&)) {
    return [updates, handler](Request& request) { return handler(*updates, request); };
  };
  router.get("/updates", with(form));
  router.post("/updates", with(post));
  router.get("/updates/sent", with(sent));
  router.get("/updates/confirm/{link}", with(ask_confirmation));
  router.post("/updates/confirm/{link}", with(confirm));
  add_own_pages(router, std::move(updates));
}

}  // namespace surfaces::updates
