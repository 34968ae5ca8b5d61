#include "rights/report_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/trim.h"
#include "http/form.h"
#include "mail/message.h"
#include "page/frame.h"
#include "rights/incident_desk.h"
#include "rights/limits.h"
#include "rights/pages.h"
#include "rights/public_pages.h"
#include "texts/texts.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using texts::Key;

/// What a report is about.
struct Topic {
  std::string_view name;  ///< as the form sends it
  Key says;
};
constexpr Topic kData{"data", Key::ReportAboutData};
constexpr std::array kTopics{Topic{"misuse", Key::ReportAboutMisuse},
                             Topic{"weakness", Key::ReportAboutWeakness}, kData};

/// RFC 9116 §2.5.5 wants less than a year; it is written anew whenever it is asked for.
constexpr std::chrono::days kSecurityTextHolds{180};

/// What was typed, and what is wrong with it.
struct Typed {
  const Topic* about = nullptr;
  std::string message;
  std::string name;
  std::string email;
  Wrong wrong;
};

class ReportPage {
 public:
  ReportPage(IncidentDesk& desk, std::shared_ptr<OpenThrottle> throttle)
      : desk_(desk), throttle_(std::move(throttle)) {}

  Result<Response> form(const Request& request);
  Result<Response> post(const Request& request);
  Result<Response> security_text() const;

 private:
  const policy::Policy& policy() const { return desk_.needs().policy; }
  Language language_of(const Request& request) const {
    return page::choose_language(desk_.needs().site, request);
  }
  /// Where the policy has no place for who asks, wrongly held data are looked into like anything else.
  bool opens_request(const Typed& typed) const {
    return typed.about != nullptr && typed.about->name == kData.name && request_fields(policy()).complete() &&
           !policy().rights().list.empty();
  }
  Typed read(const http::Form& form) const;
  html::Values frame(const Request& request) const;
  Result<Response> show(const Request& request, const Typed& typed, int status) const;
  Result<Response> open_request(const Typed& typed, Language language);
  Result<Response> open_incident(const Typed& typed, Language language);

  IncidentDesk& desk_;
  std::shared_ptr<OpenThrottle> throttle_;
};

const Topic* topic_of(std::string_view name) {
  const auto found = std::ranges::find(kTopics, name, &Topic::name);
  return found == kTopics.end() ? nullptr : &*found;
}

Typed ReportPage::read(const http::Form& form) const {
  Typed typed;
  typed.about = topic_of(form.text("about"));
  typed.message = base::trimmed(form.text("message"));
  if (keeps_reporter(policy(), kByForm)) {
    typed.name = base::trimmed(form.text("name"));
    typed.email = base::trimmed(form.text("email"));
  }
  const bool is_answered = opens_request(typed);
  if (typed.about == nullptr) typed.wrong.emplace_back("about", Key::ReportErrorAbout);
  if (typed.message.empty() || typed.message.size() > kMessageBytesMax)
    typed.wrong.emplace_back("message", Key::ReportErrorMessage);
  if (typed.name.size() > kNameBytesMax || (is_answered && typed.name.empty()))
    typed.wrong.emplace_back("name", Key::RightsErrorName);
  if ((is_answered || !typed.email.empty()) && !mail::is_address(typed.email))
    typed.wrong.emplace_back("email", Key::EventErrorEmail);
  // People do not see this field; a browser that fills it in for them can try again.
  if (!form.text("homepage").empty()) typed.wrong.emplace_back("message", Key::ReportErrorWebsite);
  return typed;
}

html::Values ReportPage::frame(const Request& request) const {
  const auto language = language_of(request);
  auto values =
      page::frame(desk_.needs().site, language, texts::get(language, Key::ReportTitle), request.path);
  const auto& contact = policy().parties().reports_to();
  if (!contact.empty()) values.add("contact").set("contact", contact);
  return values;
}

Result<Response> ReportPage::form(const Request& request) {
  const auto receipt = base::parse_id<IncidentId>(request.query.text("receipt"));
  if (!receipt) {
    Typed nothing;
    nothing.about = topic_of(request.query.text("about"));
    return show(request, nothing, 200);
  }
  // Nothing is confirmed that was not received.
  const auto incident = desk_.store().find(*receipt);
  if (!incident || incident->finder != Finder::Page)
    return base::fail(Code::NotFound, "There is no such report.");
  auto values = frame(request);
  values.add("received").set("number", base::to_text(*receipt));
  return page::answer(pages::report, language_of(request), values);
}

Result<Response> ReportPage::show(const Request& request, const Typed& typed, int status) const {
  const auto language = language_of(request);
  auto values = frame(request);
  auto& form = values.add("form");
  form.set("action", fmt::format("{}?lang={}", request.path, base::to_text(language)))
      .set("message", typed.message);
  for (const auto& topic : kTopics) {
    form.add("about")
        .set("value", topic.name)
        .set("says", texts::get(language, topic.says))
        .show("chosen", typed.about != nullptr && typed.about->name == topic.name);
  }
  if (keeps_reporter(policy(), kByForm)) {
    form.add("who").set("name", typed.name).set("email", typed.email);
  } else {
    form.show("nobody");
  }
  show_wrong(form, typed.wrong, language);
  return page::answer(pages::report, language, values, status);
}

Result<Response> ReportPage::open_request(const Typed& typed, Language language) {
  NewRequest asked;
  asked.language = language;
  asked.name = typed.name;
  asked.address = typed.email;
  asked.message = typed.message;
  ASSIGN_OR_RETURN(const auto opened, desk_.desk().open_request(asked));
  return Response::redirect(303, fmt::format("/requests/{}?lang={}", opened.link, base::to_text(language)));
}

Result<Response> ReportPage::open_incident(const Typed& typed, Language language) {
  const auto about = texts::get(policy().languages().front(), typed.about->says);
  ASSIGN_OR_RETURN(const auto incident,
                   desk_.take_report({.finder = Finder::Page,
                                      .what = fmt::format("{}: {}", about, typed.message),
                                      .name = typed.name,
                                      .address = typed.email,
                                      .language = language,
                                      .id = {},
                                      .received = {}}));
  return Response::redirect(
      303, fmt::format("/report?receipt={}&lang={}", base::to_text(incident.id), base::to_text(language)));
}

Result<Response> ReportPage::post(const Request& request) {
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  const auto typed = read(form);
  if (!typed.wrong.empty()) return show(request, typed, 422);
  if (!throttle_->admit("report " + request.client_address, kReportsPerClient) ||
      (!typed.email.empty() && !throttle_->admit("mail " + typed.email, kOpenedPerAddress)))
    return base::fail(Code::TooMany, "Too many reports came in. Try again in an hour.");
  const auto language = language_of(request);
  return opens_request(typed) ? open_request(typed, language) : open_incident(typed, language);
}

Result<Response> ReportPage::security_text() const {
  const auto& needs = desk_.needs();
  const auto& origin = needs.settings.origin;
  std::string text;
  if (const auto& contact = policy().parties().reports_to(); !contact.empty())
    text += fmt::format("Contact: mailto:{}\n", contact);
  std::vector<std::string_view> languages;
  for (const auto language : needs.site.languages) languages.push_back(base::to_text(language));
  text += fmt::format(
      "Contact: {0}/report?about=weakness\nExpires: {1}\nPreferred-Languages: {2}\nPolicy: {0}/report\n"
      "Canonical: {0}/.well-known/security.txt\n",
      origin, base::to_rfc3339(needs.clock.now() + kSecurityTextHolds), fmt::join(languages, ", "));
  return Response::text(std::move(text));
}

}  // namespace

void add_report_page(http::Router& router, IncidentDesk& desk, std::shared_ptr<OpenThrottle> throttle) {
  const auto page = std::make_shared<ReportPage>(desk, std::move(throttle));
  router.get("/report", [page](http::Request& request) { return page->form(request); });
  router.post("/report", [page](http::Request& request) { return page->post(request); });
  router.get("/.well-known/security.txt", [page](http::Request&) { return page->security_text(); });
}

}  // namespace rights
