#include "surfaces/updates/issue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "journal/journal.h"
#include "sql/database.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/mails.h"
#include "surfaces/updates/queries.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::fail;
using base::Language;
using base::Result;

constexpr std::array kStates{IssueState::Draft, IssueState::Queueing, IssueState::Sent};

Result<void> unless_draft(std::int64_t changed, const Result<Issue>& issue) {
  if (!issue) return fail(issue.error());
  return changed > 0 ? Result<void>{} : fail(Code::Conflict, "This mail is sent, and stays as it was.");
}

}  // namespace

std::string_view to_text(IssueState state) {
  constexpr std::array<std::string_view, 3> kWords{"draft", "queueing", "sent"};
  return kWords[static_cast<std::size_t>(state)];
}

Result<Issue> Issues::read(const sql::Row& row) {
  Issue issue;
  ASSIGN_OR_RETURN(issue.id, base::parse_id<IssueId>(row.text("id")));
  issue.update = row.text("name");
  const auto state = row.text("state");
  for (const auto one : kStates) {
    if (to_text(one) == state) issue.state = one;
  }
  ASSIGN_OR_RETURN(issue.texts, outbox::stored_texts(row.text("texts")));
  issue.changed = row.instant("changed_ms");
  ASSIGN_OR_RETURN(issue.author, base::parse_id<base::MemberId>(row.text("author")));
  issue.sent = row.maybe_instant("sent_ms");
  if (!row.is_null("sender")) {
    ASSIGN_OR_RETURN(issue.sender, base::parse_id<base::MemberId>(row.text("sender")));
  }
  return issue;
}

Result<std::vector<Issue>> Issues::read_all(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Issue> all;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(auto issue, read(row));
    all.push_back(std::move(issue));
  }
  return all;
}

Result<void> Issues::record(std::string_view kind, const Issue& issue, const staff::Member& by) {
  RETURN_IF_ERROR(
      needs_.journal.record({.kind = std::string{kind},
                             .property = subscribers_.scopes().subscribers,
                             .by = by.actor(),
                             .subject = {},
                             .detail = fmt::format("{} {}", issue.update, base::to_text(issue.id))}));
  return {};
}

Result<Issue> Issues::write(std::string_view update, const Texts& texts, const staff::Member& by) {
  if (needs_.policy.update(update) == nullptr)
    return fail(Code::NotFound, "The policy declares no such update.");
  const auto id = IssueId::draw(needs_.random);
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto drafts, connection.one(queries::count_drafts));
    if (drafts.integer("drafts") >= kDraftsMax)
      return fail(Code::TooMany, "Too many mails were written and not sent: remove some of them.");
    RETURN_IF_ERROR(connection.run(queries::add_issue, {{"id", base::to_text(id)},
                                                        {"name", update},
                                                        {"texts", outbox::to_json(texts)},
                                                        {"now", needs_.clock.now()},
                                                        {"author", base::to_text(by.id)}}));
    return {};
  }));
  ASSIGN_OR_RETURN(auto issue, find(id));
  RETURN_IF_ERROR(record("updates.written", issue, by));
  return issue;
}

Result<Issue> Issues::rewrite(IssueId id, const Texts& texts, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto changed,
                   needs_.control.run(queries::update_issue, {{"id", base::to_text(id)},
                                                              {"texts", outbox::to_json(texts)},
                                                              {"now", needs_.clock.now()},
                                                              {"author", base::to_text(by.id)}}));
  auto issue = find(id);
  RETURN_IF_ERROR(unless_draft(changed, issue));
  RETURN_IF_ERROR(record("updates.written", *issue, by));
  return issue;
}

Result<void> Issues::remove(IssueId id, const staff::Member& by) {
  const auto issue = find(id);
  ASSIGN_OR_RETURN(const auto changed,
                   needs_.control.run(queries::delete_issue, {{"id", base::to_text(id)}}));
  RETURN_IF_ERROR(unless_draft(changed, issue));
  return record("updates.removed", *issue, by);
}

Result<Issue> Issues::find(IssueId id) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::issue_by_id, {{"id", base::to_text(id)}}));
  if (!row) return fail(Code::NotFound, "There is no such mail.");
  return read(*row);
}

Result<std::vector<Issue>> Issues::list() {
  return read_all(needs_.control.all(queries::list_issues, {{"count", kIssuesListed}}));
}

Result<std::optional<base::Instant>> Issues::last(const policy::Update& update) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::last_sent, {{"name", update.name}}));
  return row.maybe_instant("sent_ms");
}

Result<std::optional<base::Instant>> Issues::next(const policy::Update& update) {
  ASSIGN_OR_RETURN(const auto sent, last(update));
  if (!sent) return std::optional<base::Instant>{};
  const auto next = policy::after(*sent, update.every);
  return next <= needs_.clock.now() ? std::nullopt : std::optional{next};
}

Result<Issue> Issues::send(IssueId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto issue, find(id));
  const auto* update = needs_.policy.update(issue.update);
  if (update == nullptr) return fail(Code::NotFound, "The policy does not declare this update any more.");
  const auto now = needs_.clock.now();
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::last_sent, {{"name", update->name}}));
    const auto last = row.maybe_instant("sent_ms");
    if (last && now < policy::after(*last, update->every)) {
      return fail(Code::Conflict, fmt::format("The next mail of this update may go on {}.",
                                              base::to_rfc3339(policy::after(*last, update->every))));
    }
    ASSIGN_OR_RETURN(
        const auto changed,
        connection.run(queries::send_issue,
                       {{"id", base::to_text(id)}, {"now", now}, {"sender", base::to_text(by.id)}}));
    if (changed == 0) return fail(Code::Conflict, "This mail is sent already.");
    RETURN_IF_ERROR(
        needs_.journal.record(connection, {.kind = "updates.sent",
                                           .property = subscribers_.scopes().subscribers,
                                           .by = by.actor(),
                                           .subject = {},
                                           .detail = fmt::format("{} {}", issue.update, base::to_text(id))}));
    return {};
  }));
  return find(id);
}

Result<void> Issues::mail_trial(const Issue& issue, Language language, const staff::Member& to) {
  ASSIGN_OR_RETURN(const auto profile, needs_.access.profile(to.id));
  RETURN_IF_ERROR(needs_.outbox.queue(
      {.person = profile.person,
       .property = staff::kStaffScope,
       .template_name = std::string{kTrialMail},
       .parameters = {{"issue", base::to_text(issue.id)}, {"language", std::string{base::to_text(language)}}},
       .due = std::nullopt,
       .once = {}}));
  return {};
}

Result<outbox::Counters> Issues::progress(const Issue& issue) {
  return needs_.outbox.counters(kUpdateMail, base::to_text(issue.id));
}

Result<void> Issues::queue(const Issue& issue) {
  ASSIGN_OR_RETURN(const auto subscriptions, subscribers_.store().of(issue.update, *issue.sent));
  for (const auto& one : subscriptions) {
    const auto person = needs_.vault.read_fields(one.person);
    // Who unsubscribed a moment ago.
    if (!person && (person.error().code == Code::Gone || person.error().code == Code::NotFound)) continue;
    if (!person) return fail(person.error());
    ASSIGN_OR_RETURN(const bool may, subscribers_.may_get(one, subscribers_.address_of(*person)));
    if (!may) continue;
    RETURN_IF_ERROR(needs_.outbox.queue({.person = one.person,
                                         .property = subscribers_.scopes().subscribers,
                                         .template_name = std::string{kUpdateMail},
                                         .parameters = {{"issue", base::to_text(issue.id)}},
                                         .due = std::nullopt,
                                         .once = base::to_text(issue.id)}));
  }
  RETURN_IF_ERROR(needs_.control.run(queries::finish_issue, {{"id", base::to_text(issue.id)}}));
  return {};
}

Result<void> Issues::queue() {
  ASSIGN_OR_RETURN(const auto waiting, read_all(needs_.control.all(queries::queueing_issues)));
  for (const auto& issue : waiting) RETURN_IF_ERROR(queue(issue));
  return {};
}

}  // namespace surfaces::updates
