#include "access/second_factor.h"

#include <algorithm>
#include <array>

#include "access/access.h"
#include "access/limits.h"
#include "access/secret.h"
#include "access/totp.h"
#include "base/bytes.h"
#include "crypto/seal.h"
#include "sql/database.h"
#include "staff/queries.h"

namespace staff {
namespace {

using base::Code;
using base::MemberId;
using base::Result;

constexpr std::size_t kRecoveryCharacters = kRecoveryBytes * 8 / 5;
constexpr std::size_t kRecoveryGroup = 4;
static_assert(kRecoveryBytes % 5 == 0 && kTotpSecretBytes % 5 == 0, "base32 without bits left over");

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Without the blanks and dashes that people type.
std::string without_gaps(std::string_view code) {
  std::string kept;
  for (const char c : code) {
    if (c != ' ' && c != '-') kept += c;
  }
  return kept;
}

/// As it was drawn: 0, 1 and 8 are not in the alphabet and stand for what they look like.
std::string recovery_of(std::string_view code) {
  auto text = without_gaps(code);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '0') c = 'O';
    if (c == '1') c = 'I';
    if (c == '8') c = 'B';
  }
  return text;
}

std::string draw_recovery(base::Random& random) {
  std::array<std::uint8_t, kRecoveryBytes> bytes;
  random.fill(bytes);
  return base::to_base32(bytes);
}

std::string in_groups(std::string_view text) {
  std::string grouped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % kRecoveryGroup == 0) grouped += '-';
    grouped += text[i];
  }
  return grouped;
}

}  // namespace

CodeKind kind_of(std::string_view code) {
  if (code.size() > kCodeLength) return CodeKind::None;
  const auto text = without_gaps(code);
  if (text.size() == kTotpDigits && std::ranges::all_of(text, is_digit)) return CodeKind::Authenticator;
  return text.size() == kRecoveryCharacters ? CodeKind::Recovery : CodeKind::None;
}

Result<crypto::SecretKey> SecondFactor::key_of(const FactorOwner& owner) const {
  ASSIGN_OR_RETURN(const auto own, keys_.find(vault::KeyName::person(kStaffScope, owner.person)));
  return crypto::derive_key(own, "second factor");
}

Result<base::Bytes> SecondFactor::open(const FactorOwner& owner, std::string_view sealed) const {
  ASSIGN_OR_RETURN(const auto key, key_of(owner));
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
  return crypto::open_sealed(key, bytes, base::as_bytes(to_text(owner.member)));
}

Result<FactorState> SecondFactor::state(sql::Connection& connection, MemberId member) const {
  ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::factor, {{"member", to_text(member)}}));
  ASSIGN_OR_RETURN(const auto codes, connection.one(queries::count_recovery, {{"member", to_text(member)}}));
  ASSIGN_OR_RETURN(const auto passkeys,
                   connection.one(queries::count_passkeys, {{"member", to_text(member)}}));
  return FactorState{.set = row ? std::optional{row->instant("set_at_ms")} : std::nullopt,
                     .recovery_left = codes.integer("codes"),
                     .passkeys = passkeys.integer("passkeys")};
}

Result<std::string> SecondFactor::draw(sql::Connection& connection, const FactorOwner& owner,
                                       std::string_view session) const {
  std::array<std::uint8_t, kTotpSecretBytes> secret;
  random_.fill(secret);
  auto shown = base::to_base32(secret);
  ASSIGN_OR_RETURN(const auto key, key_of(owner));
  const auto sealed = crypto::seal(key, secret, base::as_bytes(to_text(owner.member)), random_);
  crypto::wipe(secret);
  RETURN_IF_ERROR(connection.run(queries::end_old_next_factors, {{"drawn", clock_.now() - kNextFactorLife}}));
  RETURN_IF_ERROR(connection.run(queries::put_next_factor, {{"session", session},
                                                            {"member", to_text(owner.member)},
                                                            {"secret", base::to_base64(sealed)},
                                                            {"now", clock_.now()}}));
  return shown;
}

Result<std::optional<RecoveryCodes>> SecondFactor::confirm(sql::Connection& connection,
                                                           const FactorOwner& owner, std::string_view session,
                                                           std::string_view code) const {
  const auto member = to_text(owner.member);
  ASSIGN_OR_RETURN(const auto row,
                   connection.maybe(queries::next_factor, {{"session", session},
                                                           {"member", member},
                                                           {"drawn", clock_.now() - kNextFactorLife}}));
  if (!row) return base::fail(Code::Gone, "this took too long: begin again");
  ASSIGN_OR_RETURN(auto secret, open(owner, row->text("secret")));
  const auto step = match_totp(secret, without_gaps(code), clock_.now(), kNoStep);
  crypto::wipe(secret);
  if (!step) return std::nullopt;
  RETURN_IF_ERROR(connection.run(
      queries::put_factor,
      {{"member", member}, {"secret", row->text("secret")}, {"now", clock_.now()}, {"step", *step}}));
  RETURN_IF_ERROR(connection.run(queries::end_next_factors, {{"member", member}}));
  ASSIGN_OR_RETURN(auto codes, renew_recovery(connection, owner.member));
  return codes;
}

Result<bool> SecondFactor::take_step(sql::Connection& connection, const FactorOwner& owner,
                                     std::string_view code) const {
  const auto member = to_text(owner.member);
  ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::factor, {{"member", member}}));
  if (!row) return false;
  ASSIGN_OR_RETURN(auto secret, open(owner, row->text("secret")));
  const auto step = match_totp(secret, without_gaps(code), clock_.now(), row->integer("used_step"));
  crypto::wipe(secret);
  if (!step) return false;
  ASSIGN_OR_RETURN(const auto taken,
                   connection.run(queries::take_step, {{"member", member}, {"step", *step}}));
  return taken == 1;
}

Result<CodeKind> SecondFactor::take(sql::Connection& connection, const FactorOwner& owner,
                                    std::string_view code) const {
  const auto kind = kind_of(code);
  if (kind == CodeKind::Authenticator) {
    ASSIGN_OR_RETURN(const bool taken, take_step(connection, owner, code));
    return taken ? kind : CodeKind::None;
  }
  if (kind == CodeKind::Recovery) {
    ASSIGN_OR_RETURN(const auto gone,
                     connection.run(queries::take_recovery, {{"member", to_text(owner.member)},
                                                             {"code", hash_of(recovery_of(code))}}));
    return gone == 1 ? kind : CodeKind::None;
  }
  return CodeKind::None;
}

Result<RecoveryCodes> SecondFactor::renew_recovery(sql::Connection& connection, MemberId member) const {
  RETURN_IF_ERROR(connection.run(queries::end_recovery, {{"member", to_text(member)}}));
  RecoveryCodes codes;
  while (codes.size() < kRecoveryCodes) {
    const auto code = draw_recovery(random_);
    RETURN_IF_ERROR(
        connection.run(queries::add_recovery, {{"code", hash_of(code)}, {"member", to_text(member)}}));
    codes.push_back(in_groups(code));
  }
  return codes;
}

Result<void> SecondFactor::remove(sql::Connection& connection, MemberId member) const {
  const auto id = to_text(member);
  RETURN_IF_ERROR(connection.run(queries::end_factor, {{"member", id}}));
  RETURN_IF_ERROR(connection.run(queries::end_next_factors, {{"member", id}}));
  RETURN_IF_ERROR(connection.run(queries::end_recovery, {{"member", id}}));
  RETURN_IF_ERROR(connection.run(queries::end_passkeys, {{"member", id}}));
  return {};
}

}  // namespace staff
