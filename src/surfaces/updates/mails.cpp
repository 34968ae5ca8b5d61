#include "surfaces/updates/mails.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/contains.h"
#include "page/frame.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/updates.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;
using texts::Key;

Result<outbox::Filling> fill_confirm(Updates& updates, const outbox::Recipient& recipient,
                                     const outbox::Values&) {
  const auto& needs = updates.needs;
  ASSIGN_OR_RETURN(const auto waiting, updates.subscribers.store().waiting_of(recipient.person));
  if (!waiting) return base::fail(Code::Gone, "nothing waits to be confirmed");
  std::vector<std::string> titles;
  for (const auto& name : waiting->names) {
    if (const auto* update = needs.policy.update(name))
      titles.push_back(update->title.in(recipient.language));
  }
  ASSIGN_OR_RETURN(const auto link, needs.vault.link(recipient.person));
  outbox::Filling filling;
  filling.values = {{"updates", fmt::format("{}", fmt::join(titles, ", "))},
                    {"hours", fmt::to_string(kConfirmWithin.count())},
                    {"link", fmt::format("{}/updates/confirm/{}?lang={}", needs.origin, link,
                                         base::to_text(recipient.language))}};
  return filling;
}

Result<Issue> issue_of(Updates& updates, const outbox::Values& parameters) {
  const auto given = parameters.find("issue");
  if (given == parameters.end()) return base::fail(Code::NotFound, "a mail without its text");
  ASSIGN_OR_RETURN(const auto id, base::parse_id<IssueId>(given->second));
  return updates.issues.find(id);
}

/// What an update looks like to who reads that language.
outbox::Filling filling_of(const Updates& updates, const Issue& issue, Language language) {
  const auto& policy = updates.needs.policy;
  const auto& written = outbox::written_in(issue.texts, language, policy.languages());
  const auto* update = policy.update(issue.update);
  outbox::Filling filling;
  filling.values = {{"subject", written.subject},
                    {"update", update == nullptr ? issue.update : update->title.in(language)}};
  filling.extras.letter = written.body;
  return filling;
}

void add_foot(outbox::Filling& filling, Language language, std::string manage, std::string unsubscribe) {
  filling.extras.foot = {
      {std::string{texts::get(language, Key::UpdatesMailManage)}, std::move(manage)},
      {std::string{texts::get(language, Key::UpdatesMailUnsubscribe)}, std::move(unsubscribe)}};
}

Result<outbox::Filling> fill_update(Updates& updates, const outbox::Recipient& recipient,
                                    const outbox::Values& parameters) {
  ASSIGN_OR_RETURN(const auto issue, issue_of(updates, parameters));
  auto& subscribers = updates.subscribers;
  ASSIGN_OR_RETURN(const auto subscriptions, subscribers.store().of(recipient.person));
  const auto one = std::ranges::find(subscriptions, issue.update, &Subscription::name);
  // Looked at once more, since whoever unsubscribed after it was queued gets nothing.
  if (one == subscriptions.end()) return base::fail(Code::Gone, "they unsubscribed");
  ASSIGN_OR_RETURN(const bool may, subscribers.may_get(*one, recipient.address));
  if (!may) return base::fail(Code::Gone, "they are not to be mailed to");
  ASSIGN_OR_RETURN(const auto link, updates.needs.vault.link(recipient.person));
  auto filling = filling_of(updates, issue, recipient.language);
  const auto language = fmt::format("?lang={}", base::to_text(recipient.language));
  const auto unsubscribe = updates.own(link, "/unsubscribe/" + issue.update);
  add_foot(filling, recipient.language, updates.own(link) + language, unsubscribe + language);
  // RFC 2369 §3.2 and RFC 8058 §3.1: a program posts to it once, without a question.
  filling.headers = {{"List-Unsubscribe", fmt::format("<{}>", unsubscribe)},
                     {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}};
  return filling;
}

/// The same for who is no subscriber: its links lead to the page for everybody.
outbox::Filling trial_of(const Updates& updates, const Issue& issue, Language language) {
  auto filling = filling_of(updates, issue, language);
  const auto page = updates.needs.origin + "/updates";
  add_foot(filling, language, page, page);
  return filling;
}

Result<outbox::Filling> fill_trial(Updates& updates, const outbox::Recipient& recipient,
                                   const outbox::Values& parameters) {
  ASSIGN_OR_RETURN(const auto issue, issue_of(updates, parameters));
  const auto given = parameters.find("language");
  const auto language = base::parse_language(given == parameters.end() ? std::string{} : given->second)
                            .value_or(recipient.language);
  return trial_of(updates, issue, language);
}

}  // namespace

std::string Updates::own(std::string_view link, std::string_view rest) const {
  return fmt::format("{}/updates/mine/{}{}", needs.origin, link, rest);
}

outbox::FieldNames mail_fields(const policy::Policy& policy) {
  outbox::FieldNames names{.address = policy.subscriber_address()->name, .name = {}};
  for (const auto& [field, required] : asked_fields(policy, all_updates(policy))) {
    if (field->type == policy::FieldType::Name) names.name.push_back(field->name);
  }
  return names;
}

Result<outbox::Layout> preview(const Updates& updates, const Issue& issue, Language language) {
  const auto filling = trial_of(updates, issue, language);
  return outbox::lay_out(language, kUpdateMail, filling.values, {}, updates.needs.site.organisation,
                         filling.extras);
}

std::vector<outbox::Template> mail_templates(const std::function<Updates*()>& updates) {
  using Filler = Result<outbox::Filling> (*)(Updates&, const outbox::Recipient&, const outbox::Values&);
  const auto with = [updates](Filler fill) {
    return [updates, fill](const outbox::Recipient& recipient,
                           const outbox::Values& parameters) -> Result<outbox::Filling> {
      auto* all = updates();
      if (all == nullptr) return base::fail(Code::Gone, "the policy declares no updates any more");
      return fill(*all, recipient, parameters);
    };
  };
  return {{std::string{kConfirmMail}, with(fill_confirm)},
          {std::string{kUpdateMail}, with(fill_update)},
          {std::string{kTrialMail}, with(fill_trial)}};
}

}  // namespace surfaces::updates
