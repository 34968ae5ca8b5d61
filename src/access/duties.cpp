#include "access/duties.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/limits.h"
#include "access/line.h"
#include "access/staff_policy.h"
#include "base/bytes.h"
#include "base/trim.h"
#include "crypto/seal.h"
#include "policy/gate.h"
#include "sql/database.h"
#include "staff/queries.h"

namespace staff {
namespace {

using base::Code;
using base::fail;
using base::Instant;
using base::MemberId;
using base::PersonId;
using base::Result;
using RecordId = base::Id<struct DutyRecordTag>;

Duty duty_of(const policy::Acknowledgement& one) {
  return {
      .name = one.name, .kind = one.is_signed ? DutyKind::Signed : DutyKind::Read, .version = one.version};
}
Duty duty_of(const policy::Training& one) { return {.name = one.name, .kind = DutyKind::Training}; }

std::optional<Instant> end_of(const policy::Acknowledgement& one, Instant done) {
  if (one.again_after.count == 0) return std::nullopt;
  return policy::after(done, one.again_after);
}
std::optional<Instant> end_of(const policy::Training& one, Instant done) {
  return policy::after(done, one.valid);
}

template <class Declared>
const Declared* find(const std::vector<Declared>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Declared::name);
  return found == all.end() ? nullptr : &*found;
}

/// What a record is worth now.
template <class Declared>
void judge(Duty& duty, const Declared& declared, Instant done, std::string_view version, Instant now) {
  duty.done = done;
  duty.ends = end_of(declared, done);
  duty.state = duty.version != version          ? DutyState::Changed
               : duty.ends && *duty.ends <= now ? DutyState::Over
                                                : DutyState::Met;
}

/// None for what the policy no longer asks for.
std::optional<Duty> judged(const policy::StaffRules& rules, const sql::Row& row, Instant now) {
  const auto name = row.text("duty");
  const auto version = row.text("version");
  const auto done = row.instant("done_at_ms");
  if (const auto* text = find(rules.acknowledge, name); text != nullptr && !version.empty()) {
    auto duty = duty_of(*text);
    judge(duty, *text, done, version, now);
    return duty;
  }
  if (const auto* training = find(rules.training, name); training != nullptr && version.empty()) {
    auto duty = duty_of(*training);
    judge(duty, *training, done, version, now);
    return duty;
  }
  return std::nullopt;
}

/// Small letters of ASCII, and one blank between words: how people type their name on a telephone.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : base::trimmed(name)) {
    if (c == ' ' && out.ends_with(' ')) continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Duties>> Duties::open(DutiesNeeds needs) {
  ASSIGN_OR_RETURN(auto signature, policy::Gate{staff_policy()}.permit_field(kSignatureField));
  return std::unique_ptr<Duties>{new Duties(std::move(needs), std::move(signature))};
}

Result<crypto::SecretKey> Duties::key_of(PersonId person) const {
  ASSIGN_OR_RETURN(const auto own, needs_.keys.find(vault::KeyName::person(kStaffScope, person)));
  return crypto::derive_key(own, signature_.field());
}

// ---- how one stands -------------------------------------------------------------------------------

Result<std::vector<Duty>> Duties::read(MemberId member, const crypto::SecretKey* key) const {
  std::vector<Duty> duties;
  for (const auto& one : needs_.rules.acknowledge) duties.push_back(duty_of(one));
  for (const auto& one : needs_.rules.training) duties.push_back(duty_of(one));
  if (duties.empty()) return duties;
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::duty_records, {{"member", to_text(member)}}));
  const auto now = needs_.clock.now();
  // The last one at the head, so that it is the first of its duty.
  for (const auto& row : rows) {
    auto known = judged(needs_.rules, row, now);
    if (!known) continue;
    const auto found = std::ranges::find(duties, known->name, &Duty::name);
    if (found == duties.end() || found->done) continue;
    *found = *std::move(known);
    const auto sealed = row.text("signature");
    if (key == nullptr || sealed.empty()) continue;
    ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
    ASSIGN_OR_RETURN(const auto name, crypto::open_sealed(*key, bytes, base::as_bytes(row.text("record"))));
    found->signed_as = base::as_text(name);
  }
  return duties;
}

Result<std::vector<Duty>> Duties::of(MemberId member) const { return read(member, nullptr); }

Result<std::vector<Duty>> Duties::own(MemberId member, PersonId person) const {
  ASSIGN_OR_RETURN(const auto key, key_of(person));
  return read(member, &key);
}

Result<int> Duties::count_open(MemberId member) const {
  ASSIGN_OR_RETURN(const auto duties, of(member));
  return static_cast<int>(std::ranges::count_if(duties, &Duty::is_open));
}

// ---- what is done ---------------------------------------------------------------------------------

Result<void> Duties::acknowledge(const Member& by, PersonId person, const Agreement& agreement,
                                 std::string_view own_name) const {
  const auto* text = find(needs_.rules.acknowledge, agreement.duty);
  if (text == nullptr) return fail(Code::NotFound, "no such text");
  if (text->version != agreement.version)
    return fail(Code::Conflict, "this is no longer the text in force: read it again");
  const auto signed_as = std::string{base::trimmed(agreement.name)};
  if (text->is_signed) {
    RETURN_IF_ERROR(require_fresh(by));
    if (!is_line(signed_as, kNameLength) || plain(signed_as) != plain(own_name))
      return fail(Code::Invalid, "name: type your own name, as your account has it");
  }
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto duties, of(by.id));
  const auto standing = std::ranges::find(duties, agreement.duty, &Duty::name);
  if (!standing->is_open() && (!standing->ends || *standing->ends - now > kEndingNear)) return {};
  const auto record = to_text(RecordId::draw(needs_.random));
  std::string sealed;
  if (text->is_signed) {
    ASSIGN_OR_RETURN(const auto key, key_of(person));
    sealed =
        base::to_base64(crypto::seal(key, base::as_bytes(signed_as), base::as_bytes(record), needs_.random));
  }
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto member = to_text(by.id);
    RETURN_IF_ERROR(connection.run(queries::supersede_duty, {{"member", member}, {"duty", agreement.duty}}));
    RETURN_IF_ERROR(connection.run(queries::add_duty_record, {{"record", record},
                                                              {"member", member},
                                                              {"duty", agreement.duty},
                                                              {"version", text->version},
                                                              {"policy", needs_.policy_version},
                                                              {"language", base::to_text(agreement.language)},
                                                              {"signature", sealed},
                                                              {"done", now},
                                                              {"by", member},
                                                              {"now", now}}));
    RETURN_IF_ERROR(needs_.journal.record(
        connection,
        {.kind = text->is_signed ? "staff.signed" : "staff.acknowledged",
         .by = by.actor(),
         .detail = fmt::format("member={} duty={} version={} policy={} language={}", member, agreement.duty,
                               text->version, needs_.policy_version, base::to_text(agreement.language))}));
    return {};
  });
}

Result<void> Duties::record_training(const journal::Actor& by, MemberId member, std::string_view training,
                                     Instant followed) const {
  if (by.member == member) return fail(Code::Denied, "somebody else records one's own training");
  const auto* declared = find(needs_.rules.training, training);
  if (declared == nullptr) return fail(Code::NotFound, "the policy knows no such training");
  const auto now = needs_.clock.now();
  if (followed > now) return fail(Code::Invalid, "followed: this day is still to come");
  if (policy::after(followed, declared->valid) <= now)
    return fail(Code::Invalid, "followed: so long ago that it no longer counts");
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto whose = to_text(member);
    RETURN_IF_ERROR(connection.run(queries::supersede_duty, {{"member", whose}, {"duty", training}}));
    RETURN_IF_ERROR(connection.run(queries::add_duty_record,
                                   {{"record", to_text(RecordId::draw(needs_.random))},
                                    {"member", whose},
                                    {"duty", training},
                                    {"version", ""},
                                    {"policy", needs_.policy_version},
                                    {"language", ""},
                                    {"signature", ""},
                                    {"done", followed},
                                    {"by", by.member ? std::string{to_text(*by.member)} : std::string{}},
                                    {"now", now}}));
    RETURN_IF_ERROR(
        needs_.journal.record(connection, {.kind = "staff.training_recorded",
                                           .by = by,
                                           .detail = fmt::format("member={} training={} followed={}", whose,
                                                                 training, base::to_rfc3339(followed))}));
    return {};
  });
}

Result<void> Duties::record_training_of(Access& access, std::string_view address, std::string_view training,
                                        Instant followed) const {
  ASSIGN_OR_RETURN(const auto member, access.member_at(address));
  const auto& known = needs_.rules.training;
  if (training.empty() && known.size() > 1)
    return fail(Code::Invalid, "the policy knows several trainings: name one");
  return record_training({}, member, training.empty() && !known.empty() ? known.front().name : training,
                         followed);
}

// ---- what ends by itself --------------------------------------------------------------------------

Result<void> Duties::note_over(Instant now) const {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto rows, connection.all(queries::ended_memberships, {{"now", now}}));
    for (const auto& row : rows) {
      RETURN_IF_ERROR(connection.run(queries::note_membership_over, {{"member", row.text("member")}}));
      RETURN_IF_ERROR(needs_.journal.record(
          connection, {.kind = "staff.membership_over", .detail = "member=" + row.text("member")}));
    }
    return {};
  });
}

Result<void> Duties::note_ends(Instant now) const {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto rows, connection.all(queries::standing_duties, {{"now", now}}));
    for (const auto& row : rows) {
      const auto duty = judged(needs_.rules, row, now);
      if (!duty || !duty->is_open()) continue;
      RETURN_IF_ERROR(connection.run(queries::note_duty_end, {{"record", row.text("record")}}));
      RETURN_IF_ERROR(needs_.journal.record(
          connection, {.kind = "staff.lapsed",
                       .detail = fmt::format("member={} duty={} reason={}", row.text("member"), duty->name,
                                             to_text(duty->state))}));
    }
    return {};
  });
}

Result<void> Duties::look(const std::function<Result<void>(const Ending&)>& tell) const {
  const auto now = needs_.clock.now();
  RETURN_IF_ERROR(note_over(now));
  RETURN_IF_ERROR(note_ends(now));
  if (needs_.rules.training.empty()) return {};
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::standing_duties, {{"now", now}}));
  for (const auto& row : rows) {
    const auto duty = judged(needs_.rules, row, now);
    const bool nears = duty && duty->kind == DutyKind::Training && *duty->ends - now <= kEndingNear;
    if (!nears || row.integer("warned") != 0) continue;
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    RETURN_IF_ERROR(
        tell({.person = person, .duty = duty->name, .ends = *duty->ends, .record = row.text("record")}));
    RETURN_IF_ERROR(needs_.control.run(queries::note_duty_warning, {{"record", row.text("record")}}));
  }
  return {};
}

}  // namespace staff
