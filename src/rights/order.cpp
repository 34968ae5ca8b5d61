#include "rights/order.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "access/door.h"
#include "approvals/api.h"
#include "base/contains.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "rights/body.h"
#include "rights/limits.h"
#include "rights/permissions.h"
#include "rights/second_person.h"
#include "texts/texts.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;

constexpr std::string_view kPermission = "permission";
constexpr int kShown = 200;

Result<void> check(const Order& order) {
  const auto sized = [](std::string_view name, std::string_view text) -> Result<void> {
    if (!text.empty() && text.size() <= kNameBytesMax) return {};
    return base::fail(Code::Invalid, fmt::format("{}: 1 to {} bytes", name, kNameBytesMax));
  };
  RETURN_IF_ERROR(sized("receiver", order.receiver));
  RETURN_IF_ERROR(sized("reference", order.reference));
  if (order.addresses.empty() || order.addresses.size() > kOrderAddressesMax)
    return base::fail(Code::Invalid, fmt::format("addresses: 1 to {}", kOrderAddressesMax));
  for (const auto& address : order.addresses) {
    if (!mail::is_address(address))
      return base::fail(Code::Invalid, fmt::format("addresses: '{}' is no e-mail address", address));
  }
  return {};
}

/// Everything else is left out, as if it were not held.
Answer limited(Answer answer, const policy::Policy& policy, const std::vector<std::string>& data) {
  const auto demands = [&](policy::Kind kind) {
    return std::ranges::any_of(policy.data(), [&](const policy::Data& datum) {
      return datum.kind == kind && base::contains(data, datum.name);
    });
  };
  for (auto& held : answer.properties) {
    std::erase_if(held.values, [&](const Held& value) { return !base::contains(data, value.datum); });
    if (!demands(policy::Kind::Records)) held.sessions.clear();
    if (!demands(policy::Kind::Facts)) held.records.clear();
    held.consents.clear();
    held.mails.clear();
    held.acts.clear();
    held.disclosures.clear();
  }
  return answer;
}

std::string accompanying(const Order& order, const Answer& answer, const policy::DisclosurePermit& permit) {
  nlohmann::ordered_json out = {
      {"organisation", answer.organisation}, {"made", base::to_rfc3339(answer.made_at)},
      {"receiver", order.receiver},          {"ground", permit.ground()},
      {"reference", order.reference},        {"data", permit.data()},
      {"policy", permit.policy_version()}};
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::vector<ZipMember> members_of(const Order& order, const Answer& answer, const policy::Policy& policy,
                                  const policy::DisclosurePermit& permit) {
  std::vector<ZipMember> members{{"disclosure.json", accompanying(order, answer, permit)}};
  for (auto& table : to_tables(answer, policy)) {
    if (table.name == "data.csv" || table.name == "sessions.csv") members.push_back(std::move(table));
  }
  for (auto& records : to_records(answer)) {
    if (!records.content.empty()) members.push_back(std::move(records));
  }
  return members;
}

/// An order that the policy allows, and whom it is about.
struct Permitted {
  policy::DisclosurePermit permit;
  std::vector<Subject> subjects;
};

Result<Permitted> permit_order(Desk& desk, const Order& order) {
  RETURN_IF_ERROR(check(order));
  if (order.ground == kPermission)
    return base::fail(Code::Denied, "Who permits it asks for it: as a request of theirs.");
  ASSIGN_OR_RETURN(auto permit,
                   policy::Gate(desk.needs().policy).permit_disclosure(order.ground, order.data));
  std::vector<Subject> subjects;
  for (const auto& address : order.addresses) {
    ASSIGN_OR_RETURN(const auto found, desk.find_subjects(address));
    for (const auto& subject : found) {
      if (!base::contains(subjects, subject)) subjects.push_back(subject);
    }
  }
  if (subjects.empty())
    return base::fail(Code::NotFound, "Nobody with any of these addresses is known here.");
  return Permitted{std::move(permit), std::move(subjects)};
}

// ---- the interface ------------------------------------------------------------------------------------

Result<std::vector<std::string>> texts_of(const json& given, const char* name) {
  std::vector<std::string> out;
  const auto found = given.find(name);
  if (found == given.end() || !found->is_array())
    return base::fail(Code::Invalid, fmt::format("{}: a list of texts", name));
  for (const auto& one : *found) {
    if (!one.is_string()) return base::fail(Code::Invalid, fmt::format("{}: a list of texts", name));
    out.push_back(one.get<std::string>());
  }
  return out;
}

json named(std::string_view name, std::string_view says) { return {{"name", name}, {"says", says}}; }

Result<http::Response> list(Desk& desk, const http::Request& request) {
  const auto& needs = desk.needs();
  const auto language = http::negotiate_language(request, Language::Nl);
  json out = {{"grounds", json::array()}, {"data", json::array()}, {"disclosures", json::array()}};
  for (const auto& ground : needs.policy.disclosure_grounds()) {
    if (ground != kPermission)
      out["grounds"].push_back(named(ground, texts::word(language, "disclosure.ground.", ground)));
  }
  for (const auto& datum : needs.policy.data())
    out["data"].push_back(named(datum.name, datum.says.in(language)));
  ASSIGN_OR_RETURN(const auto all, needs.disclosures.list(0, kShown));
  for (const auto& one : all) {
    std::string title;
    if (one.property) {
      ASSIGN_OR_RETURN(const auto names, desk.answer_needs().names(*one.property));
      title = names.second;
    }
    ASSIGN_OR_RETURN(const auto by, one.member ? needs.member_name(*one.member) : std::string{});
    out["disclosures"].push_back({{"number", one.number},
                                  {"at", base::to_rfc3339(one.at)},
                                  {"title", title},
                                  {"ground", texts::word(language, "disclosure.ground.", one.ground)},
                                  {"receiver", one.receiver},
                                  {"reference", one.reference},
                                  {"data", one.data},
                                  {"form", one.form},
                                  {"people", one.people},
                                  {"by", by}});
  }
  return http::Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<http::Response> order(Desk& desk, const http::Request& request, const staff::Member& by) {
  RETURN_IF_ERROR(staff::require(by, staff::kExport));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  Order order;
  ASSIGN_OR_RETURN(order.ground, text_of(given, "ground"));
  ASSIGN_OR_RETURN(order.receiver, text_of(given, "receiver"));
  ASSIGN_OR_RETURN(order.reference, text_of(given, "reference"));
  ASSIGN_OR_RETURN(order.data, texts_of(given, "data"));
  ASSIGN_OR_RETURN(order.addresses, texts_of(given, "addresses"));
  if (!desk.needs().approvals.waits(approvals::kExport)) return order_file(desk, order, by.actor());
  ASSIGN_OR_RETURN(const auto asked, ask_order(desk, order, by));
  return approvals::waiting(asked);
}

}  // namespace

Result<std::string> carry_out_order(Desk& desk, const Order& order, const journal::Actor& by) {
  const auto& needs = desk.needs();
  ASSIGN_OR_RETURN(const auto permitted, permit_order(desk, order));
  const auto& [permit, subjects] = permitted;
  const auto language = needs.policy.languages().front();
  ASSIGN_OR_RETURN(auto answer, compute_answer(desk.answer_needs(), subjects, language));
  answer = limited(std::move(answer), needs.policy, permit.data());
  ASSIGN_OR_RETURN(const auto key, desk.signing_key());
  ASSIGN_OR_RETURN(auto archive, sign_archive(members_of(order, answer, needs.policy, permit), key,
                                              needs.site.organisation, answer.made_at));
  RETURN_IF_ERROR(needs.disclosures.record(permit, order.receiver, order.reference, "zip", subjects, by));
  return archive;
}

Result<void> check_order(Desk& desk, const Order& order) {
  RETURN_IF_ERROR(permit_order(desk, order));
  return {};
}

Result<http::Response> order_file(Desk& desk, const Order& order, const journal::Actor& by) {
  ASSIGN_OR_RETURN(auto archive, carry_out_order(desk, order, by));
  return http::Response::bytes("application/zip", std::move(archive)).as_download("disclosure.zip");
}

void add_order_api(http::Router& router, Desk& desk) {
  staff::Door door(router, desk.needs().access);
  door.get("/api/v1/disclosures", kAnswerRequests,
           [&desk](http::Request& request, const staff::Member&) { return list(desk, request); });
  // What an order of a court or an authority demands leaves as a file.
  door.post("/api/v1/disclosures", staff::fresh(kAnswerRequests),
            [&desk](http::Request& request, const staff::Member& by) { return order(desk, request, by); });
}

}  // namespace rights
