#include "app/factor_mail.h"

#include <array>

#include "texts/texts.h"

namespace app {
namespace {

using base::Result;
using outbox::Filling;
using outbox::Recipient;
using outbox::Values;

constexpr std::array<std::string_view, 7> kTemplates{"factor_replaced", "factor_reset", "recovery_used",
                                                     "device_asked",    "device_added", "passkey_added",
                                                     "passkey_copied"};

/// What kind of browser, and where it is; what is not known is said to be so.
std::string words_for(base::Language language, std::string_view name, std::string_view network) {
  std::string words{name.empty() ? texts::get(language, texts::Key::MailDeviceUnknown) : name};
  if (!network.empty()) words.append(", ").append(network);
  return words;
}

std::string about_of(const Values& parameters) {
  const auto found = parameters.find("about");
  return found == parameters.end() ? std::string{} : found->second;
}

}  // namespace

std::vector<outbox::Template> factor_templates(const std::string& origin, FindWaiting find_waiting) {
  const auto account = [link = origin + "/staff/me"](const Recipient& recipient,
                                                     const Values& parameters) -> Result<Filling> {
    return Filling{.values = {{"link", link},
                              {"passkey", about_of(parameters)},
                              {"browser", words_for(recipient.language, about_of(parameters), {})}},
                   .attachments = {},
                   .headers = {},
                   .reply_to = {}};
  };
  // Behind the '#': what a browser sends to nobody and writes in no log.
  const auto asked = [origin, find = std::move(find_waiting)](const Recipient& recipient,
                                                              const Values& parameters) -> Result<Filling> {
    ASSIGN_OR_RETURN(const auto waiting, find(about_of(parameters)));
    return Filling{.values = {{"link", origin + "/staff/device#" + waiting.link},
                              {"browser", words_for(recipient.language, waiting.name, waiting.network)}},
                   .attachments = {},
                   .headers = {},
                   .reply_to = {}};
  };
  std::vector<outbox::Template> templates;
  for (const auto name : kTemplates) {
    if (name == "device_asked") {
      templates.push_back({std::string{name}, asked});
    } else {
      templates.push_back({std::string{name}, account});
    }
  }
  return templates;
}

Result<void> queue_factor_news(outbox::Outbox& outbox, base::PersonId person, staff::FactorNews news,
                               std::string about) {
  Values parameters;
  if (!about.empty()) parameters["about"] = std::move(about);
  RETURN_IF_ERROR(outbox.queue({.person = person,
                                .property = staff::kStaffScope,
                                .template_name = std::string{kTemplates[static_cast<std::size_t>(news)]},
                                .parameters = std::move(parameters),
                                .due = std::nullopt,
                                .once = {}}));
  return {};
}

}  // namespace app
