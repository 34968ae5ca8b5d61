// From the right password to a session: what is still to be shown, one thing after another, each time under
// another secret. A half session remembers how far somebody is:
//
//   password ──▶ code of the authenticator ──▶ known browser ──▶ session
//          └───▶ (no authenticator yet) known browser ──▶ sets one up ──▶ session
//
// Somebody vouches for a browser that is not known: by the link of a mail, opened in that browser, or by its
// number. The link is HMAC-SHA-256 over the name of what waits, under a key derived from the member's own, so
// that nothing that opens it is stored or queued.
#include <fmt/format.h>

#include <array>

#include "access/agent.h"
#include "access/grant.h"
#include "access/secret.h"
#include "access/sql_access.h"
#include "base/bytes.h"
#include "crypto/hash.h"
#include "vault/key_store.h"

namespace staff {
namespace {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

using WaitId = base::Id<struct WaitTag>;

std::unexpected<base::Error> no_half_session() {
  return fail(Code::Unauthenticated, "begin with address and password");
}

std::string draw_number(base::Random& random) {
  std::array<std::uint8_t, 8> bytes;
  random.fill(bytes);
  std::uint64_t limit = 1;
  for (std::size_t i = 0; i < kWaitDigits; ++i) limit *= 10;
  return fmt::format("{:0{}}", base::load_le<std::uint64_t>(bytes.data()) % limit, kWaitDigits);
}

/// Of those whose text is stored; `otherwise` for any other text.
template <class Enum, std::size_t N>
Enum parse(std::string_view text, const std::array<Enum, N>& all, Enum otherwise) {
  for (const auto one : all) {
    if (to_text(one) == text) return one;
  }
  return otherwise;
}

constexpr std::array kShown{Outcome::Authenticator, Outcome::Recovery, Outcome::Passkey};
constexpr std::array kVouchers{Voucher::Device, Voucher::Setup, Voucher::Mail, Voucher::Operator,
                               Voucher::Colleague};

}  // namespace

// ---- one thing after another ------------------------------------------------------------------------

Result<SqlAccess::Step> SqlAccess::pass_password(sql::Connection& connection, const Holder& holder,
                                                 const From& from, Voucher voucher) {
  Entrant entrant{.holder = holder, .voucher = voucher};
  if (voucher == Voucher::Nobody && needs_.known_devices) {
    ASSIGN_OR_RETURN(const bool known, devices_.knows(connection, holder.member.id, from));
    if (known) entrant.voucher = Voucher::Device;
  }
  return go_on(connection, entrant, from);
}

Result<Next> SqlAccess::next_of(sql::Connection& connection, const Entrant& entrant) {
  ASSIGN_OR_RETURN(const auto state, factors_.state(connection, entrant.holder.member.id));
  if (state.any() && !entrant.proved) return Next::Code;
  if (needs_.known_devices && entrant.voucher == Voucher::Nobody) return Next::Device;
  if (!state.any() && needs_.factors >= 2) return Next::Authenticator;
  return Next::Nothing;
}

Result<SqlAccess::Step> SqlAccess::go_on(sql::Connection& connection, const Entrant& entrant,
                                         const From& from) {
  ASSIGN_OR_RETURN(const auto next, next_of(connection, entrant));
  return next == Next::Nothing ? start_session(connection, entrant, from)
                               : start_half_session(connection, entrant, next, from);
}

Result<Devices::Used> SqlAccess::use_device(sql::Connection& connection, const Entrant& entrant,
                                            const From& from, Step& step) {
  const auto member = entrant.holder.member.id;
  ASSIGN_OR_RETURN(auto used, devices_.use(connection, member, from));
  if (used) return *std::move(used);
  // Ended between password and code.
  if (entrant.voucher == Voucher::Device) return no_half_session();
  auto added = act("staff.device_added", member, from.client);
  added.detail = fmt::format("vouched for by {}", to_text(entrant.voucher));
  RETURN_IF_ERROR(needs_.journal.record(connection, added));
  if (entrant.voucher != Voucher::Setup) step.news = FactorNews::DeviceAdded;
  step.about = name_agent(from.agent);
  return devices_.add(connection, member, from);
}

Result<SqlAccess::Step> SqlAccess::start_session(sql::Connection& connection, const Entrant& entrant,
                                                 const From& from) {
  const auto member = to_text(entrant.holder.member.id);
  const auto now = needs_.clock.now();
  const auto secret = draw_secret(needs_.random);
  Step step;
  Devices::Used device;
  if (needs_.known_devices) {
    ASSIGN_OR_RETURN(device, use_device(connection, entrant, from, step));
  }
  RETURN_IF_ERROR(connection.run(queries::end_old_sessions,
                                 {{"started", now - kSessionLife}, {"used", now - kSessionIdle}}));
  RETURN_IF_ERROR(
      connection.run(queries::end_oldest_sessions, {{"member", member}, {"keep", kSessionsPerMember - 1}}));
  RETURN_IF_ERROR(connection.run(queries::add_session, {{"secret", hash_of(secret)},
                                                        {"member", member},
                                                        {"network", journal::cut_address(from.client)},
                                                        {"now", now},
                                                        {"proved", entrant.proved},
                                                        {"device", device.device}}));
  RETURN_IF_ERROR(connection.run(queries::touch_member, {{"member", member}, {"now", now}}));
  RETURN_IF_ERROR(devices_.note(connection, entrant.holder.member.id, entrant.by, from));
  RETURN_IF_ERROR(note(connection, "staff.signed_in", entrant.holder, from.client));
  step.signed_in = {.session = secret,
                    .member = entrant.holder.member,
                    .expires = now + kSessionLife,
                    .next = Next::Nothing,
                    .device = std::move(device.secret)};
  step.signed_in.member.fresh = !entrant.proved || now - *entrant.proved < kStepUpLife;
  return step;
}

Result<SqlAccess::Step> SqlAccess::start_half_session(sql::Connection& connection, const Entrant& entrant,
                                                      Next next, const From& from) {
  const auto member = to_text(entrant.holder.member.id);
  const auto now = needs_.clock.now();
  const auto secret = draw_secret(needs_.random);
  Step step;
  std::string number;
  if (next == Next::Device) {
    step.news = FactorNews::DeviceAsked;
    step.about = to_text(WaitId::draw(needs_.random));
    number = draw_number(needs_.random);
    RETURN_IF_ERROR(devices_.note(connection, entrant.holder.member.id, Outcome::UnknownDevice, from));
    RETURN_IF_ERROR(note(connection, "staff.device_asked", entrant.holder, from.client));
  }
  RETURN_IF_ERROR(connection.run(queries::end_old_half_sessions, {{"started", now - kHalfSessionLife}}));
  RETURN_IF_ERROR(connection.run(queries::end_oldest_half_sessions,
                                 {{"member", member}, {"keep", kSessionsPerMember - 1}}));
  RETURN_IF_ERROR(
      connection.run(queries::add_half_session, {{"secret", hash_of(secret)},
                                                 {"member", member},
                                                 {"now", now},
                                                 {"vouched", to_text(entrant.voucher)},
                                                 {"proved", entrant.proved},
                                                 {"by", to_text(entrant.by)},
                                                 {"wait", step.about},
                                                 {"number", number},
                                                 {"name", name_agent(from.agent)},
                                                 {"network", journal::cut_address(from.client)}}));
  step.signed_in = {
      .session = secret, .member = entrant.holder.member, .expires = now + kHalfSessionLife, .next = next};
  return step;
}

Result<SignedIn> SqlAccess::tell_of(base::PersonId person, Step step) {
  if (step.news) RETURN_IF_ERROR(tell(person, *step.news, std::move(step.about)));
  return std::move(step.signed_in);
}

// ---- half sessions ----------------------------------------------------------------------------------

Result<SqlAccess::Entrant> SqlAccess::entrant_of(std::string_view half) {
  ASSIGN_OR_RETURN(
      const auto row,
      needs_.control.maybe(queries::half_session,
                           {{"secret", hash_of(half)}, {"started", needs_.clock.now() - kHalfSessionLife}}));
  if (!row || is_over(*row, needs_.clock.now())) return no_half_session();
  ASSIGN_OR_RETURN(auto member, member_of_row(needs_.permissions, *row));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row->text("person")));
  return Entrant{
      .holder = {.member = std::move(member), .person = person, .started = row->instant("started_at_ms")},
      .voucher = parse(row->text("vouched"), kVouchers, Voucher::Nobody),
      .proved = row->maybe_instant("proved_at_ms"),
      .by = parse(row->text("proved_by"), kShown, Outcome::Password),
      .wait = row->text("wait"),
      .number = row->text("number")};
}

Result<void> SqlAccess::end_half_session(sql::Connection& connection, std::string_view half) {
  ASSIGN_OR_RETURN(const auto ended, connection.run(queries::end_half_session, {{"secret", hash_of(half)}}));
  // Used by another request meanwhile.
  if (ended == 0) return no_half_session();
  return {};
}

Result<Halfway> SqlAccess::halfway(std::string_view half) {
  ASSIGN_OR_RETURN(auto entrant, entrant_of(half));
  Halfway where{.number = std::move(entrant.number)};
  RETURN_IF_ERROR(needs_.control.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(where.next, next_of(connection, entrant));
    ASSIGN_OR_RETURN(where.factor, factors_.state(connection, entrant.holder.member.id));
    return {};
  }));
  return where;
}

Result<SignedIn> SqlAccess::enter(std::string_view half, const From& from) {
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  ASSIGN_OR_RETURN(auto step, needs_.control.transact([&](sql::Connection& connection) -> Result<Step> {
    ASSIGN_OR_RETURN(const auto next, next_of(connection, entrant));
    if (next != Next::Nothing) {
      return Step{{.session = std::string{half},
                   .member = entrant.holder.member,
                   .expires = entrant.holder.started + kHalfSessionLife,
                   .next = next}};
    }
    RETURN_IF_ERROR(end_half_session(connection, half));
    return start_session(connection, entrant, from);
  }));
  return tell_of(entrant.holder.person, std::move(step));
}

// ---- who vouches for a browser ----------------------------------------------------------------------

Result<std::string> SqlAccess::device_link(base::PersonId person, std::string_view wait) {
  ASSIGN_OR_RETURN(const auto own, needs_.keys.find(vault::KeyName::person(kStaffScope, person)));
  const auto key = crypto::derive_key(own, "device link");
  return base::to_base64url(crypto::hmac_sha256(key, base::as_bytes(wait)));
}

Result<SignedIn> SqlAccess::open_device_link(std::string_view half, std::string_view link, const From& from) {
  ASSIGN_OR_RETURN(auto entrant, entrant_of(half));
  const auto person = entrant.holder.person;
  ASSIGN_OR_RETURN(const auto wanted, device_link(person, entrant.wait));
  if (entrant.wait.empty() || !crypto::equal(base::as_bytes(link), base::as_bytes(wanted)))
    return fail(Code::Denied, "this link belongs to another try to sign in");
  entrant.voucher = Voucher::Mail;
  ASSIGN_OR_RETURN(auto step, needs_.control.transact([&](sql::Connection& connection) -> Result<Step> {
    RETURN_IF_ERROR(end_half_session(connection, half));
    return go_on(connection, entrant, from);
  }));
  return tell_of(person, std::move(step));
}

Result<WaitingDevice> SqlAccess::waiting_device(std::string_view wait) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(
                                       queries::waiting_device,
                                       {{"wait", wait}, {"started", needs_.clock.now() - kHalfSessionLife}}));
  if (wait.empty() || !row || !row->text("vouched").empty())
    return fail(Code::Gone, "this browser waits no longer");
  ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row->text("person")));
  ASSIGN_OR_RETURN(auto link, device_link(person, wait));
  return WaitingDevice{.link = std::move(link),
                       .name = row->text("name"),
                       .network = row->text("network"),
                       .asked = row->instant("started_at_ms")};
}

Result<void> SqlAccess::vouch(const journal::Actor& by, std::string_view address, std::string_view number) {
  const auto none = [] { return fail(Code::NotFound, "no browser of this member waits with this number"); };
  ASSIGN_OR_RETURN(const auto person, find_person(address));
  if (!person) return none();
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::member_by_person, {{"person", to_text(*person)}}));
    if (!row) return none();
    ASSIGN_OR_RETURN(
        const auto vouched,
        connection.run(queries::vouch_for_number,
                       {{"member", row->text("member")},
                        {"number", number},
                        {"started", needs_.clock.now() - kHalfSessionLife},
                        {"vouched", to_text(by.member ? Voucher::Colleague : Voucher::Operator)}}));
    if (vouched != 1) return none();
    RETURN_IF_ERROR(needs_.journal.record(
        connection, {.kind = "staff.device_vouched", .by = by, .detail = "member " + row->text("member")}));
    return {};
  });
}

// ---- one's own browsers -----------------------------------------------------------------------------

Result<std::vector<Device>> SqlAccess::devices(MemberId member, std::string_view own) {
  return devices_.list(member, own);
}

Result<void> SqlAccess::end_device(const Member& by, DeviceId device) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const bool ended, devices_.end(connection, by.id, to_text(device)));
    if (!ended) return fail(Code::NotFound, "no such browser");
    RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", to_text(by.id)}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.device_ended", by.id, by.client)));
    return {};
  });
}

Result<std::vector<SignIn>> SqlAccess::sign_ins(MemberId member) { return devices_.sign_ins(member); }

}  // namespace staff
