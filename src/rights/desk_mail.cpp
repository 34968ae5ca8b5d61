// What the desk's mails say. Nothing of it is kept in the queue: it is read when a mail is written.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.h"
#include "base/contains.h"
#include "crypto/hash.h"
#include "rights/clock.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "rights/words.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using texts::Key;

/// The shape of each mail stands in texts as mail.<name>.subject and mail.<name>.body.
constexpr std::array<std::string_view, 8> kToRequester{
    "request_received", "request_incomplete", "request_code",    "request_identity",
    "request_extended", "request_granted",    "request_refused", "request_lifted"};
constexpr std::array<std::string_view, 2> kToRole{"request_reminder", "request_overdue"};
constexpr std::string_view kToOrganisation = "request_hand_over";

std::string missing_words(const std::vector<std::string>& missing, Language language) {
  std::vector<std::string_view> words;
  for (const auto& one : missing) {
    if (one == "date") words.push_back(texts::get(language, Key::RightsMissingDate));
    if (one == "signature") words.push_back(texts::get(language, Key::RightsMissingSignature));
    if (one == "identity") words.push_back(texts::get(language, Key::RightsMissingIdentity));
  }
  return fmt::format("{}", fmt::join(words, "; "));
}

/// What was done, in a sentence.
std::string_view outcome(const policy::Right* right, Language language) {
  if (right == nullptr) return {};
  switch (right->act) {
    case policy::RightAct::Access:
    case policy::RightAct::Portability: return texts::get(language, Key::RightsDoneAnswer);
    case policy::RightAct::Correction: return texts::get(language, Key::RightsDoneCorrection);
    case policy::RightAct::Erasure: return texts::get(language, Key::RightsDoneErasure);
    case policy::RightAct::Restriction: return texts::get(language, Key::RightsDoneRestriction);
    case policy::RightAct::Objection: return texts::get(language, Key::RightsDoneObjection);
    case policy::RightAct::Withdrawal: return texts::get(language, Key::RightsDoneWithdrawal);
    case policy::RightAct::HandOver: return texts::get(language, Key::RightsDoneHandOver);
    case policy::RightAct::Answer: break;
  }
  return texts::get(language, Key::RightsDoneWords);
}

std::string authority_words(const policy::Policy& policy) {
  const auto& authority = policy.parties().authority;
  return authority ? fmt::format("{} ({})", authority->name, authority->complaints) : std::string{"–"};
}

}  // namespace

Result<outbox::Filling> Desk::fill(std::string_view name, const outbox::Recipient& recipient,
                                   const outbox::Values& parameters) {
  if (base::contains(kToRequester, name)) return fill_for_requester(recipient, parameters, name);
  const auto given = parameters.find("request");
  if (given == parameters.end()) return base::fail(Code::NotFound, "the mail names no request");
  ASSIGN_OR_RETURN(const auto id, base::parse_id<RequestId>(given->second));
  ASSIGN_OR_RETURN(const auto request, store_.find(id));
  const auto language = recipient.language;
  outbox::Filling filling;
  if (name == kToOrganisation) {
    ASSIGN_OR_RETURN(const auto token, hand_over_token(id));
    filling.values = {
        {"link", fmt::format("{}/requests/handover/{}/{}", needs_.settings.origin, given->second, token)},
        {"organisation", request.details.organisation},
        {"until",
         texts::date(language, request.answer_until.value_or(request.due), zone_of(needs_.policy.law()))}};
    return filling;
  }
  // A reminder that waited until the request was answered reminds nobody of anything.
  if (!request.is_open()) return base::fail(Code::Gone, "the request was answered");
  const auto* right = needs_.policy.rights().find(request.right);
  filling.values = {{"right", right == nullptr ? std::string{texts::get(language, Key::RightsNameUnknown)}
                                               : right_name(*right, language)},
                    {"due", texts::date_time(language, request.due, zone_of(needs_.policy.law()))},
                    {"link", fmt::format("{}/staff/requests/{}", needs_.settings.origin, given->second)}};
  return filling;
}

Result<outbox::Filling> Desk::fill_for_requester(const outbox::Recipient& recipient,
                                                 const outbox::Values& parameters, std::string_view name) {
  ASSIGN_OR_RETURN(const auto request, store_.of_person(recipient.person));
  ASSIGN_OR_RETURN(const auto link, needs_.vault.link(request.person));
  const auto language = recipient.language;
  const auto zone = zone_of(needs_.policy.law());
  const auto* right = needs_.policy.rights().find(request.right);
  const auto& details = request.details;
  outbox::Filling filling;
  filling.values = {
      {"right", right == nullptr ? std::string{texts::get(language, Key::RightsNameUnknown)}
                                 : right_name(*right, language)},
      {"received", texts::date_time(language, request.received, zone)},
      {"due", texts::date(language, request.due, zone)},
      {"missing", missing_words(details.missing, language)},
      {"reasons", name == "request_extended" ? details.extension_reasons
                  : details.reasons.empty()  ? std::string{"–"}
                                             : details.reasons},
      {"outcome", std::string{outcome(right, language)}},
      {"authority", authority_words(needs_.policy)},
      {"contact", needs_.policy.parties().privacy_contact},
      {"until", request.answer_until ? texts::date(language, *request.answer_until, zone) : std::string{"–"}},
      {"link", fmt::format("{}/requests/{}?lang={}", needs_.settings.origin, link, base::to_text(language))}};
  if (name == "request_code") {
    const auto number = parameters.find("number");
    if (number == parameters.end()) return base::fail(Code::NotFound, "the mail names no code");
    ASSIGN_OR_RETURN(const auto digits, codes_.digits(request.id, std::atoll(number->second.c_str())));
    filling.values["code"] = digits.substr(0, 4) + " " + digits.substr(4);
  }
  if (!needs_.policy.parties().privacy_contact.empty())
    filling.reply_to = {.name = {}, .address = needs_.policy.parties().privacy_contact};
  return filling;
}

Result<std::string> Desk::hand_over_token(RequestId id) {
  ASSIGN_OR_RETURN(const auto key, needs_.keys.find_or_create(vault::KeyName::service("request_hand_over")));
  return base::to_base64url(crypto::hmac_sha256(key, base::as_bytes(base::to_text(id))));
}

Result<std::string> Desk::fetch_hand_over(RequestId id, std::string_view token) {
  ASSIGN_OR_RETURN(const auto wanted, hand_over_token(id));
  if (!crypto::equal(base::as_bytes(token), base::as_bytes(wanted)))
    return base::fail(Code::NotFound, "There is nothing at this address.");
  ASSIGN_OR_RETURN(const auto request, store_.find(id));
  if (!request.answer_until || needs_.clock.now() > *request.answer_until)
    return base::fail(Code::Gone, "The file is not here any more.");
  ASSIGN_OR_RETURN(auto archive, files_.read(kHandOver, id));
  RETURN_IF_ERROR(record(request, "hand_over_fetched"));
  return archive;
}

std::vector<outbox::Template> mail_templates(std::function<Desk&()> desk) {
  std::vector<outbox::Template> templates;
  const auto add = [&](std::string_view name) {
    templates.push_back({std::string{name},
                         [desk, name](const outbox::Recipient& recipient, const outbox::Values& parameters) {
                           return desk().fill(name, recipient, parameters);
                         }});
  };
  for (const auto name : kToRequester) add(name);
  for (const auto name : kToRole) add(name);
  add(kToOrganisation);
  return templates;
}

outbox::FieldNames mail_fields(const policy::Policy& policy) {
  const auto fields = request_fields(policy);
  outbox::FieldNames names;
  const auto* address = address_field(policy);
  if (address != nullptr) names.address = address->name;
  if (fields.name != nullptr) names.name = {fields.name->name};
  return names;
}

}  // namespace rights
