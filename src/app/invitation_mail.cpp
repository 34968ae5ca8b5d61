#include "app/invitation_mail.h"

#include "app/staff_api.h"
#include "rights/clock.h"
#include "texts/numbers.h"

namespace app {
namespace {

using base::Result;

constexpr std::string_view kTemplate = "staff_invitation";

/// Whoever was invited and has come, or is no longer invited, gets no mail.
Result<outbox::Filling> fill(House& house, const outbox::Recipient& recipient) {
  ASSIGN_OR_RETURN(const auto invitation, house.members->invitation_for(recipient.person));
  ASSIGN_OR_RETURN(const auto link, house.vault->link(recipient.person));
  ASSIGN_OR_RETURN(const auto organisation, organisation_name(house, invitation.organisation));
  outbox::Filling filling;
  filling.values["organisation"] = organisation;
  filling.values["until"] =
      texts::date_time(recipient.language, invitation.expires, rights::zone_of(house.policy->law()));
  // Behind a '#': it goes to no server, and so into no log.
  filling.values["link"] = house.options.origin + "/staff/join#" + link;
  return filling;
}

}  // namespace

outbox::Template invitation_template(House& house) {
  return {std::string{kTemplate}, [&house](const outbox::Recipient& recipient, const outbox::Values&) {
            return fill(house, recipient);
          }};
}

Result<void> queue_invitation(outbox::Outbox& outbox, base::PersonId person) {
  RETURN_IF_ERROR(outbox.queue({.person = person,
                                .property = staff::kStaffScope,
                                .template_name = std::string{kTemplate},
                                .parameters = {},
                                .due = std::nullopt,
                                .once = {}}));
  return {};
}

}  // namespace app
