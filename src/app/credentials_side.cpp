#include "app/credentials_side.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/credentials_words.h"
#include "app/house_time.h"
#include "app/mail_carrier.h"
#include "base/program.h"
#include "mail/smtp.h"
#include "rights/clock.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::ordered_json;

/// Another machine may have to be asked; a person who rotates by hand waits for it.
constexpr std::chrono::seconds kHookAtMost{60};
constexpr std::chrono::minutes kRunEvery{1};
constexpr std::uint64_t kSecretBytesMax = 4096;

Result<void> tell_by_hook(const base::Path& hook, std::string_view next) {
  const auto line = fmt::format("{}\n", next);
  ASSIGN_OR_RETURN(const auto status, base::run_program({.arguments = {hook.string()},
                                                         .input = line,
                                                         .environment = base::Environment::Bare,
                                                         .at_most = kHookAtMost}));
  if (status == 0) return {};
  return base::fail(Code::Unavailable,
                    fmt::format("{} did not take the new password over (status {})", hook.string(), status));
}

ordered_json instant(const std::optional<base::Instant>& at) {
  return at ? ordered_json(base::to_rfc3339(*at)) : ordered_json();
}

ordered_json to_json(const credentials::Version& version) {
  return {{"number", version.number},
          {"state", to_text(version.state)},
          {"made", to_text(version.made)},
          {"by", to_text(version.by)},
          {"made_at", base::to_rfc3339(version.made_at)},
          {"current_at", instant(version.current_at)},
          {"retired_at", instant(version.retired_at)},
          {"ended_at", instant(version.ended_at)}};
}

ordered_json to_json(const credentials::Standing& standing, std::vector<std::string> says) {
  auto versions = ordered_json::array();
  for (const auto& version : standing.versions) versions.push_back(to_json(version));
  const auto& trouble = standing.trouble;
  return {{"credential", standing.name},
          {"used", standing.used},
          {"rotates_by_itself", standing.rotates_by_itself},
          {"every", standing.every ? ordered_json(policy::to_text(*standing.every)) : ordered_json()},
          {"due", instant(standing.due)},
          {"planned", instant(standing.planned)},
          {"overdue", standing.overdue},
          {"waiting", standing.waiting},
          {"failed_at", trouble ? ordered_json(base::to_rfc3339(trouble->at)) : ordered_json()},
          {"failed", trouble ? ordered_json(trouble->what) : ordered_json()},
          {"says", std::move(says)},
          {"versions", versions}};
}

Result<void> check_caller(const Request& request) {
  if (!request.loopback) return base::fail(Code::Denied, "Credentials are for callers of this machine.");
  return {};
}

Result<Response> list(House& house, base::Language language) {
  ASSIGN_OR_RETURN(const auto standings, house.credentials->standings());
  auto all = ordered_json::array();
  for (const auto& standing : standings) {
    std::vector<std::string> says;
    for (auto& sentence : sentences_of(standing, language, rights::zone_of(house.policy->law())))
      says.push_back(std::move(sentence.text));
    all.push_back(to_json(standing, std::move(says)));
  }
  return Response::json(
      ordered_json{{"at", base::to_rfc3339(house.clock->now())}, {"credentials", all}}.dump());
}

}  // namespace

Result<void> open_credentials(House& house, credentials::Between between) {
  ASSIGN_OR_RETURN(house.credentials, credentials::Keeper::open({.keys_database = *house.key_database,
                                                                 .keys = *house.keys,
                                                                 .journal = *house.journal,
                                                                 .policy = *house.policy,
                                                                 .clock = *house.clock,
                                                                 .random = house.random,
                                                                 .between = std::move(between)}));
  ASSIGN_OR_RETURN(house.session_keys, credentials::SessionKeys::open(*house.credentials, [&house] {
                     return house.engine->renew_token_keys();
                   }));
  return {};
}

Result<std::unique_ptr<mail::Transport>> open_mail_server(House& house) {
  const auto& hook = house.options.mail_password_hook;
  ASSIGN_OR_RETURN(auto settings, mail::parse_smtp(house.options.smtp));
  ASSIGN_OR_RETURN(house.mail_carrier, carrier_at(*house.policy, settings.host));
  if (settings.user.empty()) {
    if (!hook.empty())
      return base::fail(Code::Invalid, "--mail-password-hook is for a mail server that wants a user: --smtp");
    return mail::open_smtp(std::move(settings));
  }
  if (!hook.empty() && ::access(hook.c_str(), X_OK) != 0)
    return base::fail(Code::Invalid, fmt::format("--mail-password-hook: {} cannot be run", hook.string()));
  credentials::Holder holder{.name = std::string{kMailPassword}};
  if (!hook.empty()) holder.hand_over = [hook](std::string_view next) { return tell_by_hook(hook, next); };
  holder.try_out = [settings](std::string_view password) {
    auto trial = settings;
    trial.password = password;
    return mail::sign_in(std::move(trial));
  };
  RETURN_IF_ERROR(house.credentials->use(std::move(holder)));
  return mail::open_smtp(std::move(settings), [&keeper = *house.credentials]() -> Result<std::string> {
    ASSIGN_OR_RETURN(const auto secret, keeper.current(kMailPassword));
    return std::string{secret.text()};
  });
}

retention::Job credentials_job(House& house) {
  return {"credentials.rotate", kLookEvery,
          by_house_clock(house, kRunEvery, [&house] { return house.credentials->run_due(); })};
}

void add_credentials(http::Router& router, House& house) {
  router.get("/credentials", [&house](Request& request) -> Result<Response> {
    RETURN_IF_ERROR(check_caller(request));
    return list(house, base::parse_language(request.query.text("lang")).value_or(base::Language::Nl));
  });
  router.post("/credentials/{name}/rotate", [&house](Request& request) -> Result<Response> {
    RETURN_IF_ERROR(check_caller(request));
    RETURN_IF_ERROR(house.credentials->rotate(request.parameter("name")));
    return Response::no_content();
  });
  router.plain(
      http::Method::Post, "/credentials/{name}",
      [&house](Request& request) -> Result<Response> {
        RETURN_IF_ERROR(check_caller(request));
        RETURN_IF_ERROR(house.credentials->set(request.parameter("name"), request.body));
        return Response::no_content();
      },
      kSecretBytesMax);
}

}  // namespace app
