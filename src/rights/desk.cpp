#include "rights/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "journal/journal.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "property/registry.h"
#include "rights/clock.h"
#include "rights/limits.h"
#include "rights/queries.h"
#include "sql/migrate.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

/// The property that requests are kept under.
constexpr std::string_view kSlug = "requests";
constexpr std::string_view kSurface = "rights";
/// What the detail of each act of the desk begins with; the request's id follows.
constexpr std::string_view kOfRequest = "request ";

Result<void> check(const NewRequest& request, const RequestFields& fields, const policy::Policy& policy) {
  if (!fields.complete())
    return base::fail(Code::Unavailable, "The policy declares no data to take a request with.");
  if (request.name.empty() || request.name.size() > kNameBytesMax)
    return base::fail(Code::Invalid, "name: 1 to 200 bytes");
  if (!mail::is_address(request.address)) return base::fail(Code::Invalid, "email: no e-mail address");
  if (request.message.size() > kMessageBytesMax) return base::fail(Code::TooLarge, "message: at most 8 KiB");
  if (!request.right.empty() && policy.rights().find(request.right) == nullptr)
    return base::fail(Code::Invalid, "right: the policy has no such right");
  const auto* right = policy.rights().find(request.right);
  if (right != nullptr && right->act == policy::RightAct::HandOver && request.channel != Channel::Mail &&
      (request.organisation.empty() || request.organisation.size() > kNameBytesMax ||
       !mail::is_address(request.organisation_address)))
    return base::fail(Code::Invalid, "organisation: its name and e-mail address");
  if (request.proof.size() > kProofBytesMax) return base::fail(Code::TooLarge, "proof: at most 8 MiB");
  return {};
}

}  // namespace

RequestFields request_fields(const policy::Policy& policy) {
  RequestFields found;
  for (const auto& datum : policy.data()) {
    if (datum.kind != policy::Kind::Fields || !base::contains(datum.from, kByForm)) continue;
    for (const auto& name : datum.items) {
      const auto* field = policy.field(name);
      if (field == nullptr) continue;
      if (field->type == policy::FieldType::Name && found.name == nullptr) found.name = field;
      if (field->type == policy::FieldType::Email && found.address == nullptr) found.address = field;
      if (field->type == policy::FieldType::Text && found.message == nullptr) found.message = field;
    }
    found.datum = &datum;
    if (found.complete()) return found;
    found = {};
  }
  return found;
}

const policy::Field* address_field(const policy::Policy& policy) {
  const auto* field = request_fields(policy).address;
  return field == nullptr ? policy.email_field() : field;
}

Desk::Desk(Needs needs, base::PropertyNumber scope)
    : needs_(std::move(needs)),
      scope_(scope),
      store_(needs_.control, needs_.keys, needs_.random, scope),
      codes_(needs_.control, needs_.keys, needs_.clock),
      files_(needs_.files, needs_.settings.folder, needs_.keys, needs_.random, scope) {}

Result<std::unique_ptr<Desk>> Desk::open(Needs needs) {
  RETURN_IF_ERROR(sql::migrate(needs.control, queries::kModule, needs.clock));
  ASSIGN_OR_RETURN(const auto scope, needs.properties.reserve(kSlug, kSurface));
  for (const auto* folder : {"new", "bad"})
    RETURN_IF_ERROR(needs.files.make_directories(needs.settings.folder / folder));
  return std::unique_ptr<Desk>(new Desk(std::move(needs), scope));
}

Result<void> Desk::record(const Request& request, std::string_view kind, const journal::Actor& by,
                          std::string detail) {
  RETURN_IF_ERROR(
      needs_.journal.record({.kind = fmt::format("rights.{}", kind),
                             .property = scope_,
                             .by = by,
                             .subject = needs_.journal.draw_subject(),
                             .detail = fmt::format("{}{}{}{}", kOfRequest, base::to_text(request.id),
                                                   detail.empty() ? "" : " ", detail)}));
  return {};
}

std::optional<RequestId> request_of(const journal::Act& act) {
  std::string_view rest = act.detail;
  if (!act.kind.starts_with("rights.") || !rest.starts_with(kOfRequest)) return std::nullopt;
  rest.remove_prefix(kOfRequest.size());
  const auto id = base::parse_id<RequestId>(rest.substr(0, rest.find(' ')));
  return id ? std::optional{*id} : std::nullopt;
}

Result<void> Desk::mail(const Request& request, std::string_view template_name, std::string once,
                        outbox::Values parameters) {
  RETURN_IF_ERROR(needs_.outbox.queue({.person = request.person,
                                       .property = scope_,
                                       .template_name = std::string{template_name},
                                       .parameters = std::move(parameters),
                                       .due = std::nullopt,
                                       .once = std::move(once)}));
  return {};
}

Result<Opened> Desk::open_request(const NewRequest& asked) {
  const auto fields = request_fields(needs_.policy);
  RETURN_IF_ERROR(check(asked, fields, needs_.policy));
  const auto type = proof_type(asked.proof);
  const auto now = needs_.clock.now();
  Request request;
  request.id = asked.id.value_or(RequestId::draw(needs_.random));
  request.right = asked.right;
  request.channel = asked.channel;
  request.language = asked.language;
  request.policy_version = needs_.policy.version();
  request.received = std::min(asked.received.value_or(now), now);
  ASSIGN_OR_RETURN(request.due, due_of(needs_.policy, asked.right, request.received));
  request.details.missing = asked.missing;
  request.details.organisation = asked.organisation;
  request.details.organisation_address = asked.organisation_address;
  request.details.proof_type = type;
  if (asked.subject) request.details.subjects = {*asked.subject};

  const policy::Gate gate(needs_.policy);
  ASSIGN_OR_RETURN(const auto name, gate.permit_field(fields.name->name));
  ASSIGN_OR_RETURN(const auto address, gate.permit_field(fields.address->name));
  const auto source = asked.channel == Channel::Mail ? kByMail : kByForm;
  std::vector<vault::NewField> values{{.permit = name, .value = asked.name, .source = source},
                                      {.permit = address, .value = asked.address, .source = source}};
  std::optional<policy::FieldPermit> message;
  if (fields.message != nullptr && !asked.message.empty()) {
    ASSIGN_OR_RETURN(message, gate.permit_field(fields.message->name));
    values.push_back({.permit = *message, .value = asked.message, .source = source});
  }
  ASSIGN_OR_RETURN(request.person,
                   needs_.vault.create(
                       {.property = scope_, .language = asked.language, .fields = values, .capacity = {}}));
  if (!type.empty()) RETURN_IF_ERROR(files_.write(kProof, request.id, asked.proof));
  RETURN_IF_ERROR(store_.add(request));
  RETURN_IF_ERROR(record(request, "request_received", {}, std::string{to_text(request.channel)}));
  RETURN_IF_ERROR(
      mail(request, asked.missing.empty() ? "request_received" : "request_incomplete", "received"));
  ASSIGN_OR_RETURN(auto link, needs_.vault.link(request.person));
  return Opened{request.id, std::move(link)};
}

Result<Request> Desk::of_link(std::string_view token) {
  ASSIGN_OR_RETURN(const auto person, needs_.vault.person_of_link(scope_, token));
  if (!person) return base::fail(Code::NotFound, "This link opens no request.");
  return store_.of_person(*person);
}

Result<std::string> Desk::link_of(const Request& request) { return needs_.vault.link(request.person); }

Result<void> Desk::mail_code(const Request& request) {
  ASSIGN_OR_RETURN(const auto number, codes_.draw(request.id));
  return mail(request, "request_code", fmt::format("code-{}", number), {{"number", fmt::to_string(number)}});
}

Result<std::vector<Subject>> Desk::find_subjects(std::string_view address) {
  std::vector<Subject> subjects;
  ASSIGN_OR_RETURN(const auto properties, needs_.properties.all());
  for (const auto& property : properties) {
    if (property.number == scope_) continue;
    const auto person = needs_.vault.find_by_mail(property.number, address);
    if (!person && person.error().code == Code::Gone) continue;
    if (!person) return base::fail(person.error());
    if (*person) subjects.push_back({property.number, **person});
  }
  return subjects;
}

Result<void> Desk::identify(Request request, std::string_view code) {
  if (request.state != State::Received && request.state != State::Waiting)
    return base::fail(Code::Conflict, "Nothing has to be shown for this request any more.");
  RETURN_IF_ERROR(codes_.check(request.id, code));
  const auto* address = request_fields(needs_.policy).address;
  ASSIGN_OR_RETURN(const auto person, needs_.vault.read_fields(request.person));
  const auto* to = address == nullptr ? nullptr : person.find(address->name);
  if (to == nullptr) return base::fail(Code::Gone, "This request is closed.");
  ASSIGN_OR_RETURN(auto found, find_subjects(*to));
  for (const auto& subject : found) {
    if (!base::contains(request.details.subjects, subject)) request.details.subjects.push_back(subject);
  }
  return judge(std::move(request), "code", {});
}

/// Whoever they are is established: no proof is kept a moment longer, and what was taken back is taken back.
Result<void> Desk::judge(Request request, std::string_view how, const journal::Actor& by) {
  RETURN_IF_ERROR(files_.destroy(kProof, request.id));
  const auto now = needs_.clock.now();
  if (request.paused) request.due += now - *request.paused;
  request.paused.reset();
  request.details.proof_type.clear();
  request.state = State::Identified;
  request.identified = now;
  request.identified_by = how;
  RETURN_IF_ERROR(store_.update(request));
  RETURN_IF_ERROR(record(request, "identity_established", by, std::string{how}));
  const auto* right = needs_.policy.rights().find(request.right);
  if (right == nullptr || right->act != policy::RightAct::Withdrawal) return {};
  // Consent is as easy to take back as it was to give: nobody has to grant it.
  return decide(std::move(request), {.grant = true, .reasons = {}, .corrections = {}, .purposes = {}}, {});
}

Result<void> Desk::take_proof(Request request, std::string_view content) {
  if (request.state != State::Received && request.state != State::Waiting)
    return base::fail(Code::Conflict, "Nothing has to be shown for this request any more.");
  if (content.size() > kProofBytesMax) return base::fail(Code::TooLarge, "A proof has at most 8 MiB.");
  const auto type = proof_type(content);
  if (type.empty()) return base::fail(Code::Invalid, "proof: a JPEG, PNG or PDF file");
  RETURN_IF_ERROR(files_.write(kProof, request.id, content));
  request.details.proof_type = type;
  // It is our turn again.
  if (request.paused) request.due += needs_.clock.now() - *request.paused;
  request.paused.reset();
  request.state = State::Received;
  RETURN_IF_ERROR(store_.update(request));
  return record(request, "proof_received");
}

Result<std::string> Desk::fetch_answer(const Request& request, std::string_view code) {
  if (!request.answer_until || needs_.clock.now() > *request.answer_until)
    return base::fail(Code::Gone, "The answer is not here any more.");
  RETURN_IF_ERROR(codes_.check(request.id, code));
  ASSIGN_OR_RETURN(auto archive, files_.read(kAnswer, request.id));
  RETURN_IF_ERROR(record(request, "answer_fetched"));
  return archive;
}

Result<crypto::SigningKey> Desk::signing_key() {
  ASSIGN_OR_RETURN(auto seed, needs_.keys.find_or_create(vault::KeyName::service("rights_answer")));
  return crypto::SigningKey(std::move(seed));
}

AnswerNeeds Desk::answer_needs() const {
  const auto names = [this](base::PropertyNumber number) -> Result<std::pair<std::string, std::string>> {
    ASSIGN_OR_RETURN(const auto found, needs_.properties.find(number));
    if (!found) return std::pair<std::string, std::string>{};
    std::string title = found->slug;
    for (const auto& surface : needs_.surfaces) {
      if (!surface.ends) continue;
      ASSIGN_OR_RETURN(const auto ends, surface.ends());
      const auto end = std::ranges::find(ends, number, &retention::End::property);
      if (end != ends.end() && !end->title.empty()) title = end->title;
    }
    return std::pair{found->slug, title};
  };
  return {.vault = needs_.vault,
          .consents = needs_.consents,
          .engine = needs_.engine,
          .journal = needs_.journal,
          .disclosures = needs_.disclosures,
          .outbox = needs_.outbox,
          .policy = needs_.policy,
          .clock = needs_.clock,
          .names = names,
          .surfaces = needs_.surfaces,
          .organisation = needs_.site.organisation};
}

}  // namespace rights
