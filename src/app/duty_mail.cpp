#include "app/duty_mail.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/days.h"
#include "app/house_time.h"
#include "base/number.h"
#include "retention/limits.h"
#include "texts/numbers.h"

namespace app {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kTemplate = "duty_ends";

Result<outbox::Filling> fill(House& house, const outbox::Recipient& recipient,
                             const outbox::Values& parameters) {
  const auto& trainings = house.policy->staff().training;
  const auto found = std::ranges::find(trainings, parameters.at("duty"), &policy::Training::name);
  if (found == trainings.end()) return base::fail(Code::Gone, "the policy no longer asks for this");
  const auto ends_ms = base::parse_number<std::int64_t>(parameters.at("ends_ms")).value_or(0);
  outbox::Filling filling;
  filling.values["what"] = found->title.in(recipient.language);
  filling.values["ends"] =
      texts::date(recipient.language, base::instant_from_ms(ends_ms), zone_of_house(house));
  filling.values["link"] = house.options.origin + "/staff/me";
  return filling;
}

Result<void> queue(House& house, const staff::Ending& ending) {
  RETURN_IF_ERROR(house.outbox->queue(
      {.person = ending.person,
       .property = staff::kStaffScope,
       .template_name = std::string{kTemplate},
       .parameters = {{"duty", ending.duty}, {"ends_ms", fmt::format("{}", base::to_ms(ending.ends))}},
       .due = std::nullopt,
       .once = "duty-" + ending.record}));
  return {};
}

}  // namespace

outbox::Template duty_template(House& house) {
  return {std::string{kTemplate},
          [&house](const outbox::Recipient& recipient, const outbox::Values& parameters) {
            return fill(house, recipient, parameters);
          }};
}

retention::Job duty_job(House& house) {
  return {"staff.duties", kLookEvery, by_house_clock(house, retention::kRunEvery, [&house]() -> Result<void> {
            if (!house.trusts_clock()) return {};
            return house.duties->look([&house](const staff::Ending& ending) { return queue(house, ending); });
          })};
}

}  // namespace app
