// The officer's desk: requests come in, are identified, decided and carried out.
//
//   page, own page, mail ──▶ open ──▶ confirm by link and code, or by a proof ──▶ decide ──▶ answer fetched
//
// What is granted is done by the program: an archive is computed, somebody is erased, a field corrected,
// processing stopped. Each step is an act in the journal. A decision is on record once it is carried out;
// what is carried out may be done again, so that after a crash the officer decides once more.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "disclosure/book.h"
#include "http/request.h"
#include "outbox/outbox.h"
#include "page/frame.h"
#include "policy/policy.h"
#include "retention/surface.h"
#include "rights/answer.h"
#include "rights/code.h"
#include "rights/request.h"
#include "rights/sealed_files.h"

namespace approvals {
class Approvals;
}
namespace journal {
struct Act;
}
namespace property {
class Registry;
}

namespace rights {

struct Incoming;
struct SpoolName;

struct Settings {
  std::string origin;  ///< without a slash
  base::Path folder;   ///< sealed files; `<folder>/new` is the spool of mails
};

/// All of them outlive the desk.
struct Needs {
  sql::Database& control;
  property::Registry& properties;
  vault::Vault& vault;
  vault::KeyStore& keys;
  const policy::Policy& policy;
  const page::Site& site;
  consent::Ledger& consents;
  pulse::Engine& engine;
  journal::Journal& journal;
  disclosure::Book& disclosures;
  outbox::Outbox& outbox;
  staff::Access& access;
  approvals::Approvals& approvals;
  base::Files& files;
  const base::Clock& clock;
  base::Random& random;
  /// Filled after the desk is made.
  const std::vector<retention::Surface>& surfaces;
  /// Erases somebody from every store; returns the certificate, or nothing where there is none.
  std::function<base::Result<std::string>(const Subject&)> erase;
  /// What a member of staff is called; empty for who is no more.
  std::function<base::Result<std::string>(base::MemberId)> member_name;
  Settings settings;
};

/// How a value came in, in the policy's words.
inline constexpr std::string_view kByForm = "contact form";
inline constexpr std::string_view kByMail = "e-mail";

/// Which fields of the policy take a request: those of the first datum that comes from the contact form.
struct RequestFields {
  const policy::Data* datum = nullptr;
  const policy::Field* name = nullptr;
  const policy::Field* address = nullptr;
  const policy::Field* message = nullptr;
  /// Name and address are there, so that requests can be taken.
  bool complete() const { return name != nullptr && address != nullptr; }
};
RequestFields request_fields(const policy::Policy& policy);

/// Where the address of an officer, a client or another organisation is kept: with those of requesters, else
/// in the first e-mail address that the policy has. Null when it has none.
const policy::Field* address_field(const policy::Policy& policy);

struct NewRequest {
  std::string right;  ///< empty: not said
  Channel channel = Channel::Page;
  base::Language language = base::Language::Nl;
  std::string name;
  std::string address;
  std::string message;
  /// Drawn when absent. A request that is there already is not opened again.
  std::optional<RequestId> id;
  /// Now when absent.
  std::optional<base::Instant> received;
  /// Somebody who came by their personal link.
  std::optional<Subject> subject;
  std::vector<std::string> missing;
  std::string organisation;
  std::string organisation_address;
  std::string proof;  ///< a file that came with the mail
};

struct Opened {
  RequestId id;
  std::string link;  ///< the token of the requester's page
};

/// What an officer says.
struct Verdict {
  bool grant = false;
  std::string reasons;
  /// Field's name and new value, for a correction.
  std::vector<std::pair<std::string, std::string>> corrections;
  std::vector<std::string> purposes;  ///< for an objection
};

/// The request that an act of the desk was about; none for any other act, and once its detail is destroyed.
std::optional<RequestId> request_of(const journal::Act& act);

/// Any thread. Errors of all: those of the stores; NotFound for a request that is not there; Conflict where
/// the request's state does not admit it.
class Desk {
 public:
  static base::Result<std::unique_ptr<Desk>> open(Needs needs);

  const Needs& needs() const { return needs_; }
  Store& store() { return store_; }
  SealedFiles& files() { return files_; }
  base::PropertyNumber scope() const { return scope_; }

  // ---- the requester ------------------------------------------------------------------------------

  /// On stable storage, its acknowledgement queued. Errors: Invalid ("name: …"), TooLarge, Unavailable for a
  /// policy that declares nothing to take a request with.
  base::Result<Opened> open_request(const NewRequest& request);
  /// Errors: NotFound.
  base::Result<Request> of_link(std::string_view token);
  base::Result<std::string> link_of(const Request& request);
  base::Result<void> mail_code(const Request& request);
  /// The requester is who they say: their data are looked up by the address that the code went to.
  base::Result<void> identify(Request request, std::string_view code);
  /// Errors: Invalid for a type that is not taken, TooLarge.
  base::Result<void> take_proof(Request request, std::string_view content);
  /// The archive, against a code. Errors: as Codes::check; Gone once it is over.
  base::Result<std::string> fetch_answer(const Request& request, std::string_view code);
  /// The file for another organisation. Errors: NotFound for a wrong token, Gone once it is over.
  base::Result<std::string> fetch_hand_over(RequestId id, std::string_view token);

  // ---- the officer --------------------------------------------------------------------------------

  base::Result<void> name_right(Request request, std::string_view right, const journal::Actor& by);
  base::Result<void> ask_identity(Request request, const journal::Actor& by);
  /// The proof is destroyed either way. `established` lets the desk look the requester up.
  base::Result<void> judge_identity(Request request, bool established, const journal::Actor& by);
  base::Result<std::string> show_proof(const Request& request, const journal::Actor& by);
  base::Result<void> extend(Request request, std::string_view reasons, const journal::Actor& by);
  base::Result<void> decide(Request request, const Verdict& verdict, const journal::Actor& by);
  base::Result<void> lift(Request request, const journal::Actor& by);

  /// Nothing of a restricted person is processed. Any thread; asks the database.
  base::Result<bool> is_restricted(base::PersonId person) { return store_.is_restricted(person); }
  base::Result<bool> is_restricted(base::PropertyNumber property, base::ViewerNumber viewer) {
    return store_.is_restricted(property, viewer);
  }

  /// An officer looked at a request with its names.
  base::Result<void> record_read(const Request& request, const journal::Actor& by);
  /// What the desk itself holds of a person, or of everybody of a property, goes: that they are restricted.
  base::Result<void> forget_person(base::PersonId person) { return store_.forget_person(person); }
  base::Result<void> forget_property(base::PropertyNumber property) {
    return store_.forget_property(property);
  }

  /// What a request holds of the requester goes when the term of its datum, counted from the moment at which
  /// it came in, has ended by `now`; that it was there, and when, stays. One that is still open waits for its
  /// decision. Whom the desk wrote to goes likewise. Returns how many went.
  base::Result<std::int64_t> forget_old(base::Instant now);

  // ---- by itself ----------------------------------------------------------------------------------

  /// Reminders, ended answers, interrupted decisions.
  base::Result<void> look_at_clocks();
  /// Mails that lie in the spool (incoming.h); `take_report` gets those that report something, and may get
  /// one again.
  using TakeReport = std::function<base::Result<void>(const SpoolName&, const Incoming&)>;
  base::Result<void> take_mails(const TakeReport& take_report);
  /// What a mail of ours says; `name` is the template's.
  base::Result<outbox::Filling> fill(std::string_view name, const outbox::Recipient& recipient,
                                     const outbox::Values& parameters);

  base::Result<crypto::SigningKey> signing_key();
  AnswerNeeds answer_needs() const;

  /// A mail to whoever has a role in the policy ("officer", "controller", "processor"), at the address that
  /// it publishes. Where the policy has no field that such an address may be kept in, members of staff who
  /// have the permission get it. `once` as outbox::Mail::once.
  base::Result<void> mail_role(std::string_view role, const staff::Permission& permission,
                               std::string_view template_name, const outbox::Values& parameters,
                               std::string once);
  /// Everybody with this address, in whichever property.
  base::Result<std::vector<Subject>> find_subjects(std::string_view address);
  /// The person in the property of requests behind an address of an organisation. Errors: Unavailable where
  /// the policy has no field that it may be kept in.
  base::Result<base::PersonId> role_person(std::string_view address, base::Language language);

 private:
  Desk(Needs needs, base::PropertyNumber scope);
  base::Result<void> judge(Request request, std::string_view how, const journal::Actor& by);
  base::Result<void> carry_out(Request& request, const Verdict& verdict);
  base::Result<void> make_archive(Request& request, bool records_only);
  base::Result<void> correct(const Request& request, const Verdict& verdict);
  base::Result<void> erase(Request& request);
  base::Result<void> stop_processing(Request& request);
  base::Result<void> withdraw(const Request& request);
  base::Result<void> hand_over(Request& request);
  base::Result<void> remind(const Request& request);
  base::Result<void> end_answer(Request request);
  base::Result<std::string> hand_over_token(RequestId id);
  base::Result<outbox::Filling> fill_for_requester(const outbox::Recipient& recipient,
                                                   const outbox::Values& parameters, std::string_view name);
  base::Result<void> take_mail(std::string_view name, const TakeReport& take_report);
  base::Result<void> open_by_mail(const SpoolName& about, std::string_view bytes,
                                  const TakeReport& take_report);
  base::Result<void> mail(const Request& request, std::string_view template_name, std::string once = {},
                          outbox::Values parameters = {});
  base::Result<void> record(const Request& request, std::string_view kind, const journal::Actor& by = {},
                            std::string detail = {});

  Needs needs_;
  base::PropertyNumber scope_;
  Store store_;
  Codes codes_;
  SealedFiles files_;
};

/// What the outbox has to know of the desk's mails. `desk` is asked when a mail is written.
std::vector<outbox::Template> mail_templates(std::function<Desk&()> desk);
/// Of people in the property of requests.
outbox::FieldNames mail_fields(const policy::Policy& policy);

}  // namespace rights
