#include "rights/public_pages.h"

#include <fmt/format.h>

#include <memory>

#include "base/contains.h"
#include "base/trim.h"
#include "http/form.h"
#include "mail/message.h"
#include "property/registry.h"
#include "rights/clock.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "rights/multipart.h"
#include "rights/pages.h"
#include "rights/words.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using texts::Key;

/// Boundaries and heads around a proof.
constexpr std::uint64_t kFormOverhead = 64 * 1024;

/// What was typed, and what is wrong with it.
struct Typed {
  std::string right;
  std::string name;
  std::string email;
  std::string message;
  std::string organisation;
  std::string organisation_email;
  Wrong wrong;
};

class Pages {
 public:
  Pages(Desk& desk, std::shared_ptr<OpenThrottle> throttle) : desk_(desk), throttle_(std::move(throttle)) {}

  Result<Response> form(const Request& request) { return show_form(request, {}, std::nullopt, 200); }
  Result<Response> post(const Request& request);
  Result<Response> own_form(const Request& request);
  Result<Response> own_post(const Request& request);
  Result<Response> status(const Request& request);
  Result<Response> code(const Request& request);
  Result<Response> identify(const Request& request);
  Result<Response> answer(const Request& request);
  Result<Response> proof(const Request& request);
  Result<Response> hand_over(const Request& request);
  Result<Response> key(const Request& request);

 private:
  const policy::Policy& policy() const { return desk_.needs().policy; }
  const page::Site& site() const { return desk_.needs().site; }
  Language language_of(const Request& request) const { return page::choose_language(site(), request); }
  Result<Response> show_form(const Request& request, const Typed& typed, std::optional<Subject> subject,
                             int status) const;
  Typed read(const http::Form& form, bool known) const;
  Result<Subject> subject_of(const Request& request) const;
  Result<Response> open(const Request& request, const Typed& typed, std::optional<Subject> subject);
  void show_state(html::Values& values, const rights::Request& asked, Language language) const;
  static Response back(const Request& request, std::string_view what) {
    return Response::redirect(303, fmt::format("/requests/{}?{}", request.parameter("link"), what));
  }
  /// A wrong code leads back to the page and says so there.
  static Result<Response> back_with(const Request& request, const base::Error& error) {
    if (error.code == Code::Denied) return back(request, "wrong=code");
    if (error.code == Code::Gone) return back(request, "wrong=over");
    if (error.code == Code::TooMany) return back(request, "wrong=many");
    return base::fail(error);
  }

  Desk& desk_;
  std::shared_ptr<OpenThrottle> throttle_;
};

Typed Pages::read(const http::Form& form, bool known) const {
  Typed typed;
  typed.right = form.text("right");
  typed.name = base::trimmed(form.text("name"));
  typed.email = base::trimmed(form.text("email"));
  typed.message = base::trimmed(form.text("message"));
  typed.organisation = base::trimmed(form.text("organisation"));
  typed.organisation_email = base::trimmed(form.text("organisation_email"));
  const auto* right = policy().rights().find(typed.right);
  if (right == nullptr) typed.wrong.emplace_back("right", Key::RightsErrorRight);
  if (!known && (typed.name.empty() || typed.name.size() > kNameBytesMax))
    typed.wrong.emplace_back("name", Key::RightsErrorName);
  if (!known && !mail::is_address(typed.email)) typed.wrong.emplace_back("email", Key::EventErrorEmail);
  if (typed.message.size() > kMessageBytesMax) typed.wrong.emplace_back("message", Key::RightsErrorMessage);
  const bool organised = right != nullptr && right->act == policy::RightAct::HandOver;
  if (organised && (typed.organisation.empty() || typed.organisation.size() > kNameBytesMax))
    typed.wrong.emplace_back("organisation", Key::RightsErrorOrganisation);
  if (organised && !mail::is_address(typed.organisation_email))
    typed.wrong.emplace_back("organisation_email", Key::EventErrorEmail);
  return typed;
}

Result<Response> Pages::show_form(const Request& request, const Typed& typed, std::optional<Subject> subject,
                                  int status) const {
  const auto language = language_of(request);
  auto values = page::frame(site(), language, texts::get(language, Key::RightsPageTitle), request.path);
  const auto& contact = policy().parties().privacy_contact;
  if (!contact.empty()) values.add("contact").set("contact", contact);
  if (const auto& authority = policy().parties().authority)
    values.add("authority").set("name", authority->name).set("complaints", authority->complaints);
  if (!request_fields(policy()).complete() || policy().rights().list.empty()) {
    values.show("closed");
    return page::answer(pages::requests, language, values, status);
  }
  auto& form = values.add("form");
  form.set("action", fmt::format("{}?lang={}", request.path, base::to_text(language)))
      .set("message", typed.message)
      .set("organisation_value", typed.organisation)
      .set("organisation_email", typed.organisation_email);
  if (!subject) form.add("who").set("name", typed.name).set("email", typed.email);
  for (const auto& right : policy().rights().list) {
    const auto now = desk_.needs().clock.now();
    const auto due = due_of(policy(), right.name, now);
    form.add("right")
        .set("name", right.name)
        .set("says", right_name(right, language))
        .set("due", due ? texts::date(language, *due, zone_of(policy().law())) : std::string{})
        .show("chosen", right.name == (typed.right.empty() ? request.query.text("right") : typed.right));
  }
  form.show("hands_over", policy().rights().of(policy::RightAct::HandOver) != nullptr);
  show_wrong(form, typed.wrong, language);
  return page::answer(pages::requests, language, values, status);
}

Result<Response> Pages::open(const Request& request, const Typed& typed, std::optional<Subject> subject) {
  if (!throttle_->admit("client " + request.client_address, kOpenedPerClient) ||
      !throttle_->admit("mail " + typed.email, kOpenedPerAddress))
    return base::fail(Code::TooMany, "Too many requests came in. Try again in an hour.");
  const auto language = language_of(request);
  ASSIGN_OR_RETURN(const auto opened,
                   desk_.open_request({.right = typed.right,
                                       .channel = subject ? Channel::OwnPage : Channel::Page,
                                       .language = language,
                                       .name = typed.name,
                                       .address = typed.email,
                                       .message = typed.message,
                                       .id = {},
                                       .received = {},
                                       .subject = subject,
                                       .missing = {},
                                       .organisation = typed.organisation,
                                       .organisation_address = typed.organisation_email,
                                       .proof = {}}));
  return Response::redirect(303, fmt::format("/requests/{}?lang={}", opened.link, base::to_text(language)));
}

Result<Response> Pages::post(const Request& request) {
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  const auto typed = read(form, /*known=*/false);
  if (!typed.wrong.empty()) return show_form(request, typed, std::nullopt, 422);
  return open(request, typed, std::nullopt);
}

Result<Subject> Pages::subject_of(const Request& request) const {
  ASSIGN_OR_RETURN(const auto property, desk_.needs().properties.find(request.parameter("event")));
  if (!property) return base::fail(Code::NotFound, "There is nothing at this address.");
  ASSIGN_OR_RETURN(const auto person,
                   desk_.needs().vault.person_of_link(property->number, request.parameter("link")));
  if (!person) return base::fail(Code::Gone, "This link opens nothing here.");
  return Subject{property->number, *person};
}

Result<Response> Pages::own_form(const Request& request) {
  ASSIGN_OR_RETURN(const auto subject, subject_of(request));
  return show_form(request, {}, subject, 200);
}

Result<Response> Pages::own_post(const Request& request) {
  ASSIGN_OR_RETURN(const auto subject, subject_of(request));
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  auto typed = read(form, /*known=*/true);
  if (!typed.wrong.empty()) return show_form(request, typed, subject, 422);
  ASSIGN_OR_RETURN(const auto person, desk_.needs().vault.read_fields(subject.person));
  const auto* field = policy().email_field();
  const auto* address = field == nullptr ? nullptr : person.find(field->name);
  if (address == nullptr) return base::fail(Code::Conflict, "There is no address to write to.");
  typed.email = base::trimmed(*address);
  typed.name.clear();
  for (const auto& name : policy().name_fields()) {
    if (const auto* part = person.find(name)) typed.name += (typed.name.empty() ? "" : " ") + *part;
  }
  if (typed.name.empty()) typed.name = typed.email;
  return open(request, typed, subject);
}

void Pages::show_state(html::Values& values, const rights::Request& asked, Language language) const {
  const auto now = desk_.needs().clock.now();
  const bool open = asked.state == State::Received || asked.state == State::Waiting;
  if (open) {
    auto& who = values.add("identify");
    who.show("waiting", asked.state == State::Waiting)
        .show("proof_there", !asked.details.proof_type.empty())
        .show("proof_wanted", asked.details.proof_type.empty());
    const auto& ways = policy().rights().identity;
    const auto takes = [&](policy::IdentityProof proof) {
      return ways.empty() || base::contains(ways, proof);
    };
    who.show("by_code", takes(policy::IdentityProof::LinkAndCode))
        .show("by_document", takes(policy::IdentityProof::RedactedDocument));
  }
  values.show("identified", asked.state == State::Identified);
  if (asked.state != State::Decided && asked.state != State::Closed) return;
  auto& decided = values.add("decided");
  decided.show(asked.granted.value_or(false) ? "granted" : "refused").show("in_force", asked.restricts);
  const auto* right = policy().rights().find(asked.right);
  const bool mine = right == nullptr || right->act != policy::RightAct::HandOver;
  if (mine && asked.answer_until && now <= *asked.answer_until)
    decided.add("answer").set("until", texts::date(language, *asked.answer_until, zone_of(policy().law())));
}

Result<Response> Pages::status(const Request& request) {
  ASSIGN_OR_RETURN(const auto asked, desk_.of_link(request.parameter("link")));
  const auto language = page::choose_language(site(), request, asked.language);
  auto values = page::frame(site(), language, texts::get(language, Key::RightsStatusTitle), request.path);
  const auto* right = policy().rights().find(asked.right);
  const auto zone = zone_of(policy().law());
  values
      .set("right", right == nullptr ? std::string{texts::get(language, Key::RightsNameUnknown)}
                                     : right_name(*right, language))
      .set("received", texts::date_time(language, asked.received, zone))
      .set("due", texts::date(language, asked.due, zone))
      .set("base", fmt::format("/requests/{}", request.parameter("link")))
      .show("open", asked.is_open())
      .show("sent", request.query.has("sent"))
      .show("taken", request.query.has("taken"));
  const auto wrong = request.query.text("wrong");
  values.show("wrong_code", wrong == "code")
      .show("wrong_over", wrong == "over")
      .show("wrong_many", wrong == "many")
      .show("wrong_proof", wrong == "proof");
  show_state(values, asked, language);
  if (const auto& authority = policy().parties().authority)
    values.add("authority").set("name", authority->name).set("complaints", authority->complaints);
  return page::answer(pages::request, language, values);
}

Result<Response> Pages::code(const Request& request) {
  ASSIGN_OR_RETURN(const auto asked, desk_.of_link(request.parameter("link")));
  const auto mailed = desk_.mail_code(asked);
  if (!mailed) return back_with(request, mailed.error());
  return back(request, "sent=1");
}

Result<Response> Pages::identify(const Request& request) {
  ASSIGN_OR_RETURN(const auto asked, desk_.of_link(request.parameter("link")));
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  const auto known = desk_.identify(asked, form.text("code"));
  if (!known) return back_with(request, known.error());
  return back(request, "known=1");
}

Result<Response> Pages::answer(const Request& request) {
  ASSIGN_OR_RETURN(const auto asked, desk_.of_link(request.parameter("link")));
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  auto archive = desk_.fetch_answer(asked, form.text("code"));
  if (!archive) return back_with(request, archive.error());
  return Response::bytes("application/zip", *std::move(archive)).as_download("answer.zip");
}

Result<Response> Pages::proof(const Request& request) {
  ASSIGN_OR_RETURN(const auto asked, desk_.of_link(request.parameter("link")));
  ASSIGN_OR_RETURN(const auto content,
                   first_file(request.header("Content-Type").value_or(std::string_view{}), request.body));
  const auto taken = desk_.take_proof(asked, content);
  if (!taken && (taken.error().code == Code::Invalid || taken.error().code == Code::TooLarge))
    return back(request, "wrong=proof");
  if (!taken) return base::fail(taken.error());
  return back(request, "taken=1");
}

Result<Response> Pages::hand_over(const Request& request) {
  ASSIGN_OR_RETURN(const auto id, request.id<RequestId>("request"));
  ASSIGN_OR_RETURN(auto archive, desk_.fetch_hand_over(id, request.parameter("token")));
  return Response::bytes("application/zip", std::move(archive)).as_download("records.zip");
}

Result<Response> Pages::key(const Request&) {
  ASSIGN_OR_RETURN(const auto key, desk_.signing_key());
  return Response::bytes("application/x-pem-file", to_pem(key.public_key())).as_download("key.pem");
}

}  // namespace

bool OpenThrottle::admit(const std::string& key, int most) {
  const auto now = clock_.now();
  base::Lock lock(mutex_);
  std::erase_if(seen_, [&](const auto& one) { return now - one.second.back() > kOpenWindow; });
  auto& times = seen_[key];
  std::erase_if(times, [&](base::Instant at) { return now - at > kOpenWindow; });
  if (static_cast<int>(times.size()) >= most) return false;
  times.push_back(now);
  return true;
}

void show_wrong(html::Values& form, const Wrong& wrong, Language language) {
  if (wrong.empty()) return;
  auto& errors = form.add("errors");
  for (const auto& [field, key] : wrong)
    errors.add("error").set("name", field).set("what", texts::get(language, key));
}

void add_public_pages(http::Router& router, Desk& desk, std::shared_ptr<OpenThrottle> throttle) {
  const auto pages = std::make_shared<Pages>(desk, std::move(throttle));
  const auto with = [pages](Result<Response> (Pages::*handler)(const http::Request&)) {
    return [pages, handler](http::Request& request) { return (*pages.*handler)(request); };
  };
  router.get("/requests", with(&Pages::form));
  router.post("/requests", with(&Pages::post));
  router.get("/requests/key.pem", with(&Pages::key));
  router.get("/requests/of/{event:slug}/{link}", with(&Pages::own_form));
  router.post("/requests/of/{event:slug}/{link}", with(&Pages::own_post));
  router.get("/requests/handover/{request:id}/{token}", with(&Pages::hand_over));
  router.get("/requests/{link}", with(&Pages::status));
  router.post("/requests/{link}/code", with(&Pages::code));
  router.post("/requests/{link}/identify", with(&Pages::identify));
  router.post("/requests/{link}/answer", with(&Pages::answer));
  router.plain(http::Method::Post, "/requests/{link}/proof", with(&Pages::proof),
               kProofBytesMax + kFormOverhead);
}

}  // namespace rights
