#include "app/promise_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "app/backup_route.h"
#include "app/credentials_words.h"
#include "app/house.h"
#include "app/mail_carrier.h"
#include "base/check.h"
#include "http/certificate.h"
#include "journal/limits.h"
#include "policy/notice_words.h"
#include "retention/limits.h"
#include "rights/clock.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Result;
using texts::Key;
using texts::Plural;
using texts::Value;

/// A backup older than this, or one not tried for so long, is no assurance any more.
constexpr std::chrono::days kBackupFresh{7};
constexpr std::chrono::days kDrillFresh{92};
/// A certificate that ends sooner has to be renewed.
constexpr std::chrono::days kCertificateNears{14};
/// What is due is looked for every minute; this much later it has not been done.
constexpr auto kExecutionGrace = 10 * retention::kRunEvery;
constexpr std::size_t kDetailsMax = 50;

/// Speaks one language, and knows the hour.
class Teller {
 public:
  Teller(House& house, base::Language language)
      : house_(house),
        language_(language),
        now_(house.clock->now()),
        zone_(rights::zone_of(house.policy->law())) {}

  Shown construction() const { return {.evidence = {say(Key::PromisesEvidenceConstruction)}}; }

  Shown policy() const {
    const auto& policy = *house_.policy;
    return {
        .evidence = {say(Key::PromisesEvidencePolicy,
                         {{"name", policy.name()}, {"version", policy.version()}})},
        .details = {texts::plural(language_, Plural::PromisesEvidencePurposes, count_of(policy.purposes())),
                    texts::plural(language_, Plural::PromisesEvidenceData, count_of(policy.data()))}};
  }

  Result<Shown> members() const {
    std::int64_t all = 0;
    std::int64_t exporting = 0;
    ASSIGN_OR_RETURN(const auto organisations, house_.members->organisations());
    for (const auto& organisation : organisations) {
      ASSIGN_OR_RETURN(const auto colleagues, house_.members->of(organisation.number));
      all += std::ssize(colleagues);
      exporting += std::ranges::count_if(colleagues, [](const auto& one) { return one.grant.exports; });
    }
    return Shown{.evidence = {texts::plural(language_, Plural::PromisesEvidenceMembers, all),
                              texts::plural(language_, Plural::PromisesEvidenceExporting, exporting)}};
  }

  Result<Shown> duties() const {
    std::int64_t cleared = 0;
    std::int64_t held = 0;
    ASSIGN_OR_RETURN(const auto organisations, house_.members->organisations());
    for (const auto& organisation : organisations) {
      ASSIGN_OR_RETURN(const auto colleagues, house_.members->of(organisation.number));
      for (const auto& one : colleagues) {
        if (one.grant.until && *one.grant.until <= now_) continue;
        ASSIGN_OR_RETURN(const int open, house_.duties->count_open(one.id));
        ++(open > 0 ? held : cleared);
      }
    }
    return Shown{.evidence = {texts::plural(language_, Plural::PromisesEvidenceCleared, cleared),
                              texts::plural(language_, Plural::PromisesEvidenceHeld, held)}};
  }

  Result<Shown> deletion() const {
    ASSIGN_OR_RETURN(const auto all, house_.schedule->all());
    Shown shown;
    const retention::Due* last = nullptr;
    const retention::Due* next = nullptr;
    std::int64_t late = 0;
    for (const auto& each : all) {
      if (each.executed && (last == nullptr || *each.executed > *last->executed)) last = &each;
      if (each.executed || !each.due) continue;
      if (next == nullptr) next = &each;
      if (now_ - *each.due > kExecutionGrace) ++late;
      if (shown.details.size() < kDetailsMax)
        shown.details.push_back(of_due(Key::PromisesEvidenceDueDetail, each, *each.due));
    }
    shown.evidence.push_back(last != nullptr
                                 ? of_due(Key::PromisesEvidenceDeletedLast, *last, *last->executed)
                                 : say(Key::PromisesEvidenceDeletedNever));
    shown.evidence.push_back(next != nullptr ? of_due(Key::PromisesEvidenceDueNext, *next, *next->due)
                                             : say(Key::PromisesEvidenceDueNone));
    if (!house_.trusts_clock()) {
      shown.standing = Standing::Attention;
      shown.evidence.insert(shown.evidence.begin(), say(Key::PromisesEvidenceClockDoubted));
    } else if (late > 0) {
      shown.standing = Standing::Broken;
      shown.evidence.insert(shown.evidence.begin(),
                            texts::plural(language_, Plural::PromisesEvidenceDeletionLate, late));
    }
    return shown;
  }

  Result<Shown> consent() const {
    ASSIGN_OR_RETURN(const auto counts, house_.consents->counts());
    std::map<std::string, std::array<std::int64_t, 5>> by_version;
    for (const auto& one : counts)
      by_version[one.policy_version][static_cast<std::size_t>(one.state)] += one.sessions;
    Shown shown;
    for (const auto& [version, sums] : by_version) {
      const auto of = [&](consent::State state) { return sums[static_cast<std::size_t>(state)]; };
      const auto given = of(consent::State::Given);
      const auto answered =
          given + of(consent::State::Refused) + of(consent::State::Withdrawn) + of(consent::State::Lapsed);
      const auto number = [&](std::int64_t value) { return texts::number(language_, value); };
      const auto share =
          answered > 0 ? texts::percent(language_, static_cast<double>(given) / static_cast<double>(answered))
                       : std::string{"–"};
      auto sentence = say(
          Key::PromisesEvidenceConsent,
          {{"version", version}, {"share", share}, {"given", number(given)}, {"answered", number(answered)}});
      shown.details.push_back(
          say(Key::PromisesEvidenceConsentDetail, {{"version", version},
                                                   {"refused", number(of(consent::State::Refused))},
                                                   {"withdrawn", number(of(consent::State::Withdrawn))},
                                                   {"lapsed", number(of(consent::State::Lapsed))},
                                                   {"asked", number(of(consent::State::Asked))}}));
      // The one in force is read first, the older ones unfold.
      if (version == house_.policy->version())
        shown.evidence.push_back(std::move(sentence));
      else
        shown.details.push_back(std::move(sentence));
    }
    if (shown.evidence.empty())
      shown.evidence.push_back(
          say(Key::PromisesEvidenceConsentNone, {{"version", house_.policy->version()}}));
    return shown;
  }

  Result<Shown> requests() const {
    ASSIGN_OR_RETURN(const auto all, house_.desk->store().list());
    ASSIGN_OR_RETURN(const auto tally, house_.desk->store().tally(now_));
    Shown shown;
    if (tally.overdue > 0) {
      shown.standing = Standing::Broken;
      shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceRequestsLate, tally.overdue));
    }
    shown.evidence.push_back(tally.open > 0
                                 ? texts::plural(language_, Plural::PromisesEvidenceRequestsOpen, tally.open)
                                 : say(Key::PromisesEvidenceRequestsNone));
    for (const auto& request : all) {
      if (!request.is_open() || shown.details.size() == kDetailsMax) continue;
      shown.details.push_back(say(Key::PromisesEvidenceRequestDetail,
                                  {{"received", when(request.received)}, {"due", when(request.due)}}));
    }
    return shown;
  }

  Result<Shown> incidents() const {
    ASSIGN_OR_RETURN(const auto tally, house_.incidents->store().tally(now_));
    Shown shown;
    if (tally.overdue > 0) {
      shown.standing = Standing::Broken;
      shown.evidence.push_back(
          texts::plural(language_, Plural::PromisesEvidenceIncidentsLate, tally.overdue));
    }
    shown.evidence.push_back(tally.open > 0
                                 ? texts::plural(language_, Plural::PromisesEvidenceIncidentsOpen, tally.open)
                                 : say(Key::PromisesEvidenceIncidentsNone));
    return shown;
  }

  Result<Shown> erasures() const {
    ASSIGN_OR_RETURN(const auto tally, house_.eraser->tally());
    Shown shown;
    if (tally.waiting > 0) {
      shown.standing = Standing::Attention;
      shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceErasuresWait, tally.waiting));
    }
    if (tally.completed == 0) {
      shown.evidence.push_back(say(Key::PromisesEvidenceErasuresNone));
    } else {
      shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceErasures, tally.completed,
                                             {{"when", when(tally.last.value_or(now_))}}));
    }
    return shown;
  }

  Result<Shown> journal() const {
    ASSIGN_OR_RETURN(const auto count, house_.journal->count());
    const auto checkpoint = house_.publisher->checkpoint();
    const auto signed_acts = static_cast<std::int64_t>(checkpoint.size);
    Shown shown{
        .evidence = {say(Key::PromisesEvidenceJournal, {{"count", texts::number(language_, count)},
                                                        {"signed", texts::number(language_, signed_acts)}})},
        .details = {say(Key::PromisesEvidenceJournalRoot, {{"origin", checkpoint.origin}})}};
    if (count - signed_acts > static_cast<std::int64_t>(journal::kCheckpointEntries)) {
      shown.standing = Standing::Attention;
      shown.evidence.push_back(say(Key::PromisesEvidenceJournalBehind));
    }
    return shown;
  }

  Result<Shown> backup() const {
    ASSIGN_OR_RETURN(const auto times, backup_times(house_));
    Shown shown;
    const auto tell = [&](std::optional<base::Instant> at, std::chrono::days fresh, Key done, Key never,
                          Key old) {
      shown.evidence.push_back(at ? say(done, {{"when", when(*at)}}) : say(never));
      if (at && now_ - *at <= fresh) return;
      shown.standing = Standing::Attention;
      if (at) shown.evidence.push_back(say(old));
    };
    tell(times.made, kBackupFresh, Key::PromisesEvidenceBackup, Key::PromisesEvidenceBackupNever,
         Key::PromisesEvidenceBackupOld);
    tell(times.drilled, kDrillFresh, Key::PromisesEvidenceDrill, Key::PromisesEvidenceDrillNever,
         Key::PromisesEvidenceDrillOld);
    return shown;
  }

  Result<Shown> request_log() const {
    ASSIGN_OR_RETURN(const auto standings, house_.request_log->standings());
    Shown shown;
    for (const auto& standing : standings) {
      const std::string what{house_.policy->datum(standing.datum)->says.in(language_)};
      shown.evidence.push_back(
          !standing.first
              ? say(Key::PromisesEvidenceLogEmpty, {{"what", what}})
              : say(Key::PromisesEvidenceLog,
                    {{"what", what}, {"first", when(*standing.first)}, {"ends", when(*standing.ends)}}));
      if (!standing.is_overdue) continue;
      shown.standing = Standing::Broken;
      shown.evidence.push_back(say(Key::PromisesEvidenceLogLate));
    }
    if (const auto lost = static_cast<std::int64_t>(house_.request_log->lost()); lost > 0) {
      shown.standing = std::max(shown.standing, Standing::Attention);
      shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceLogLost, lost));
    }
    return shown;
  }

  Result<Shown> credentials() const {
    ASSIGN_OR_RETURN(const auto standings, house_.credentials->standings());
    std::map<Standing, std::vector<std::string>, std::greater<>> by_weight;
    for (const auto& standing : standings) {
      for (auto& sentence : sentences_of(standing, language_, zone_))
        by_weight[sentence.weight].push_back(std::move(sentence.text));
    }
    Shown shown;
    // What the installation does not have is no promise kept, and none broken.
    if (auto none = by_weight.extract(Standing::None)) shown.details = std::move(none.mapped());
    if (!by_weight.empty()) shown.standing = by_weight.begin()->first;
    for (const auto& [weight, sentences] : by_weight)
      shown.evidence.insert(shown.evidence.end(), sentences.begin(), sentences.end());
    return shown;
  }

  Result<Shown> transport() const {
    const auto& options = house_.options;
    if (!options.certificate && !options.origin.starts_with("https://")) {
      if (options.is_local())
        return Shown{.standing = Standing::Attention, .evidence = {say(Key::PromisesEvidenceTlsLocal)}};
      return Shown{.standing = Standing::Broken,
                   .evidence = {say(Key::PromisesEvidenceTlsNone, {{"origin", options.origin}})}};
    }
    Shown shown{.evidence = {say(Key::PromisesEvidenceTls, {{"origin", options.origin}})}};
    // Behind a proxy the certificate is the proxy's.
    if (!options.certificate) return shown;
    ASSIGN_OR_RETURN(const auto certificate, http::read_certificate(house_.files, *options.certificate));
    const auto tell = [&](Key key, Standing standing) {
      shown.standing = std::max(shown.standing, standing);
      shown.evidence.push_back(say(key, {{"host", options.host()}, {"until", when(certificate.until)}}));
    };
    if (!http::is_for(certificate, options.host()))
      tell(Key::PromisesEvidenceCertificateOther, Standing::Broken);
    if (now_ > certificate.until)
      tell(Key::PromisesEvidenceCertificateOver, Standing::Broken);
    else if (now_ > certificate.until - kCertificateNears)
      tell(Key::PromisesEvidenceCertificateNears, Standing::Attention);
    else
      tell(Key::PromisesEvidenceCertificate, Standing::Kept);
    return shown;
  }

  Shown recipients() const {
    const auto& policy = *house_.policy;
    Shown shown;
    std::int64_t active = 0;
    for (const auto& recipient : policy.recipients()) {
      if (!recipient.is_active()) {
        shown.evidence.push_back(say(Key::PromisesEvidenceRecipientInactive, {{"name", recipient.called}}));
        continue;
      }
      ++active;
      shown.details.push_back(say(recipient.agreement.empty() ? Key::PromisesEvidenceRecipientAssessed
                                                              : Key::PromisesEvidenceRecipientDetail,
                                  {{"name", recipient.called},
                                   {"assessed", recipient.assessed},
                                   {"agreement", recipient.agreement}}));
    }
    shown.evidence.insert(shown.evidence.begin(),
                          texts::plural(language_, Plural::PromisesEvidenceRecipients, active));
    const auto* carrier = policy.recipient(house_.mail_carrier);
    if (carrier == nullptr) return shown;
    const auto* address = policy.email_field();
    const bool carries =
        address != nullptr && may_carry(policy, carrier->name, {.address = address->name, .name = {}});
    if (!carries) shown.standing = Standing::Attention;
    shown.evidence.push_back(say(carries ? Key::PromisesEvidenceMailBy : Key::PromisesEvidenceMailWaits,
                                 {{"name", carrier->called}}));
    return shown;
  }

  Result<Shown> assignments() const {
    ASSIGN_OR_RETURN(const auto all, house_.disclosures->all_in_force());
    Shown shown{.evidence = {texts::plural(language_, Plural::PromisesEvidenceAssignments, count_of(all))}};
    for (const auto& one : all) {
      if (shown.details.size() == kDetailsMax) break;
      shown.details.push_back(say(Key::PromisesEvidenceAssignmentDetail,
                                  {{"organiser", one.organiser}, {"agreed_on", one.agreed_on}}));
    }
    ASSIGN_OR_RETURN(const auto tally, house_.disclosures->tally());
    for (const auto& one : tally) {
      if (one.ground == disclosure::kAssignmentGround)
        shown.evidence.push_back(
            texts::plural(language_, Plural::PromisesEvidenceReports, one.count, {{"when", when(one.last)}}));
    }
    return shown;
  }

  Result<Shown> disclosures() const {
    Shown shown;
    ASSIGN_OR_RETURN(const auto tally, house_.disclosures->tally());
    for (const auto& one : tally) {
      if (one.ground == disclosure::kAssignmentGround) continue;
      shown.evidence.push_back(texts::plural(
          language_, Plural::PromisesEvidenceDisclosures, one.count,
          {{"ground", texts::word(language_, "disclosure.ground.", one.ground)}, {"when", when(one.last)}}));
    }
    if (shown.evidence.empty()) shown.evidence.push_back(say(Key::PromisesEvidenceDisclosuresNone));
    return shown;
  }

  /// Requires: a policy that declares some.
  Result<Shown> updates() const {
    auto& updates = *house_.updates;
    ASSIGN_OR_RETURN(const auto counts, updates.subscribers.store().counts());
    Shown shown;
    std::int64_t people = 0;
    for (const auto& [name, count] : counts) people += count;
    shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceSubscriptions, people));
    ASSIGN_OR_RETURN(const auto marks, updates.subscribers.store().count_marks());
    shown.evidence.push_back(texts::plural(language_, Plural::PromisesEvidenceMarks, marks));
    const policy::NoticeWords words(*house_.policy, language_);
    for (const auto& update : house_.policy->updates()) {
      ASSIGN_OR_RETURN(const auto last, updates.issues.last(update));
      shown.details.push_back(say(last ? Key::PromisesEvidenceUpdateSent : Key::PromisesEvidenceUpdateUnsent,
                                  {{"title", words.in(update.title)},
                                   {"span", words.span(update.every)},
                                   {"when", last ? when(*last) : std::string{}}}));
    }
    return shown;
  }

 private:
  std::string say(Key key, std::initializer_list<Value> values = {}) const {
    return texts::format(language_, key, values);
  }
  std::string when(base::Instant at) const { return texts::date_time(language_, at, zone_); }
  template <class List>
  static std::int64_t count_of(const List& list) {
    return static_cast<std::int64_t>(list.size());
  }
  std::string of_due(Key key, const retention::Due& due, base::Instant at) const {
    const auto* datum = house_.policy->datum(due.datum);
    const auto what = datum != nullptr ? std::string{datum->says.in(language_)} : due.datum;
    return say(key, {{"what", what}, {"title", due.end.title}, {"when", when(at)}});
  }

  House& house_;
  base::Language language_;
  base::Instant now_;
  std::string_view zone_;
};

}  // namespace

std::string_view to_text(Standing standing) {
  constexpr std::array<std::string_view, 5> kWords{"kept", "possible", "none", "attention", "broken"};
  return kWords[static_cast<std::size_t>(standing)];
}

Result<AllEvidence> collect_evidence(House& house, base::Language language) {
  const Teller teller(house, language);
  AllEvidence all;
  const auto of = [&all](Evidence evidence) -> Shown& {
    const auto at = static_cast<std::size_t>(evidence);
    CHECK(at < all.size());
    return all[at];
  };
  of(Evidence::Construction) = teller.construction();
  of(Evidence::Policy) = teller.policy();
  ASSIGN_OR_RETURN(of(Evidence::Deletion), teller.deletion());
  ASSIGN_OR_RETURN(of(Evidence::Consent), teller.consent());
  ASSIGN_OR_RETURN(of(Evidence::Requests), teller.requests());
  ASSIGN_OR_RETURN(of(Evidence::Incidents), teller.incidents());
  ASSIGN_OR_RETURN(of(Evidence::Erasures), teller.erasures());
  ASSIGN_OR_RETURN(of(Evidence::Journal), teller.journal());
  ASSIGN_OR_RETURN(of(Evidence::Backup), teller.backup());
  ASSIGN_OR_RETURN(of(Evidence::RequestLog), teller.request_log());
  ASSIGN_OR_RETURN(of(Evidence::Credentials), teller.credentials());
  ASSIGN_OR_RETURN(of(Evidence::Transport), teller.transport());
  of(Evidence::Recipients) = teller.recipients();
  ASSIGN_OR_RETURN(of(Evidence::Assignments), teller.assignments());
  ASSIGN_OR_RETURN(of(Evidence::Disclosures), teller.disclosures());
  ASSIGN_OR_RETURN(of(Evidence::Members), teller.members());
  ASSIGN_OR_RETURN(of(Evidence::Duties), teller.duties());
  if (house.updates) {
    ASSIGN_OR_RETURN(of(Evidence::Updates), teller.updates());
  }
  return all;
}

}  // namespace app
