#include "rights/incident_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/log.h"
#include "journal/journal.h"
#include "mail/message.h"
#include "rights/incident_clock.h"
#include "rights/limits.h"
#include "rights/notification.h"
#include "texts/texts.h"

namespace rights {
namespace {

using base::Code;
using base::Result;
using policy::Told;

constexpr std::string_view kRemedy = "remedy";
constexpr std::string_view kPolicyDecision = "policy decision";
/// No client's data were concerned, where a policy wants clients to be told.
constexpr std::string_view kOwnData = "own_data";

Result<void> check_text(std::string_view name, std::string_view text) {
  if (text.size() > kAccountTextBytesMax)
    return base::fail(Code::TooLarge, fmt::format("{}: at most 16 KiB", name));
  return {};
}

Result<void> must_be_open(const Incident& incident) {
  if (!incident.is_open()) return base::fail(Code::Conflict, "This incident is closed.");
  return {};
}

Result<void> set_text(std::string& to, const std::optional<std::string>& said, std::string_view name) {
  if (!said) return {};
  RETURN_IF_ERROR(check_text(name, *said));
  to = *said;
  return {};
}

template <class List>
Result<void> set_list(List& to, const std::optional<List>& said, std::string_view name) {
  if (!said) return {};
  if (said->size() > kReachMax) return base::fail(Code::TooLarge, fmt::format("{}: at most 500", name));
  to = *said;
  return {};
}

Result<void> set_reach(Account& account, const IncidentChange& said) {
  RETURN_IF_ERROR(set_list(account.reach.properties, said.properties, "properties"));
  RETURN_IF_ERROR(set_list(account.reach.data, said.data, "data"));
  RETURN_IF_ERROR(set_list(account.reach.acts, said.acts, "acts"));
  RETURN_IF_ERROR(set_list(account.losses, said.losses, "losses"));
  for (const auto& one : account.losses) {
    if (!base::contains(kLosses, one))
      return base::fail(Code::Invalid, "losses: confidentiality, integrity, availability");
  }
  return {};
}

Result<void> set_addressed(Account& account, const IncidentChange& said) {
  RETURN_IF_ERROR(set_list(account.clients, said.clients, "clients"));
  for (const auto& one : account.clients) {
    if (one.name.empty() || one.name.size() > kNameBytesMax || !mail::is_address(one.address))
      return base::fail(Code::Invalid, "clients: each with a name and an e-mail address");
  }
  if (!said.letters) return {};
  for (const auto& [language, letter] : *said.letters) {
    for (const auto& text : {letter.happened, letter.consequences, letter.measures})
      RETURN_IF_ERROR(check_text("letters", text));
  }
  account.letters = *said.letters;
  return {};
}

}  // namespace

IncidentDesk::IncidentDesk(Desk& desk)
    : desk_(desk), store_(desk.needs().control, desk.needs().keys, desk.needs().random, desk.scope()) {}

IncidentStore::Together IncidentDesk::act(const Incident& incident, std::string_view kind,
                                          const journal::Actor& by, std::string detail) {
  return [this, id = incident.id, kind = std::string{kind}, by,
          detail = std::move(detail)](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(needs().journal.record(
        connection,
        {.kind = kind,
         .property = desk_.scope(),
         .by = by,
         .subject = std::nullopt,
         .detail = fmt::format("incident {}{}{}", base::to_text(id), detail.empty() ? "" : " ", detail)}));
    return {};
  };
}

Result<void> IncidentDesk::record(const Incident& incident, std::string_view what, const journal::Actor& by,
                                  std::string detail) {
  RETURN_IF_ERROR(needs().journal.record({.kind = std::string{what},
                                          .property = desk_.scope(),
                                          .by = by,
                                          .subject = std::nullopt,
                                          .detail = fmt::format("incident {}{}{}", base::to_text(incident.id),
                                                                detail.empty() ? "" : " ", detail)}));
  return {};
}

Result<std::string> IncidentDesk::title_of(base::PropertyNumber property, base::Language language) const {
  if (property == staff::kStaffScope)
    return std::string{texts::get(language, texts::Key::StaffIncidentsAccounts)};
  if (property == desk_.scope())
    return std::string{texts::get(language, texts::Key::StaffIncidentsOfRequests)};
  ASSIGN_OR_RETURN(auto names, desk_.answer_needs().names(property));
  return std::move(names.second);
}

Result<void> IncidentDesk::apply(Incident& incident, const IncidentChange& said) {
  const auto now = needs().clock.now();
  auto& account = incident.account;
  if (said.state) incident.state = *said.state;
  if (said.aware) incident.aware = *said.aware;
  if (said.from) incident.from = *said.from;
  if (said.until) incident.until = *said.until;
  if (incident.aware > now) return base::fail(Code::Invalid, "aware: this is to come");
  if (incident.from && *incident.from > incident.aware)
    return base::fail(Code::Invalid, "from: nobody is aware of what is to come");
  if (incident.from && incident.until && *incident.until < *incident.from)
    return base::fail(Code::Invalid, "until: it ends after it began");
  RETURN_IF_ERROR(set_text(account.what, said.what, "what"));
  if (account.what.empty()) return base::fail(Code::Invalid, "what: say what happened");
  RETURN_IF_ERROR(set_text(account.found_by, said.found_by, "found_by"));
  RETURN_IF_ERROR(set_text(account.consequences, said.consequences, "consequences"));
  RETURN_IF_ERROR(set_text(account.measures_before, said.measures_before, "measures_before"));
  RETURN_IF_ERROR(set_text(account.measures, said.measures, "measures"));
  RETURN_IF_ERROR(set_text(account.remedy, said.remedy, "remedy"));
  RETURN_IF_ERROR(set_text(account.policy_decision, said.policy_decision, "policy_decision"));
  RETURN_IF_ERROR(set_reach(account, said));
  RETURN_IF_ERROR(set_addressed(account, said));
  RETURN_IF_ERROR(set_duties(incident));
  // A property or datum that there is not is refused now, and not when somebody has to be told.
  if (said.properties || said.data || said.acts) RETURN_IF_ERROR(compute_affected(desk_, incident));
  return {};
}

/// The duties of the policy, with the time that runs from when one was aware.
Result<void> IncidentDesk::set_duties(Incident& incident) const {
  for (const auto& promised : needs().policy.breach().tell) {
    ASSIGN_OR_RETURN(const auto due, due_of(needs().policy, promised, incident.aware));
    auto* duty = incident.duty(promised.whom);
    if (duty == nullptr) {
      incident.duties.emplace_back().whom = promised.whom;
      incident.duties.back().due = due;
    } else if (!duty->done) {
      duty->due = due;
    }
  }
  std::ranges::sort(incident.duties, {}, &Duty::whom);
  return {};
}

Incident IncidentDesk::draw(Finder finder, base::Language language) const {
  const auto now = needs().clock.now();
  Incident incident;
  incident.id = IncidentId::draw(needs().random);
  incident.state = finder == Finder::Staff ? IncidentState::Detected : IncidentState::Suspected;
  incident.finder = finder;
  incident.language = language;
  incident.policy_version = needs().policy.version();
  incident.opened = now;
  incident.aware = now;
  const auto& controller = needs().policy.parties().controller;
  const auto& processor = needs().policy.parties().processor;
  if (controller && processor && !controller->contact.empty() && controller->contact != processor->contact)
    incident.account.clients.push_back({controller->name, controller->contact, language});
  return incident;
}

Result<void> IncidentDesk::put_on_record(const Incident& incident, const journal::Actor& by) {
  RETURN_IF_ERROR(
      store_.add(incident, act(incident, "incident.opened", by, std::string{to_text(incident.finder)})));
  // It is on record: that a mail cannot be queued must not make anybody open it twice.
  if (const auto told = mail_officer(incident, "incident_opened", base::to_text(incident.id)); !told)
    base::log(base::Level::Error, "incident.officer_not_told", {{"error", told.error()}});
  return {};
}

Result<Incident> IncidentDesk::open_incident(const IncidentChange& said, base::Language language,
                                             const journal::Actor& by) {
  auto incident = draw(Finder::Staff, language);
  RETURN_IF_ERROR(apply(incident, said));
  RETURN_IF_ERROR(put_on_record(incident, by));
  return incident;
}

Result<Incident> IncidentDesk::change(IncidentId id, const IncidentChange& said, const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  RETURN_IF_ERROR(must_be_open(incident));
  const auto before = incident.aware;
  RETURN_IF_ERROR(apply(incident, said));
  auto detail = fmt::format("state {}", to_text(incident.state));
  if (incident.aware != before)
    detail +=
        fmt::format(" aware {} instead of {}", base::to_rfc3339(incident.aware), base::to_rfc3339(before));
  RETURN_IF_ERROR(store_.update(incident, act(incident, "incident.changed", by, std::move(detail))));
  return incident;
}

Result<Incident> IncidentDesk::assess(IncidentId id, Risk risk, std::string_view reasons,
                                      const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  RETURN_IF_ERROR(must_be_open(incident));
  if (risk == Risk::Unassessed) return base::fail(Code::Invalid, "risk: none, unlikely, some, high");
  if (reasons.empty()) return base::fail(Code::Invalid, "reasons: say why");
  RETURN_IF_ERROR(check_text("reasons", reasons));
  incident.risk = risk;
  incident.account.risk_reasons = reasons;
  // Not to tell was right as things looked then; where it no longer is, somebody decides again.
  for (auto& duty : incident.duties) {
    if (duty.tell != std::optional{false} ||
        check_choice(incident, duty.whom, {.reasons = duty.reasons, .exception = duty.exception}))
      continue;
    duty.tell.reset();
    duty.decided.reset();
  }
  RETURN_IF_ERROR(
      store_.update(incident, act(incident, "incident.assessed", by, fmt::format("risk {}", to_text(risk)))));
  return incident;
}

/// May this be decided? Not to tell is where a policy is easily broken.
Result<void> IncidentDesk::check_choice(const Incident& incident, Told whom, const Choice& choice) const {
  if (choice.tell || incident.risk == Risk::None) return {};
  if (choice.reasons.empty()) return base::fail(Code::Invalid, "reasons: say why nobody is told");
  if (whom == Told::Controller) {
    if (choice.exception == kOwnData && incident.account.clients.empty()) return {};
    return base::fail(Code::Conflict, "The controller is told of every breach of their data.");
  }
  const auto& promised = needs().policy.breach().tell;
  const auto duty = std::ranges::find(promised, whom, &policy::BreachDuty::whom);
  if (duty != promised.end() && !duty->by_law)
    return base::fail(Code::Conflict, "The policy promises to tell them of every breach.");
  if (whom == Told::Authority && incident.risk != Risk::Unlikely)
    return base::fail(Code::Conflict, "The authority is told unless a risk is unlikely.");
  if (whom == Told::People && incident.risk == Risk::High && !base::contains(kExceptions, choice.exception))
    return base::fail(Code::Conflict, "People are told of a high risk, save for an exception of the law.");
  return {};
}

Result<Affected> IncidentDesk::check_letters(const Incident& incident) {
  ASSIGN_OR_RETURN(auto affected, compute_affected(desk_, incident));
  for (const auto& [language, count] : affected.languages) {
    const auto letter = incident.account.letters.find(language);
    if (letter == incident.account.letters.end() || !letter->second.is_whole())
      return base::fail(Code::Invalid,
                        fmt::format("letters: {} people read it in {}", count, base::to_text(language)));
  }
  return affected;
}

Result<Incident> IncidentDesk::decide(IncidentId id, Told whom, const Choice& choice,
                                      const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  RETURN_IF_ERROR(must_be_open(incident));
  auto* duty = incident.duty(whom);
  if (duty == nullptr) return base::fail(Code::NotFound, "The policy has no such duty.");
  if (incident.risk == Risk::Unassessed) return base::fail(Code::Conflict, "Assess the risk first.");
  if (duty->done || (duty->tell == std::optional{true} && whom != Told::Authority))
    return base::fail(Code::Conflict, "They are being told already.");
  RETURN_IF_ERROR(check_text("reasons", choice.reasons));
  RETURN_IF_ERROR(check_choice(incident, whom, choice));
  std::optional<Affected> affected;
  if (choice.tell && whom == Told::People) {
    ASSIGN_OR_RETURN(affected, check_letters(incident));
    incident.account.people = static_cast<std::int64_t>(affected->people.size());
    incident.account.people_gone = affected->gone;
  }
  if (choice.tell && whom == Told::Controller && incident.account.clients.empty())
    return base::fail(Code::Invalid, "clients: name whose data it were");
  const auto now = needs().clock.now();
  duty->tell = choice.tell;
  duty->decided = now;
  duty->reasons = choice.reasons;
  duty->exception = choice.tell ? std::string{} : choice.exception;
  const auto recorded = act(incident, "incident.decided", by,
                            fmt::format("{} {}", policy::to_text(whom), choice.tell ? "told" : "not told"));
  RETURN_IF_ERROR(store_.update(incident, [&](sql::Connection& connection) -> Result<void> {
    if (affected) {
      for (const auto& one : affected->people)
        RETURN_IF_ERROR(store_.add_letter(
            connection, id, {one.property, one.person, one.has_address ? "due" : "failed", now}));
    }
    return recorded(connection);
  }));
  RETURN_IF_ERROR(carry_on(incident));
  return store_.find(id);
}

Result<Incident> IncidentDesk::tell_done(IncidentId id, Told whom, const Done& done,
                                         const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  RETURN_IF_ERROR(must_be_open(incident));
  auto* duty = incident.duty(whom);
  if (duty == nullptr) return base::fail(Code::NotFound, "The policy has no such duty.");
  if (duty->tell != std::optional{true}) return base::fail(Code::Conflict, "Decide first to tell them.");
  if (whom != Told::Authority && duty->done) return base::fail(Code::Conflict, "They were told already.");
  // Told by the minute: the one in which one became aware counts from then.
  const auto at = std::max(done.at, incident.aware);
  if (at - done.at >= std::chrono::minutes{1} || at > needs().clock.now())
    return base::fail(Code::Invalid, "at: between becoming aware and now");
  if (done.how.empty()) return base::fail(Code::Invalid, "how: a reference, or how they were told");
  for (const auto& text : {done.how, done.late_reasons}) RETURN_IF_ERROR(check_text("how", text));
  if (!duty->done && at > duty->due && done.late_reasons.empty())
    return base::fail(Code::Invalid, "late_reasons: say why it is late (GDPR 33(1))");
  std::optional<Notice> notice;
  if (whom == Told::Authority) {
    if (!base::contains(kNoticePhases, done.phase))
      return base::fail(Code::Invalid, "phase: preliminary, supplement, complete");
    ASSIGN_OR_RETURN(const auto document, make_notification(*this, incident, done.phase, incident.language));
    notice = Notice{done.phase, at, done.how, to_json(document)};
  }
  if (!duty->done) {
    duty->done = at;
    duty->late_reasons = done.late_reasons;
    duty->how = done.how;
  }
  const auto recorded = act(incident, "incident.told", by,
                            fmt::format("{} {} at {}", policy::to_text(whom),
                                        notice ? done.phase : std::string{"by hand"}, base::to_rfc3339(at)));
  RETURN_IF_ERROR(store_.update(incident, [&](sql::Connection& connection) -> Result<void> {
    if (notice) RETURN_IF_ERROR(store_.add_notice(connection, id, *notice));
    return recorded(connection);
  }));
  return incident;
}

Result<std::vector<std::string>> IncidentDesk::missing(const Incident& incident) {
  std::vector<std::string> missing;
  if (incident.risk == Risk::Unassessed) missing.emplace_back("assessment");
  for (const auto& duty : incident.duties) {
    if (duty.is_open()) missing.emplace_back(policy::to_text(duty.whom));
  }
  ASSIGN_OR_RETURN(const auto notices, store_.notices(incident));
  if (!notices.empty() && !base::contains(notices, "complete", &Notice::phase))
    missing.emplace_back("complete_notice");
  const auto& wanted = needs().policy.breach().closed_with;
  if (base::contains(wanted, kRemedy) && incident.account.remedy.empty()) missing.emplace_back("remedy");
  if (base::contains(wanted, kPolicyDecision) && incident.account.policy_decision.empty())
    missing.emplace_back("policy_decision");
  return missing;
}

Result<Incident> IncidentDesk::close(IncidentId id, const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  RETURN_IF_ERROR(must_be_open(incident));
  ASSIGN_OR_RETURN(const auto lacks, missing(incident));
  if (!lacks.empty())
    return base::fail(Code::Conflict, fmt::format("This is not on record yet: {}", lacks.front()));
  incident.state = IncidentState::Concluded;
  incident.closed = needs().clock.now();
  RETURN_IF_ERROR(store_.update(incident, act(incident, "incident.closed", by)));
  return incident;
}

Result<Incident> IncidentDesk::reopen(IncidentId id, std::string_view reasons, const journal::Actor& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto incident, store_.find(id));
  if (incident.is_open()) return base::fail(Code::Conflict, "This incident is open.");
  if (incident.texts_ended)
    return base::fail(Code::Conflict, "What was written about it is gone: put a new one on record.");
  if (reasons.empty()) return base::fail(Code::Invalid, "reasons: say why");
  RETURN_IF_ERROR(check_text("reasons", reasons));
  incident.account.reopened.push_back({needs().clock.now(), std::string{reasons}});
  incident.state = IncidentState::Detected;
  incident.closed.reset();
  RETURN_IF_ERROR(store_.update(incident, act(incident, "incident.reopened", by)));
  return incident;
}

Result<std::int64_t> IncidentDesk::forget_old(base::Instant now) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto closed, store_.closed_before(now));
  std::int64_t forgotten = 0;
  for (const auto& one : closed) {
    if (texts_end(needs().policy, *one.closed) > now) continue;
    RETURN_IF_ERROR(store_.end_texts(one, now, act(one, "incident.texts_ended", {})));
    if (!one.texts_ended) ++forgotten;
  }
  return forgotten;
}

}  // namespace rights
