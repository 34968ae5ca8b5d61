// What two people may see together, in an emergency.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "services/permissions.h"
#include "services/services.h"
#include "texts/texts.h"

namespace services {
namespace {

using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;
using texts::Key;

constexpr std::string_view kKind = "services.reveal";
constexpr std::string_view kTemplate = "credential_seen";

Result<ServiceId> service_of(std::string_view request) {
  const auto given = json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (!given.is_object()) return base::fail(Code::Invalid, "this request does not read");
  return base::parse_id<ServiceId>(given.value("service", std::string{}));
}

}  // namespace

Result<approvals::Approval> Services::ask_to_reveal(ServiceId id, const staff::Member& by) {
  if (!may_be_revealed())
    return base::fail(Code::Denied, "The policy lets nobody see a credential (staff: four-eyes: [reveal]).");
  ASSIGN_OR_RETURN(const auto service, find(id));
  // There is something to see.
  RETURN_IF_ERROR(needs_.keeper.current(service.name));
  return needs_.approvals.ask(kKind, json{{"service", to_text(id)}}.dump(), {}, by);
}

/// Marked and told before it leaves: whoever stops the program in between has seen nothing, and the mark is
/// too much.
Result<std::string> Services::reveal(ServiceId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto service, find(id));
  ASSIGN_OR_RETURN(const auto secret, needs_.keeper.current(service.name));
  RETURN_IF_ERROR(needs_.keeper.mark_seen(service.name));
  RETURN_IF_ERROR(needs_.journal.record({.kind = "credential.revealed",
                                         .by = by.actor(),
                                         .subject = {},
                                         .detail = json{{"credential", service.name}}.dump()}));
  ASSIGN_OR_RETURN(const auto people, needs_.people_who_may(kManageCredentials));
  for (const auto person : people) {
    RETURN_IF_ERROR(needs_.mail({.person = person,
                                 .property = staff::kStaffScope,
                                 .template_name = std::string{kTemplate},
                                 .parameters = {{"credential", service.name}, {"service", to_text(id)}},
                                 .due = std::nullopt,
                                 .once = {}}));
  }
  return std::string{secret.text()};
}

approvals::Act Services::reveal_act() {
  return {
      .name = std::string{approvals::kReveal},
      .kind = std::string{kKind},
      .permission = kManageCredentials,
      .describe = [this](std::string_view request, Language language) -> Result<approvals::Description> {
        ASSIGN_OR_RETURN(const auto id, service_of(request));
        ASSIGN_OR_RETURN(const auto service, find(id));
        return approvals::Description{
            .title = texts::format(language, Key::ApprovalRevealTitle, {{"credential", service.name}}),
            .lines = {{std::string{texts::get(language, Key::ApprovalLineService)}, service.declared.origin},
                      {std::string{texts::get(language, Key::ApprovalLineAfterwards)},
                       std::string{texts::get(language, Key::ApprovalRevealAfterwards)}}}};
      },
      .make = [this](const approvals::Deed& deed) -> Result<http::Response> {
        ASSIGN_OR_RETURN(const auto id, service_of(deed.request));
        ASSIGN_OR_RETURN(auto secret, reveal(id, deed.by));
        return http::Response::text(std::move(secret));
      }};
}

std::vector<outbox::Template> mail_templates(const std::string& origin) {
  return {{std::string{kTemplate},
           [origin](const outbox::Recipient&, const outbox::Values& values) -> Result<outbox::Filling> {
             outbox::Filling filling;
             filling.values["credential"] = values.at("credential");
             filling.values["link"] = fmt::format("{}/staff/credentials/{}", origin, values.at("service"));
             return filling;
           }}};
}

}  // namespace services
