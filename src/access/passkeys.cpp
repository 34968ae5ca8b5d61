#include "access/passkeys.h"

#include <fmt/format.h>

#include "access/limits.h"
#include "access/line.h"
#include "access/secret.h"
#include "base/trim.h"
#include "sql/database.h"
#include "staff/queries.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

Result<std::vector<Passkey>> Passkeys::list(MemberId member) const {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::passkeys, {{"member", to_text(member)}}));
  std::vector<Passkey> passkeys;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<PasskeyId>(row.text("passkey")));
    passkeys.push_back({.id = id,
                        .name = row.text("name"),
                        .added = row.instant("added_at_ms"),
                        .used = row.maybe_instant("used_at_ms")});
  }
  return passkeys;
}

Result<PasskeyAsk> Passkeys::ask(sql::Connection& connection, MemberId member,
                                 std::string_view session) const {
  PasskeyAsk ask;
  ask.challenge = draw_secret(random_);
  ask.party = party_.id;
  RETURN_IF_ERROR(connection.run(queries::end_old_challenges, {{"drawn", clock_.now() - kChallengeLife}}));
  RETURN_IF_ERROR(connection.run(queries::put_challenge, {{"session", session},
                                                          {"member", to_text(member)},
                                                          {"challenge", ask.challenge},
                                                          {"now", clock_.now()}}));
  ASSIGN_OR_RETURN(const auto rows, connection.all(queries::passkeys, {{"member", to_text(member)}}));
  for (const auto& row : rows) ask.credentials.push_back(row.text("credential"));
  return ask;
}

Result<std::string> Passkeys::take_challenge(sql::Connection& connection, MemberId member,
                                             std::string_view session) const {
  ASSIGN_OR_RETURN(const auto row,
                   connection.maybe(queries::challenge, {{"session", session},
                                                         {"member", to_text(member)},
                                                         {"drawn", clock_.now() - kChallengeLife}}));
  ASSIGN_OR_RETURN(const auto taken, connection.run(queries::end_challenge, {{"session", session}}));
  // Of two requests at once, one has it.
  return row && taken == 1 ? row->text("challenge") : std::string{};
}

Result<std::optional<Passkey>> Passkeys::add(sql::Connection& connection, MemberId member,
                                             std::string_view session, const GivenNewPasskey& given) const {
  const auto name = base::trimmed(given.name);
  if (!is_line(name, kPasskeyNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kPasskeyNameLength));
  ASSIGN_OR_RETURN(const auto challenge, take_challenge(connection, member, session));
  const auto made = read_new_passkey(party_, challenge, given.client_data, given.authenticator_data);
  if (!made) return std::nullopt;
  ASSIGN_OR_RETURN(const auto own, connection.all(queries::passkeys, {{"member", to_text(member)}}));
  if (own.size() >= kPasskeysPerMember) return fail(Code::Conflict, "too many passkeys: remove one first");
  const auto credential = base::to_base64url(made->credential);
  ASSIGN_OR_RETURN(const auto known,
                   connection.maybe(queries::passkey_by_credential, {{"credential", credential}}));
  if (known) return fail(Code::Conflict, "this passkey is known already");
  Passkey passkey{
      .id = PasskeyId::draw(random_), .name = std::string{name}, .added = clock_.now(), .used = {}};
  RETURN_IF_ERROR(
      connection.run(queries::add_passkey, {{"passkey", to_text(passkey.id)},
                                            {"member", to_text(member)},
                                            {"credential", credential},
                                            {"algorithm", static_cast<std::int64_t>(made->key.algorithm)},
                                            {"public_key", base::to_base64(made->key.bytes)},
                                            {"counter", static_cast<std::int64_t>(made->counter)},
                                            {"name", passkey.name},
                                            {"now", passkey.added}}));
  return passkey;
}

Result<Passkeys::Use> Passkeys::use(sql::Connection& connection, MemberId member, std::string_view session,
                                    const GivenPasskey& given) const {
  ASSIGN_OR_RETURN(const auto challenge, take_challenge(connection, member, session));
  ASSIGN_OR_RETURN(const auto row,
                   connection.maybe(queries::passkey_by_credential, {{"credential", given.credential}}));
  // Whose passkey it is counts as much as that it is one.
  if (!row || row->text("member") != to_text(member)) return Use::None;
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(row->text("public_key")));
  const PasskeyKey key{.algorithm = static_cast<int>(row->integer("algorithm")), .bytes = bytes};
  const auto counter = check_passkey(party_, challenge, key,
                                     {.client_data = given.client_data,
                                      .authenticator_data = given.authenticator_data,
                                      .signature = given.signature});
  if (!counter) return Use::None;
  const auto before = row->integer("counter");
  const auto now = static_cast<std::int64_t>(*counter);
  // Some count nothing, and say 0 each time.
  if ((before != 0 || now != 0) && now <= before) return Use::Copied;
  RETURN_IF_ERROR(connection.run(
      queries::use_passkey, {{"passkey", row->text("passkey")}, {"counter", now}, {"now", clock_.now()}}));
  return Use::Counts;
}

Result<bool> Passkeys::remove(sql::Connection& connection, MemberId member, PasskeyId passkey) const {
  ASSIGN_OR_RETURN(const auto gone, connection.run(queries::end_passkey, {{"member", to_text(member)},
                                                                          {"passkey", to_text(passkey)}}));
  return gone == 1;
}

}  // namespace staff
