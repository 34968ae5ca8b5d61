#include "retention/accounts.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/number.h"
#include "journal/journal.h"
#include "retention/queries.h"
#include "sql/database.h"
#include "texts/numbers.h"

namespace retention {
namespace {

using base::Result;

constexpr std::string_view kTemplate = "account_closes";
constexpr std::string_view kZone = "UTC";

Result<outbox::Filling> fill(const std::string& origin, const outbox::Recipient& recipient,
                             const outbox::Values& parameters) {
  const auto day = [&](const char* name) {
    const auto at_ms = base::parse_number<std::int64_t>(parameters.at(name)).value_or(0);
    return texts::date(recipient.language, base::instant_from_ms(at_ms), kZone);
  };
  outbox::Filling filling;
  filling.values["used"] = day("used_ms");
  filling.values["closes"] = day("closes_ms");
  filling.values["link"] = origin + parameters.at("page");
  return filling;
}

}  // namespace

Closing closing_of(const policy::UnusedAccounts& rule, base::Instant last_used) {
  const auto at = policy::after(last_used, rule.closed_after);
  return {.warn_from = at - (policy::after(last_used, rule.warned_before) - last_used), .at = at};
}

Result<void> Accounts::warn(const Account& account, base::Instant closes) {
  const auto used_ms = base::to_ms(account.last_used);
  RETURN_IF_ERROR(needs_.outbox.queue({.person = account.person,
                                       .property = account.scope,
                                       .template_name = std::string{kTemplate},
                                       .parameters = {{"used_ms", fmt::format("{}", used_ms)},
                                                      {"closes_ms", fmt::format("{}", base::to_ms(closes))},
                                                      {"page", account.page}},
                                       .due = std::nullopt,
                                       .once = fmt::format("unused-{}", used_ms)}));
  // Last, so that a stop in between queues it again, which sends it once all the same.
  RETURN_IF_ERROR(needs_.control.run(
      queries::put_account_warning,
      {{"person", base::to_text(account.person)}, {"used", account.last_used}, {"closes", closes}}));
  return {};
}

Result<void> Accounts::look_at(const Account& account) {
  const auto now = needs_.clock.now();
  const auto& rule = needs_.policy.unused_accounts();
  const auto closing = closing_of(rule, account.last_used);
  if (now < closing.warn_from) return {};
  ASSIGN_OR_RETURN(const auto warned,
                   needs_.control.maybe(queries::account_warning, {{"person", base::to_text(account.person)},
                                                                   {"used", account.last_used}}));
  // After a long time down the warning comes late, and so does the end.
  if (!warned) return warn(account, std::max(closing.at, policy::after(now, rule.warned_before)));
  if (account.is_needed || now < warned->instant("closes_at_ms")) return {};
  RETURN_IF_ERROR(needs_.eraser.erase(account.person));
  base::log(base::Level::Info, "retention.account_closed", {{"reason", base::log_public("unused")}});
  RETURN_IF_ERROR(needs_.journal.record({.kind = "retention.account_closed", .detail = "unused"}));
  return {};
}

Result<void> Accounts::run() {
  if (!needs_.policy.unused_accounts().are_closed()) return {};
  Result<void> first;
  for (const auto& surface : needs_.surfaces) {
    if (!surface.accounts) continue;
    ASSIGN_OR_RETURN(const auto accounts, surface.accounts());
    for (const auto& account : accounts) {
      const auto looked = look_at(account);
      if (first && !looked) first = looked;
    }
  }
  return first;
}

outbox::Template account_template(std::string origin) {
  return {std::string{kTemplate},
          [origin = std::move(origin)](const outbox::Recipient& recipient, const outbox::Values& parameters) {
            return fill(origin, recipient, parameters);
          }};
}

}  // namespace retention
