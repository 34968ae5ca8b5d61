#include "app/duty_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "access/duties.h"
#include "access/limits.h"
#include "app/days.h"
#include "app/staff_api.h"
#include "base/trim.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;
using staff::Duty;

template <class Declared>
const Declared* find(const std::vector<Declared>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Declared::name);
  return found == all.end() ? nullptr : &*found;
}

json moment(const std::optional<base::Instant>& at) { return at ? json(base::to_rfc3339(*at)) : json(); }

/// Its title in every language.
json title_of(const policy::Policy& policy, const Duty& duty) {
  if (const auto* text = find(policy.staff().acknowledge, duty.name))
    return in_all_languages(policy, text->title);
  const auto* training = find(policy.staff().training, duty.name);
  return training == nullptr ? json::object() : in_all_languages(policy, training->title);
}

json duty_json(const policy::Policy& policy, const Duty& duty) {
  return {{"duty", duty.name},
          {"kind", to_text(duty.kind)},
          {"title", title_of(policy, duty)},
          {"state", to_text(duty.state)},
          {"ends", moment(duty.ends)}};
}

Result<Response> list_own(House& house, const Request&, const staff::Member& member) {
  const auto& policy = *house.policy;
  ASSIGN_OR_RETURN(const auto profile, house.access->profile(member.id));
  ASSIGN_OR_RETURN(const auto duties, house.duties->own(member.id, profile.person));
  auto out = json::array();
  for (const auto& duty : duties) {
    auto shown = duty_json(policy, duty);
    const auto* text = find(policy.staff().acknowledge, duty.name);
    shown["text"] = text == nullptr ? json() : in_all_languages(policy, text->text);
    shown["version"] = duty.version;
    shown["done"] = moment(duty.done);
    shown["signed_as"] = duty.signed_as;
    out.push_back(std::move(shown));
  }
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> acknowledge(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  ASSIGN_OR_RETURN(const auto profile, house.access->profile(member.id));
  const auto language = base::parse_language(given["language"]);
  if (!language) return base::fail(Code::Invalid, "language: the one in which the text was read");
  const auto done = house.duties->acknowledge(member, profile.person,
                                              {.duty = std::string{request.parameter("duty")},
                                               .version = given["version"],
                                               .language = *language,
                                               .name = given["name"]},
                                              profile.name);
  if (!done) return refuse_account(done.error());
  return Response::no_content();
}

Result<Response> record_training(House& house, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto member, request.id<base::MemberId>("member"));
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  ASSIGN_OR_RETURN(const auto colleague, house.members->find(by.organisation, member));
  const auto followed = begin_of_day(house, given["followed"]);
  if (!followed) return refuse_account({Code::Invalid, "followed: " + followed.error().message});
  if (const auto done = house.duties->record_training(by.actor(), colleague.id, given["training"], *followed);
      !done) {
    return refuse_account(done.error());
  }
  return Response::no_content();
}

}  // namespace

json in_all_languages(const policy::Policy& policy, const policy::Texts& texts) {
  auto out = json::object();
  for (const auto language : policy.languages())
    out[std::string{base::to_text(language)}] = texts.in(language);
  return out;
}

Result<json> duties_json(const House& house, base::MemberId member) {
  ASSIGN_OR_RETURN(const auto duties, house.duties->of(member));
  auto out = json::array();
  for (const auto& duty : duties) out.push_back(duty_json(*house.policy, duty));
  return out;
}

Result<json> duties_in_short(const House& house, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto duties, house.duties->of(member.id));
  const auto now = house.clock->now();
  auto ends = json::array();
  for (const auto& duty : duties) {
    if (duty.is_open() || !duty.ends || *duty.ends - now > staff::kEndingNear) continue;
    ends.push_back({{"duty", duty.name},
                    {"title", title_of(*house.policy, duty)},
                    {"at", base::to_rfc3339(*duty.ends)}});
  }
  return json{{"open", member.open_duties}, {"ends", std::move(ends)}};
}

Result<void> record_training_locally(House& house, std::string_view words) {
  constexpr std::string_view kShape = "The body is ADDRESS DAY, or ADDRESS DAY TRAINING.";
  const auto first = words.find(' ');
  if (first == std::string_view::npos) return base::fail(Code::Invalid, std::string{kShape});
  const auto rest = base::trimmed(words.substr(first + 1));
  const auto second = std::min(rest.find(' '), rest.size());
  ASSIGN_OR_RETURN(const auto followed, begin_of_day(house, rest.substr(0, second)));
  return house.duties->record_training_of(*house.access, words.substr(0, first),
                                          base::trimmed(rest.substr(second)), followed);
}

void add_duty_api(http::Router& router, House& house) {
  staff::Door door(router, *house.access);
  door.get("/api/v1/me/duties", staff::early(staff::seated()), with_house(house, list_own));
  door.post("/api/v1/me/duties/{duty}", staff::early(staff::seated()), with_house(house, acknowledge));
  door.post("/api/v1/members/{member:id}/trainings", staff::fresh(staff::kManageMembers),
            with_house(house, record_training));
}

}  // namespace app
