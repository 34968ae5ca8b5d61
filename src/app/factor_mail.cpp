#include "app/factor_mail.h"

#include <array>

namespace app {
namespace {

constexpr std::array<std::string_view, 3> kTemplates{"factor_replaced", "factor_reset", "recovery_used"};

}  // namespace

std::vector<outbox::Template> factor_templates(const std::string& origin) {
  const auto fill = [link = origin + "/staff/me"](const outbox::Recipient&,
                                                  const outbox::Values&) -> base::Result<outbox::Filling> {
    return outbox::Filling{.values = {{"link", link}}, .attachments = {}, .headers = {}, .reply_to = {}};
  };
  std::vector<outbox::Template> templates;
  for (const auto name : kTemplates) templates.push_back({std::string{name}, fill});
  return templates;
}

base::Result<void> queue_factor_news(outbox::Outbox& outbox, base::PersonId person, staff::FactorNews news) {
  RETURN_IF_ERROR(outbox.queue({.person = person,
                                .property = staff::kStaffScope,
                                .template_name = std::string{kTemplates[static_cast<std::size_t>(news)]},
                                .parameters = {},
                                .due = std::nullopt,
                                .once = {}}));
  return {};
}

}  // namespace app
