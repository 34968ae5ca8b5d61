// What staff write and send. An issue is one mail of one update:
//
//   draft ── sent by a member ──▶ queueing ── all are in the outbox ──▶ sent
//
// From `queueing` on it never changes, and the update's next mail can be sent when its span (`at-most-every`)
// is over. A job puts a mail for each subscriber into the outbox; after a stop it goes through all of them
// again, and nobody gets it twice, since the outbox knows each by the issue's id.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "outbox/outbox.h"
#include "outbox/written.h"
#include "policy/policy.h"
#include "surfaces/updates/needs.h"
#include "surfaces/updates/subscribers.h"

namespace sql {
class Row;
}

namespace surfaces::updates {

using IssueId = base::Id<struct IssueTag>;

using outbox::Texts;

enum class IssueState { Draft, Queueing, Sent };
std::string_view to_text(IssueState state);  ///< "draft", "queueing", "sent"

struct Issue {
  IssueId id;
  std::string update;
  IssueState state = IssueState::Draft;
  Texts texts;  ///< at least one
  base::Instant changed;
  base::MemberId author;
  std::optional<base::Instant> sent = {};
  std::optional<base::MemberId> sender = {};
};

/// Any thread. Errors of all: what the stores answer; NotFound for an issue that is none.
class Issues {
 public:
  Issues(Needs& needs, Subscribers& subscribers) : needs_(needs), subscribers_(subscribers) {}

  /// Errors: NotFound for an update that the policy does not declare; TooMany past kDraftsMax.
  base::Result<Issue> write(std::string_view update, const Texts& texts, const staff::Member& by);
  /// Errors of both: Conflict for what is sent.
  base::Result<Issue> rewrite(IssueId id, const Texts& texts, const staff::Member& by);
  base::Result<void> remove(IssueId id, const staff::Member& by);
  base::Result<Issue> find(IssueId id);
  /// The latest kIssuesListed.
  base::Result<std::vector<Issue>> list();

  /// When the last mail of this update was sent; none: never.
  base::Result<std::optional<base::Instant>> last(const policy::Update& update);
  /// When the next mail of this update may be sent; none: now.
  base::Result<std::optional<base::Instant>> next(const policy::Update& update);
  /// Errors: Conflict for what is sent already, and within the span of the last; NotFound for an update that
  /// the policy does not declare any more.
  base::Result<Issue> send(IssueId id, const staff::Member& by);
  base::Result<void> mail_trial(const Issue& issue, base::Language language, const staff::Member& to);
  base::Result<outbox::Counters> progress(const Issue& issue);

  /// Puts what was sent into the outbox: a job.
  base::Result<void> queue();

 private:
  static base::Result<Issue> read(const sql::Row& row);
  static base::Result<std::vector<Issue>> read_all(const base::Result<std::vector<sql::Row>>& rows);
  base::Result<void> record(std::string_view kind, const Issue& issue, const staff::Member& by);
  base::Result<void> queue(const Issue& issue);

  Needs& needs_;
  Subscribers& subscribers_;
};

}  // namespace surfaces::updates
