#include "access/duties.h"
#include "access/grant.h"
#include "access/secret.h"
#include "access/sql_access.h"
#include "access/use.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

namespace {

std::unexpected<base::Error> no_session() { return fail(Code::Unauthenticated, "not signed in"); }

}  // namespace

Result<SqlAccess::Step> SqlAccess::renew_session(sql::Connection& connection, const Holder& holder,
                                                 std::string_view session) {
  const auto secret = draw_secret(needs_.random);
  ASSIGN_OR_RETURN(const auto renewed, connection.run(queries::renew_session, {{"secret", hash_of(session)},
                                                                               {"next", hash_of(secret)},
                                                                               {"now", needs_.clock.now()}}));
  // Ended meanwhile, or renewed by another request.
  if (renewed == 0) return no_session();
  auto member = holder.member;
  member.fresh = true;
  return Step{SignedIn{secret, std::move(member), holder.started + kSessionLife, Next::Nothing}};
}

Result<SqlAccess::Holder> SqlAccess::holder_of(std::string_view session) {
  const auto secret = hash_of(session);
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::session, {{"secret", secret}}));
  if (!row) return no_session();
  const auto used = row->instant("used_at_ms");
  const auto started = row->instant("started_at_ms");
  const auto proved = row->maybe_instant("proved_at_ms");
  const bool alone = row->integer("factors") == 0;
  if (now - started >= kSessionLife || now - used >= kSessionIdle) return no_session();
  if (is_over(*row, now)) return no_session();
  // Begun before the policy wanted two factors, or before the program knew of any.
  if (needs_.factors >= 2 && !proved) return no_session();
  if (now - used >= kSessionTouch) {
    note_use(needs_.control.run(queries::touch_session, {{"secret", secret}, {"now", now}}));
    note_use(needs_.control.run(queries::touch_member, {{"member", row->text("member")}, {"now", now}}));
  }
  ASSIGN_OR_RETURN(auto member, member_of_row(needs_.permissions, *row));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row->text("person")));
  // Whoever has one factor alone has nothing more to show.
  member.fresh = proved ? now - *proved < kStepUpLife : alone;
  return Holder{.member = std::move(member), .person = person, .started = started};
}

std::string SqlAccess::id_of(std::string_view session) const { return hash_of(session); }

Result<Member> SqlAccess::with_duties(Member member) const {
  if (needs_.duties != nullptr) {
    ASSIGN_OR_RETURN(member.open_duties, needs_.duties->count_open(member.id));
  }
  return member;
}

Result<Member> SqlAccess::member_of(std::string_view session) {
  ASSIGN_OR_RETURN(auto holder, holder_of(session));
  return with_duties(std::move(holder.member));
}

Result<void> SqlAccess::sign_out(std::string_view session, std::string_view client) {
  const auto secret = hash_of(session);
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::session, {{"secret", secret}}));
    if (!row) {
      RETURN_IF_ERROR(connection.run(queries::end_half_session, {{"secret", secret}}));
      return {};
    }
    ASSIGN_OR_RETURN(const auto member, base::parse_id<MemberId>(row->text("member")));
    RETURN_IF_ERROR(connection.run(queries::end_session, {{"secret", secret}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.signed_out", member, client)));
    return {};
  });
}

Result<std::vector<Session>> SqlAccess::sessions(MemberId member) {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::sessions, {{"member", to_text(member)}}));
  std::vector<Session> sessions;
  for (const auto& row : rows) {
    Session one{.id = row.text("secret"),
                .network = row.text("network"),
                .started = row.instant("started_at_ms"),
                .used = row.instant("used_at_ms")};
    if (now - one.started < kSessionLife && now - one.used < kSessionIdle) sessions.push_back(std::move(one));
  }
  return sessions;
}

Result<void> SqlAccess::end_session(const Member& by, std::string_view id) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto ended,
                     connection.run(queries::end_session_of, {{"member", to_text(by.id)}, {"secret", id}}));
    if (ended == 0) return fail(Code::NotFound, "no such session");
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.session_ended", by.id, by.client)));
    return {};
  });
}

Result<std::int64_t> SqlAccess::end_sessions(const Member& by, std::string_view except) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
    ASSIGN_OR_RETURN(const auto ended, connection.run(queries::end_sessions, {{"member", to_text(by.id)},
                                                                              {"keep", hash_of(except)}}));
    if (ended > 0)
      RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.sessions_ended", by.id, by.client)));
    return ended;
  });
}

}  // namespace staff
