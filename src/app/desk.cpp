#include "app/desk.h"

#include "rights/surface.h"
#include "surfaces/events/staff.h"

namespace app {
namespace {

using base::Code;
using base::Result;

Result<std::string> erase(House& house, const rights::Subject& subject) {
  ASSIGN_OR_RETURN(const auto erasure, house.eraser->erase(subject.person));
  return erasure.certificate;
}

outbox::Fill unless_restricted(House& house, outbox::Fill fill) {
  return [&house, fill = std::move(fill)](const outbox::Recipient& recipient,
                                          const outbox::Values& values) -> Result<outbox::Filling> {
    ASSIGN_OR_RETURN(const bool restricted, house.desk->is_restricted(recipient.person));
    if (restricted) return base::fail(Code::Gone, "their data are restricted");
    return fill(recipient, values);
  };
}

}  // namespace

Result<std::string> name_of(House& house, base::MemberId member) {
  const auto profile = house.access->profile(member);
  if (!profile && (profile.error().code == Code::NotFound || profile.error().code == Code::Gone))
    return std::string{};
  if (!profile) return base::fail(profile.error());
  return profile->name;
}

Result<void> open_desk(House& house) {
  const auto& options = house.options;
  ASSIGN_OR_RETURN(
      house.desk,
      rights::Desk::open({.control = *house.control,
                          .properties = *house.properties,
                          .vault = *house.vault,
                          .keys = *house.keys,
                          .policy = *house.policy,
                          .site = house.site,
                          .consents = *house.consents,
                          .engine = *house.engine,
                          .journal = *house.journal,
                          .disclosures = *house.disclosures,
                          .outbox = *house.outbox,
                          .access = *house.access,
                          .approvals = *house.approvals,
                          .files = house.files,
                          .clock = *house.clock,
                          .random = house.random,
                          .surfaces = house.surfaces,
                          .erase = [&house](const rights::Subject& subject) { return erase(house, subject); },
                          .member_name = [&house](base::MemberId member) { return name_of(house, member); },
                          .settings = {.origin = options.origin, .folder = options.data / "requests"}}));
  house.incidents = std::make_unique<rights::IncidentDesk>(*house.desk);
  house.surfaces.push_back(rights::make_surface(*house.desk, *house.incidents));
  return {};
}

std::vector<outbox::Template> with_desk_mails(House& house, std::vector<outbox::Template> templates) {
  for (auto& one : templates) {
    if (one.fill) one.fill = unless_restricted(house, std::move(one.fill));
  }
  for (auto& one : rights::mail_templates([&house]() -> rights::Desk& { return *house.desk; }))
    templates.push_back(std::move(one));
  for (auto& one :
       rights::incident_templates([&house]() -> rights::IncidentDesk& { return *house.incidents; }))
    templates.push_back(std::move(one));
  return templates;
}

}  // namespace app
