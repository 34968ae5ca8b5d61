#include "surfaces/events/letter_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/trim.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "outbox/outbox.h"
#include "policy/gate.h"
#include "policy/policy.h"
#include "sql/database.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/letter.h"
#include "surfaces/events/letter_audience.h"
#include "surfaces/events/letter_mail.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/staff.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

/// Errors: Invalid for what is no text.
Result<std::string> text_of(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || !found->is_string())
    return base::fail(Code::Invalid, std::string{name} + ": a text");
  return found->get<std::string>();
}

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Errors: NotFound where the policy has no purpose that an address is for.
Result<Event> event_of(Parts& parts, const Request& request) {
  if (letter_purposes(parts.needs.policy).empty())
    return base::fail(Code::NotFound, "The policy has no purpose for which viewers are written to.");
  return parts.store.by_slug(request.parameter("event"));
}

/// Of the assignment; else of the controller that the policy names. Empty where neither has one.
std::string reply_to_of(const policy::Policy& policy, const disclosure::Assignment& assignment) {
  if (!assignment.reply_to.empty()) return assignment.reply_to;
  const auto& controller = policy.parties().controller;
  return controller && !controller->name.empty() ? controller->contact : std::string{};
}

/// For one purpose that addresses are for, of the assignment in force. Errors: as commission_of.
Result<Commission> commission_for(Parts& parts, const Event& event, const std::string& purpose) {
  if (!base::contains(letter_purposes(parts.needs.policy), purpose))
    return base::fail(Code::Denied, fmt::format("No address is kept for the purpose '{}'.", purpose));
  return commission_of(parts, event, {purpose});
}

// ---- what was written -----------------------------------------------------------------------------

Result<json> letter_json(Parts& parts, const Letter& letter, Language language) {
  ASSIGN_OR_RETURN(const auto by, parts.needs.member_name(letter.by));
  ASSIGN_OR_RETURN(const auto counters, parts.needs.outbox.counters(kLetterMail, base::to_text(letter.id)));
  ASSIGN_OR_RETURN(const auto everybody,
                   LetterStore(parts.needs.control, parts.needs.keys).count_readers(letter.id));
  const auto* purpose = parts.needs.policy.purpose(letter.purpose);
  return json{{"letter", base::to_text(letter.id)},
              {"purpose", letter.purpose},
              {"says", purpose == nullptr ? letter.purpose : purpose->says.in(language)},
              {"texts", json::parse(outbox::to_json(letter.texts))},
              {"sent", base::to_rfc3339(letter.sent)},
              {"by", by},
              {"people", letter.people},
              {"reply_to", letter.reply_to},
              {"progress",
               {{"waiting", everybody - counters.sent - counters.failed - counters.dropped},
                {"sent", counters.sent},
                {"failed", counters.failed},
                {"dropped", counters.dropped}}}};
}

Result<Response> answer(Parts& parts, const Letter& letter, const Request& request, int status) {
  ASSIGN_OR_RETURN(const auto out,
                   letter_json(parts, letter, http::negotiate_language(request, Language::Nl)));
  return Response::json(dumped(out), status);
}

/// What may be written for, under the assignment in force.
Result<json> purposes_json(Parts& parts, const Event& event, Language language) {
  auto out = json::array();
  for (const auto& name : letter_purposes(parts.needs.policy)) {
    const auto commission = commission_for(parts, event, name);
    if (!commission && commission.error().code == Code::Denied) continue;
    if (!commission) return base::fail(commission.error());
    out.push_back({{"name", name},
                   {"says", parts.needs.policy.purpose(name)->says.in(language)},
                   {"presence", knows_presence(parts.needs.policy, commission->use)}});
  }
  return out;
}

Result<Response> list(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, event_of(parts, request));
  const auto language = http::negotiate_language(request, Language::Nl);
  LetterStore store(parts.needs.control, parts.needs.keys);
  ASSIGN_OR_RETURN(const auto assignment, parts.needs.disclosures.in_force(event.property));
  ASSIGN_OR_RETURN(const auto today, store.count_since(event.property, parts.needs.clock.now() - kLetterDay));
  json out = {{"organiser", assignment ? assignment->organiser : std::string{}},
              {"reply_to", assignment ? reply_to_of(parts.needs.policy, *assignment) : std::string{}},
              {"purposes", json::array()},
              {"languages", json::array()},
              {"left_today", std::max(kLettersPerEventDay - today, std::int64_t{0})},
              {"per_viewer_day", kLettersPerViewerDay},
              {"fresh_above", kLetterFreshAbove},
              {"letters", json::array()}};
  ASSIGN_OR_RETURN(out["purposes"], purposes_json(parts, event, language));
  for (const auto one : parts.needs.policy.languages()) out["languages"].push_back(base::to_text(one));
  ASSIGN_OR_RETURN(const auto letters, store.of_property(event.property));
  for (const auto& letter : letters) {
    ASSIGN_OR_RETURN(auto shown, letter_json(parts, letter, language));
    out["letters"].push_back(std::move(shown));
  }
  return Response::json(dumped(out));
}

// ---- who gets it ----------------------------------------------------------------------------------

/// Names alone, for who may see them anyway: it is an act.
Result<Response> people(Parts& parts, const Request& request, const staff::Member& member) {
  RETURN_IF_ERROR(staff::require(member, kSeeNames));
  ASSIGN_OR_RETURN(const auto event, event_of(parts, request));
  ASSIGN_OR_RETURN(const auto commission,
                   commission_for(parts, event, std::string{request.query.text("purpose")}));
  RETURN_IF_ERROR(record_act(parts, "events.names_read", event, member, "letters"));
  ASSIGN_OR_RETURN(const auto all, addressees_of(parts.needs, event, commission.use, {}));
  auto out = json::array();
  for (const auto& one : all) {
    // Somebody whose data are only kept is shown to nobody.
    if (one.why == Unwritten::Restricted) continue;
    out.push_back({{"viewer", handle_of(one.viewer)},
                   {"name", one.name},
                   {"present", one.present ? json(*one.present) : json()},
                   {"why", one.why ? json(to_text(*one.why)) : json()}});
  }
  return Response::json(dumped(out));
}

Result<LetterChoice> choice_of(const json& body) {
  ASSIGN_OR_RETURN(const auto word, text_of(body, "to"));
  const auto to = parse_letter_to(word);
  if (!to) return base::fail(Code::Invalid, "to: all, present, absent or chosen");
  LetterChoice choice{.to = *to, .viewers = {}};
  if (*to != LetterTo::Chosen) return choice;
  const auto viewers = body.find("viewers");
  if (viewers == body.end() || !viewers->is_array())
    return base::fail(Code::Invalid, "viewers: a list of viewers");
  for (const auto& one : *viewers) {
    if (!one.is_string()) return base::fail(Code::Invalid, "viewers: a list of viewers");
    ASSIGN_OR_RETURN(const auto viewer, viewer_of(one.get_ref<const std::string&>()));
    choice.viewers.insert(viewer);
  }
  return choice;
}

/// What a member asks, and who gets it.
struct Asked {
  Event event;
  Commission commission;
  std::string purpose;
  std::vector<Addressee> all;
  std::vector<base::PersonId> reached;
};

Result<Asked> asked_of(Parts& parts, const Request& request, const json& body, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto event, event_of(parts, request));
  ASSIGN_OR_RETURN(auto purpose, text_of(body, "purpose"));
  ASSIGN_OR_RETURN(const auto choice, choice_of(body));
  // Choosing somebody tells of them, in the counts too.
  if (choice.to == LetterTo::Chosen) RETURN_IF_ERROR(staff::require(member, kSeeNames));
  ASSIGN_OR_RETURN(auto commission, commission_for(parts, event, purpose));
  ASSIGN_OR_RETURN(auto all, addressees_of(parts.needs, event, commission.use, choice));
  std::vector<base::PersonId> reached;
  for (const auto& one : all) {
    if (!one.why) reached.push_back(one.person);
  }
  return Asked{std::move(event), std::move(commission), std::move(purpose), std::move(all),
               std::move(reached)};
}

json counts_json(const Asked& asked) {
  json left_out = json::object();
  std::map<std::string, int> languages;
  for (const auto why : {Unwritten::Restricted, Unwritten::NoAddress, Unwritten::Unagreed,
                         Unwritten::Objected, Unwritten::OftenToday}) {
    left_out[std::string{to_text(why)}] = std::ranges::count(asked.all, std::optional{why}, &Addressee::why);
  }
  for (const auto& one : asked.all) {
    if (!one.why) ++languages[std::string{base::to_text(one.language)}];
  }
  return {{"reached", asked.reached.size()}, {"left_out", std::move(left_out)}, {"languages", languages}};
}

Result<outbox::Texts> texts_of(Parts& parts, const json& body) {
  const auto texts = body.find("texts");
  if (texts == body.end()) return base::fail(Code::Invalid, "texts: a letter in one language at least");
  return outbox::parse_texts(dumped(*texts), parts.needs.policy.languages());
}

Letter letter_of(Parts& parts, const Asked& asked, outbox::Texts texts) {
  return {.id = {},
          .property = asked.event.property,
          .purpose = asked.purpose,
          .policy_version = asked.commission.use.policy_version(),
          .sent = parts.needs.clock.now(),
          .by = {},
          .people = static_cast<std::int64_t>(asked.reached.size()),
          .queued = false,
          .texts = std::move(texts),
          .organiser = asked.commission.assignment.organiser,
          .reply_to = reply_to_of(parts.needs.policy, asked.commission.assignment)};
}

/// Numbers, and with texts what who reads that language would get. Stores nothing.
Result<Response> look(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto body, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto asked, asked_of(parts, request, body, member));
  auto out = counts_json(asked);
  out["preview"] = nullptr;
  if (!body.contains("texts")) return Response::json(dumped(out));
  ASSIGN_OR_RETURN(auto texts, texts_of(parts, body));
  ASSIGN_OR_RETURN(const auto word, text_of(body, "language"));
  const auto language = base::parse_language(word);
  if (!language || !base::contains(parts.needs.policy.languages(), *language))
    return base::fail(Code::Invalid, "language: one of the policy");
  ASSIGN_OR_RETURN(const auto mail, preview_letter(parts.needs, asked.event,
                                                   letter_of(parts, asked, std::move(texts)), *language));
  out["preview"] = {{"subject", mail.subject}, {"text", mail.text}, {"html", mail.html}};
  return Response::json(dumped(out));
}

// ---- sending --------------------------------------------------------------------------------------

/// Errors: Conflict where nobody gets it, answers have nowhere to go, or others get it than the member saw;
/// TooMany; StepUp.
Result<void> check(LetterStore& store, const Letter& letter, const json& body, const staff::Member& member) {
  if (letter.reply_to.empty())
    return base::fail(Code::Conflict, "No address for answers is on record with the assignment.");
  if (letter.people == 0) return base::fail(Code::Conflict, "Nobody would get this letter.");
  const auto seen = body.find("people");
  if (seen == body.end() || !seen->is_number_integer())
    return base::fail(Code::Invalid, "people: how many get it");
  if (*seen != letter.people)
    return base::fail(Code::Conflict, "Who gets this letter has changed. Look at it again.");
  ASSIGN_OR_RETURN(const auto today, store.count_since(letter.property, letter.sent - kLetterDay));
  if (today >= kLettersPerEventDay)
    return base::fail(Code::TooMany, "So many letters were written today that the next one has to wait.");
  if (letter.people > kLetterFreshAbove) RETURN_IF_ERROR(staff::require_fresh(member));
  return {};
}

/// Sent once: whoever asks for the same letter again, as after an answer that got lost, gets that one.
Result<Response> send(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto id, request.id<LetterId>("letter"));
  ASSIGN_OR_RETURN(const auto body, http::read_json_object(request.body));
  auto& needs = parts.needs;
  LetterStore store(needs.control, needs.keys);
  const base::Lock lock(parts.letters);
  ASSIGN_OR_RETURN(const auto event, event_of(parts, request));
  ASSIGN_OR_RETURN(const auto earlier, store.find(id));
  if (earlier && earlier->property != event.property)
    return base::fail(Code::Conflict, "There is another letter of this name.");
  if (earlier) return answer(parts, *earlier, request, 200);
  ASSIGN_OR_RETURN(const auto asked, asked_of(parts, request, body, member));
  ASSIGN_OR_RETURN(auto texts, texts_of(parts, body));
  auto letter = letter_of(parts, asked, std::move(texts));
  letter.id = id;
  letter.by = member.id;
  RETURN_IF_ERROR(check(store, letter, body, member));
  ASSIGN_OR_RETURN(const auto sealed, store.seal(letter, needs.random));
  RETURN_IF_ERROR(needs.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(needs.journal.record(
        connection,
        {.kind = "events.letter_sent",
         .property = letter.property,
         .by = member.actor(),
         .subject = {},
         .detail = fmt::format("{} {}, to {}", letter.purpose, base::to_text(id), letter.people)}));
    return LetterStore::add(connection, letter, asked.reached, sealed);
  }));
  if (needs.between) RETURN_IF_ERROR(needs.between("letter.stored"));
  return answer(parts, letter, request, 201);
}

}  // namespace

void add_letter_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events/{event:slug}/letters", kContactViewers, with(list));
  door.get("/api/v1/events/{event:slug}/letters/people", kContactViewers, with(people));
  door.plain(http::Method::Post, "/api/v1/events/{event:slug}/letters/look", kContactViewers, with(look),
             kLetterBodyMax);
  door.plain(http::Method::Put, "/api/v1/events/{event:slug}/letters/{letter:id}", kContactViewers,
             with(send), kLetterBodyMax);
}

}  // namespace surfaces::events
