#include "rights/second_person.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rights/desk_api.h"
#include "rights/permissions.h"
#include "rights/words.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace rights {
namespace {

using approvals::Deed;
using approvals::Description;
using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;
using texts::Key;

constexpr std::string_view kOrderKind = "rights.order";
constexpr std::string_view kProofKind = "rights.proof";

/// Our own text, as it was stored.
Result<Order> read_order(std::string_view request) {
  try {
    const auto given = json::parse(request);
    return Order{.ground = given.at("ground"),
                 .receiver = given.at("receiver"),
                 .reference = given.at("reference"),
                 .data = given.at("data"),
                 .addresses = given.at("addresses")};
  } catch (const json::exception&) {
    return base::fail(Code::Corrupt, "a stored request does not read");
  }
}

std::string lines_of(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, "\n"));
}

Result<Description> describe_order(Desk& desk, std::string_view request, Language language) {
  ASSIGN_OR_RETURN(const auto order, read_order(request));
  std::vector<std::string> data;
  for (const auto& name : order.data) {
    const auto* datum = desk.needs().policy.datum(name);
    data.emplace_back(datum == nullptr ? name : std::string{datum->says.in(language)});
  }
  const auto line = [&](Key label, std::string value) {
    return approvals::Line{std::string{texts::get(language, label)}, std::move(value)};
  };
  return Description{
      .title = texts::format(language, Key::ApprovalOrderTitle, {{"receiver", order.receiver}}),
      .lines = {line(Key::ApprovalLineGround, texts::word(language, "disclosure.ground.", order.ground)),
                line(Key::ApprovalLineReference, order.reference),
                line(Key::ApprovalLineData, lines_of(data)),
                line(Key::ApprovalLineOfWhom, lines_of(order.addresses))}};
}

approvals::Act order_act(Desk& desk) {
  return {.name = std::string{approvals::kExport},
          .kind = std::string{kOrderKind},
          .permission = staff::kExport,
          .names_people = true,
          .describe = [&desk](std::string_view request,
                              Language language) { return describe_order(desk, request, language); },
          .make = [&desk](const Deed& deed) -> Result<http::Response> {
            ASSIGN_OR_RETURN(const auto order, read_order(deed.request));
            return order_file(desk, order, deed.by.actor());
          }};
}

Result<Request> find_asked(Desk& desk, std::string_view request) {
  const auto given = json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (!given.is_object()) return base::fail(Code::Corrupt, "a stored request does not read");
  ASSIGN_OR_RETURN(const auto id, base::parse_id<RequestId>(given.value("request", std::string{})));
  return desk.store().find(id);
}

Result<Description> describe_proof(Desk& desk, std::string_view request, Language language) {
  ASSIGN_OR_RETURN(const auto found, find_asked(desk, request));
  const auto* right = desk.needs().policy.rights().find(found.right);
  Description out{.title = std::string{texts::get(language, Key::ApprovalProofTitle)}, .lines = {}};
  out.lines = {{std::string{texts::get(language, Key::ApprovalLineRequest)},
                right == nullptr ? std::string{texts::get(language, Key::RightsNameUnknown)}
                                 : right_name(*right, language)},
               {std::string{texts::get(language, Key::ApprovalLineReceived)},
                texts::date_time(language, found.received, "Europe/Brussels")}};
  return out;
}

approvals::Act proof_act(Desk& desk) {
  return {.name = std::string{approvals::kUnmask},
          .kind = std::string{kProofKind},
          .permission = kSeeIdentity,
          .describe = [&desk](std::string_view request,
                              Language language) { return describe_proof(desk, request, language); },
          .make = [&desk](const Deed& deed) -> Result<http::Response> {
            ASSIGN_OR_RETURN(const auto found, find_asked(desk, deed.request));
            return proof_file(desk, found, deed.by.actor());
          }};
}

}  // namespace

void add_acts(approvals::Approvals& approvals, Desk& desk) {
  approvals.add(order_act(desk));
  approvals.add(proof_act(desk));
}

Result<approvals::Approval> ask_order(Desk& desk, const Order& order, const staff::Member& by) {
  RETURN_IF_ERROR(check_order(desk, order));
  const json request = {{"ground", order.ground},
                        {"receiver", order.receiver},
                        {"reference", order.reference},
                        {"data", order.data},
                        {"addresses", order.addresses}};
  return desk.needs().approvals.ask(kOrderKind, request.dump(-1, ' ', false, json::error_handler_t::replace),
                                    {}, by);
}

Result<approvals::Approval> ask_proof(Desk& desk, const Request& request, const staff::Member& by) {
  if (request.details.proof_type.empty()) return base::fail(Code::NotFound, "There is no proof here.");
  return desk.needs().approvals.ask(kProofKind, json{{"request", base::to_text(request.id)}}.dump(), {}, by);
}

}  // namespace rights
