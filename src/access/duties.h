// What a member of staff has done before they get at anything, as the policy in force says
// (policy::StaffRules): agreed to texts, by a button or by typing their name, and followed training. Each
// counts until a moment that follows from the policy: a text until it changes or has to be agreed to again, a
// training until its time is over. What counts is worked out anew each time that somebody asks, so that
// nothing has to run for access to end; the door (door.h) asks before every route.
//
// A text has a version (policy::Acknowledgement::version), and every record says which one was agreed to,
// under which version of the policy, which keeps the words, and in which language they were read. The name as
// signed is sealed under a key derived from its member's own, with the record's id as associated data: it is
// noise once that key is destroyed. Of several records the last one counts; those before it stay until the
// account goes.
//
// Nobody records a training of their own: whoever manages members does, or the operator on the machine
// itself, who is also the one to begin with (`hartslag staff record-training`).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "policy/permit.h"
#include "policy/policy.h"
#include "vault/key_store.h"

namespace staff {

enum class DutyKind { Read, Signed, Training };
constexpr std::string_view to_text(DutyKind kind) {
  switch (kind) {
    case DutyKind::Signed: return "signed";
    case DutyKind::Training: return "training";
    case DutyKind::Read: break;
  }
  return "read";
}

/// Whether it is done, or why it is still to do.
enum class DutyState {
  Met,
  Never,    ///< not done yet
  Changed,  ///< the text is another one since
  Over,     ///< its time is over
};
constexpr std::string_view to_text(DutyState state) {
  switch (state) {
    case DutyState::Met: return "met";
    case DutyState::Never: return "never";
    case DutyState::Changed: return "changed";
    case DutyState::Over: break;
  }
  return "over";
}

/// How one member stands with one of them.
struct Duty {
  std::string name;
  DutyKind kind = DutyKind::Read;
  DutyState state = DutyState::Never;
  std::optional<base::Instant> done = {};  ///< agreed to; of a training the day on which it was followed
  std::optional<base::Instant> ends = {};  ///< when that ends, or ended; none: as long as the text holds
  std::string version = {};                ///< of the text in force; empty for a training
  std::string signed_as = {};              ///< for its own member alone

  bool is_open() const { return state != DutyState::Met; }
};

/// What somebody agrees to.
struct Agreement {
  std::string duty;
  std::string version;  ///< of the text that they read
  base::Language language = base::Language::Nl;
  std::string name = {};  ///< as they signed it
};

/// Something of a member's that ends soon.
struct Ending {
  base::PersonId person;
  std::string duty;
  base::Instant ends;
  std::string record;  ///< names it, so that nobody is told twice
};

struct DutiesNeeds {
  sql::Database& control;
  vault::KeyStore& keys;
  journal::Journal& journal;
  const base::Clock& clock;
  base::Random& random;
  const policy::StaffRules& rules;
  /// Of the policy in force.
  std::string policy_version;
};

/// Any thread; every function may block (SQL). The tables must be there (Access::open) when they are called.
/// Errors of all: what the databases answer.
class Duties {
 public:
  static base::Result<std::unique_ptr<Duties>> open(DutiesNeeds needs);

  /// In the order of the policy: texts, then training. Empty where it asks for nothing.
  base::Result<std::vector<Duty>> of(base::MemberId member) const;
  /// The same, with names as signed.
  base::Result<std::vector<Duty>> own(base::MemberId member, base::PersonId person) const;
  /// How many are still to do.
  base::Result<int> count_open(base::MemberId member) const;

  /// `own_name` is what their account calls them. What counts already and does not end within kEndingNear is
  /// not recorded twice. Errors: NotFound for what is no text; Conflict for one that is no longer the text in
  /// force; of one that is signed StepUp, and Invalid ("name: …") for another name than one's own.
  base::Result<void> acknowledge(const Member& by, base::PersonId person, const Agreement& agreement,
                                 std::string_view own_name) const;
  /// No `by.member`: the operator. `followed` is the beginning of the day. Errors: Denied for one's own;
  /// NotFound for what is no training; Invalid ("followed: …") for a day to come, or so long ago that it no
  /// longer counts.
  base::Result<void> record_training(const journal::Actor& by, base::MemberId member,
                                     std::string_view training, base::Instant followed) const;
  /// The same for whoever operates the program. An empty `training` is the only one that the policy knows.
  base::Result<void> record_training_of(Access& access, std::string_view address, std::string_view training,
                                        base::Instant followed) const;

  /// To be called now and then: what has ended enters the journal, once. Calls `tell` for each training that
  /// ends within kEndingNear, until it succeeds.
  base::Result<void> look(const std::function<base::Result<void>(const Ending&)>& tell) const;

 private:
  Duties(DutiesNeeds needs, policy::FieldPermit signature)
      : needs_(std::move(needs)), signature_(std::move(signature)) {}

  base::Result<std::vector<Duty>> read(base::MemberId member, const crypto::SecretKey* key) const;
  base::Result<crypto::SecretKey> key_of(base::PersonId person) const;
  base::Result<void> note_ends(base::Instant now) const;
  base::Result<void> note_over(base::Instant now) const;

  const DutiesNeeds needs_;
  const policy::FieldPermit signature_;
};

}  // namespace staff
