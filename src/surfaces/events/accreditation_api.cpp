#include "surfaces/events/accreditation_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/trim.h"
#include "crypto/hash.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "policy/policy.h"
#include "surfaces/events/accreditation.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/staff.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

/// Somebody who agreed to be measured.
struct Candidate {
  PersonRow row;
  bool proposed = false;
  std::optional<Accreditation> decided;

  bool waits() const { return proposed && !decided; }
};

struct List {
  Event event;
  const policy::Decision* rule = nullptr;
  bool open = false;  ///< the event is over: what was watched changes no more
  std::vector<Candidate> candidates;
  std::int64_t unmeasured = 0;
};

/// Joining names with what was watched is an act, whatever comes of it.
Result<List> list_of(Parts& parts, const Request& request, const staff::Member& member) {
  RETURN_IF_ERROR(staff::require(member, kSeeNames));
  List list;
  ASSIGN_OR_RETURN(list.event, parts.store.by_slug(request.parameter("event")));
  list.rule = parts.needs.policy.attendance_rule();
  if (list.rule == nullptr) return base::fail(Code::NotFound, "The policy has no rule for accreditation.");
  list.open = state_at(list.event, parts.needs.clock.now()) == State::Ended;
  ASSIGN_OR_RETURN(const auto commission, commission_of(parts, list.event, {list.rule->purpose}));
  RETURN_IF_ERROR(record_act(parts, "events.names_read", list.event, member, "decisions"));
  ASSIGN_OR_RETURN(auto rows, audience_of(parts.needs, list.event, commission.use));
  ASSIGN_OR_RETURN(auto decided, Accreditations(parts.needs).of(list.event.property));
  for (auto& row : rows) {
    if (row.consent != ConsentShown::Given) {
      ++list.unmeasured;
      continue;
    }
    auto& one = list.candidates.emplace_back();
    one.proposed = is_proposed(*list.rule, row.figures);
    if (const auto found = decided.find(row.person); found != decided.end())
      one.decided = std::move(found->second);
    one.row = std::move(row);
  }
  return list;
}

/// Says which of those who are proposed nobody has decided about: who confirms them has seen the same.
std::string state_of(const List& list) {
  std::string waiting;
  for (const auto& one : list.candidates) {
    if (one.waits()) waiting += handle_of(one.row.viewer);
  }
  return base::to_hex(crypto::sha256(base::as_bytes(waiting)));
}

double seconds(pulse::Thousandths figure) { return static_cast<double>(figure.value) / 1000.0; }

Result<json> candidate_json(Parts& parts, const Candidate& one) {
  json out = {{"viewer", handle_of(one.row.viewer)},
              {"name", one.row.name},
              {"email", one.row.email},
              {"active_s", seconds(one.row.figures.active_s)},
              {"share", seconds(one.row.figures.share)},
              {"proposed", one.proposed},
              {"granted", nullptr},
              {"decided", nullptr},
              {"decided_by", ""},
              {"reason", ""},
              {"objected", nullptr},
              {"words", ""}};
  if (!one.decided) return out;
  ASSIGN_OR_RETURN(out["decided_by"], parts.needs.member_name(one.decided->by));
  out["granted"] = one.decided->granted;
  out["decided"] = base::to_rfc3339(one.decided->decided);
  out["reason"] = one.decided->reason;
  if (one.decided->objected) out["objected"] = base::to_rfc3339(*one.decided->objected);
  out["words"] = one.decided->words;
  return out;
}

Result<Response> answer(Parts& parts, const Request& request, const List& list) {
  const auto language = http::negotiate_language(request, Language::Nl);
  json out = {{"share", list.rule->watched / 100.0},
              {"says", list.rule->says.in(language)},
              {"logic", list.rule->logic.in(language)},
              {"open", list.open},
              {"state", state_of(list)},
              {"unmeasured", list.unmeasured},
              {"people", json::array()}};
  for (const auto& one : list.candidates) {
    ASSIGN_OR_RETURN(auto shown, candidate_json(parts, one));
    out["people"].push_back(std::move(shown));
  }
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> read(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto list, list_of(parts, request, member));
  return answer(parts, request, list);
}

/// Records the act before it is done.
Result<void> decide(Parts& parts, const List& list, Candidate& one, bool granted, std::string reason,
                    const staff::Member& member) {
  const auto& needs = parts.needs;
  RETURN_IF_ERROR(parts.needs.journal.record(
      {.kind = granted ? "events.accreditation_granted" : "events.accreditation_refused",
       .property = list.event.property,
       .by = member.actor(),
       .subject = parts.needs.journal.draw_subject(),
       .detail = granted == one.proposed ? "as proposed" : "other than proposed"}));
  one.decided = Accreditation{.granted = granted,
                              .decided = needs.clock.now(),
                              .by = member.id,
                              .reason = std::move(reason),
                              .objected = {},
                              .words = {},
                              .policy_version = needs.policy.version()};
  return Accreditations(parts.needs).put(list.event.property, one.row.person, *one.decided);
}

Result<List> open_list(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto list, list_of(parts, request, member));
  if (!list.open)
    return base::fail(Code::Conflict, "Until the event is over, what somebody watched may still grow.");
  return list;
}

Result<Response> decide_one(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto body, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(auto list, open_list(parts, request, member));
  ASSIGN_OR_RETURN(const auto viewer, viewer_of(request.parameter("viewer")));
  const auto found =
      std::ranges::find(list.candidates, viewer, [](const Candidate& each) { return each.row.viewer; });
  if (found == list.candidates.end())
    return base::fail(Code::NotFound, "Nobody who agreed to be measured is at this address.");
  const auto language = http::negotiate_language(request, Language::Nl);
  std::vector<http::FieldError> wrong;
  const auto granted = body.find("granted");
  if (granted == body.end() || !granted->is_boolean())
    wrong.push_back(
        {http::pointer_to({"granted"}), std::string{texts::get(language, texts::Key::EventErrorRequired)}});
  std::string reason;
  if (const auto given = body.find("reason"); given != body.end() && given->is_string())
    reason = base::trimmed(given->get_ref<const std::string&>());
  if (reason.size() > kReasonBytesMax)
    wrong.push_back(
        {http::pointer_to({"reason"}),
         texts::format(language, texts::Key::EventErrorTooLong, {{"max", fmt::to_string(kReasonBytesMax)}})});
  if (!wrong.empty()) return refuse(std::move(wrong));
  const bool objected = found->decided && found->decided->objected;
  if (reason.empty() && (granted->get<bool>() != found->proposed || objected))
    return refuse(
        {{http::pointer_to({"reason"}), std::string{texts::get(language, texts::Key::EventErrorRequired)}}});
  RETURN_IF_ERROR(decide(parts, list, *found, granted->get<bool>(), std::move(reason), member));
  return answer(parts, request, list);
}

/// Everybody who is proposed and waits, by somebody who saw just this list.
Result<Response> grant_proposed(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto body, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(auto list, open_list(parts, request, member));
  const auto seen = body.find("state");
  if (seen == body.end() || !seen->is_string()) return base::fail(Code::Invalid, "state is a text");
  if (*seen != state_of(list)) return base::fail(Code::Conflict, "The list has changed. Look at it again.");
  for (auto& one : list.candidates) {
    if (one.waits()) RETURN_IF_ERROR(decide(parts, list, one, true, {}, member));
  }
  return answer(parts, request, list);
}

}  // namespace

void add_accreditation_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events/{event:slug}/accreditation", kAccredit, with(read));
  door.post("/api/v1/events/{event:slug}/accreditation", kAccredit, with(grant_proposed));
  door.post("/api/v1/events/{event:slug}/accreditation/{viewer}", kAccredit, with(decide_one));
}

}  // namespace surfaces::events
