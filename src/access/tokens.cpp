#include <fmt/format.h>

#include "access/grant.h"
#include "access/line.h"
#include "access/secret.h"
#include "access/sql_access.h"
#include "access/use.h"
#include "base/trim.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

namespace {

constexpr std::string_view kTokenPrefix = "hartslag_";

}  // namespace

Result<NewToken> SqlAccess::create_token(const Member& by, std::string_view label, Permissions permissions,
                                         std::optional<base::Instant> expires) {
  RETURN_IF_ERROR(require_fresh(by));
  const auto now = needs_.clock.now();
  std::string name{base::trimmed(label)};
  if (!is_line(name, kTokenLabelLength))
    return fail(Code::Invalid, fmt::format("label: 1 to {} characters on one line", kTokenLabelLength));
  if (expires && *expires <= now) return fail(Code::Invalid, "expires: lies in the past");
  const auto secret = std::string{kTokenPrefix} + draw_secret(needs_.random);
  Token token{.id = TokenId::draw(needs_.random),
              .label = std::move(name),
              .permissions = permissions,
              .created = now,
              .expires = expires,
              .last_used = {}};
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto own = to_text(by.id);
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::member_by_id, {{"member", own}}));
    ASSIGN_OR_RETURN(const auto count, connection.one(queries::count_tokens, {{"member", own}}));
    if (count.integer("tokens") >= static_cast<std::int64_t>(kTokensPerMember))
      return fail(Code::Conflict, "too many tokens: revoke one first");
    token.permissions = permissions & granted(needs_.permissions, row);
    RETURN_IF_ERROR(connection.run(queries::add_token, {{"token", to_text(token.id)},
                                                        {"secret", hash_of(secret)},
                                                        {"member", own},
                                                        {"label", token.label},
                                                        {"permissions", to_text(token.permissions)},
                                                        {"now", now},
                                                        {"expires", expires}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.token_made", by.id, by.client)));
    return {};
  }));
  return NewToken{std::move(token), secret};
}

Result<std::vector<Token>> SqlAccess::tokens(MemberId member) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::tokens, {{"member", to_text(member)}}));
  std::vector<Token> tokens;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<TokenId>(row.text("token")));
    tokens.push_back({.id = id,
                      .label = row.text("label"),
                      .permissions = parse_permissions(row.text("permissions")),
                      .created = row.instant("created_at_ms"),
                      .expires = row.maybe_instant("expires_at_ms"),
                      .last_used = row.maybe_instant("used_at_ms")});
  }
  return tokens;
}

Result<void> SqlAccess::revoke_token(const Member& by, TokenId token) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto gone, connection.run(queries::revoke_token, {{"token", to_text(token)},
                                                                             {"member", to_text(by.id)}}));
    if (gone == 0) return fail(Code::NotFound, "no such token");
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.token_revoked", by.id, by.client)));
    return {};
  });
}

Result<Member> SqlAccess::member_of_token(std::string_view secret) {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::token_by_secret,
                                                        {{"secret", hash_of(secret)}, {"now", now}}));
  if (!row || is_over(*row, now))
    return fail(Code::Unauthenticated, "this token was revoked, has expired, or is none");
  const auto used = row->maybe_instant("used_at_ms");
  if (!used || now - *used >= kSessionTouch) {
    note_use(needs_.control.run(queries::touch_token, {{"token", row->text("token")}, {"now", now}}));
    note_use(needs_.control.run(queries::touch_member, {{"member", row->text("member")}, {"now", now}}));
  }
  ASSIGN_OR_RETURN(auto member, member_of_row(needs_.permissions, *row));
  member.permissions = parse_permissions(row->text("permissions")) & member.permissions;
  member.fresh = true;
  return with_duties(std::move(member));
}

}  // namespace staff
