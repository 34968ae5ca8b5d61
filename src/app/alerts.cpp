#include "app/alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "app/desk.h"
#include "app/house_time.h"
#include "base/contains.h"
#include "disclosure/limits.h"
#include "journal/limits.h"
#include "rights/permissions.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::Instant;
using base::MemberId;
using base::Result;

constexpr std::chrono::minutes kRunEvery{1};
constexpr std::chrono::hours kHour{1};
constexpr std::chrono::hours kDay{24};
constexpr std::string_view kOwn = "alert_own";
constexpr std::string_view kColleague = "alert_colleague";

enum class Kind { NewBrowser, ManyRefused, RecoveryUsed, FactorChanged, ManyExports };
constexpr std::array<std::string_view, 5> kKinds{"new_browser", "many_refused", "recovery_used",
                                                 "factor_changed", "many_exports"};

struct Rule {
  std::string_view act;
  Kind kind;
  bool tells_own;  ///< else a mail of access's own does (factor_mail.h)
};
constexpr std::array kRules{Rule{"staff.device_added", Kind::NewBrowser, false},
                            Rule{"staff.recovery_used", Kind::RecoveryUsed, false},
                            Rule{"staff.factor_replaced", Kind::FactorChanged, false},
                            Rule{"staff.factor_reset", Kind::FactorChanged, false},
                            Rule{"staff.passkey_added", Kind::FactorChanged, false},
                            Rule{"staff.passkey_removed", Kind::FactorChanged, true},
                            Rule{"staff.recovery_made", Kind::FactorChanged, true},
                            Rule{"staff.password_changed", Kind::FactorChanged, true}};
constexpr std::array<std::string_view, 3> kRefusals{"staff.sign_in_refused", "staff.code_refused",
                                                    "staff.passkey_refused"};
/// Of a browser that its first account, or who was invited, made the account in: that is no news.
constexpr std::string_view kVouchedBySetup = "setup";
/// How an act of the operator says whose account it is about.
constexpr std::string_view kAboutMember = "member ";

struct Alert {
  Kind kind;
  MemberId member;
  Instant at;
  bool tells_own = true;
};

/// Reads on from where it was.
class Watch {
 public:
  explicit Watch(House& house) : house_(house) {}

  Result<void> run() {
    RETURN_IF_ERROR(begin());
    while (true) {
      ASSIGN_OR_RETURN(const auto entries,
                       house_.journal->list({.after = read_, .count_max = journal::kListMax}));
      for (const auto& entry : entries) {
        RETURN_IF_ERROR(look_at(entry));
        read_ = entry.number;
      }
      if (std::ssize(entries) < journal::kListMax) break;
    }
    return look_at_exports();
  }

 private:
  /// What happened while the program was down is told, if it was not: the queue knows what it was told.
  Result<void> begin() {
    if (begun_) return {};
    ASSIGN_OR_RETURN(const auto count, house_.journal->count());
    const auto since = house_.clock->now() - kHour;
    std::optional<journal::ActNumber> before;
    read_ = count;
    while (true) {
      ASSIGN_OR_RETURN(
          const auto entries,
          house_.journal->newest({.since = since, .before = before, .count_max = journal::kListMax}));
      if (!entries.empty()) before = read_ = entries.back().number;
      if (std::ssize(entries) < journal::kListMax) break;
    }
    if (before) --read_;
    begun_ = true;
    return {};
  }

  Result<void> look_at(const journal::Entry& entry) {
    const auto& act = entry.act;
    const auto member = whose(act);
    if (!member) return {};
    if (base::contains(kRefusals, act.kind)) return count_refusal(*member, entry.at);
    const auto rule = std::ranges::find(kRules, act.kind, &Rule::act);
    if (rule == kRules.end()) return {};
    if (rule->kind == Kind::NewBrowser && act.detail.ends_with(kVouchedBySetup)) return {};
    return tell({rule->kind, *member, entry.at, rule->tells_own});
  }

  static std::optional<MemberId> whose(const journal::Act& act) {
    if (act.by.member) return act.by.member;
    const auto at = act.detail.find(kAboutMember);
    if (at == std::string::npos) return std::nullopt;
    const auto id = base::parse_id<MemberId>(std::string_view{act.detail}.substr(at + kAboutMember.size()));
    return id ? std::optional{*id} : std::nullopt;
  }

  Result<void> count_refusal(MemberId member, Instant at) {
    auto& times = refused_[member];
    std::erase_if(times, [&](Instant one) { return at - one >= kHour; });
    times.push_back(at);
    if (std::ssize(times) < kRefusedMany) return {};
    times.clear();
    return tell({Kind::ManyRefused, member, at});
  }

  /// By who is behind every file that left within a day.
  Result<void> look_at_exports() {
    const auto now = house_.clock->now();
    struct Taken {
      std::int64_t files = 0;
      std::int64_t people = 0;
      Instant last;
    };
    std::map<MemberId, Taken> taken;
    std::int64_t before = 0;
    for (bool within = true; within;) {
      ASSIGN_OR_RETURN(const auto page, house_.disclosures->list(before, disclosure::kListMax));
      within = std::ssize(page) == disclosure::kListMax;
      for (const auto& one : page) {
        before = one.number;
        if (one.at <= now - kDay) within = false;
        if (one.at <= now - kDay || !one.member) continue;
        auto& by = taken[*one.member];
        by.last = std::max(by.last, one.at);
        ++by.files;
        by.people += one.people;
      }
    }
    for (const auto& [member, by] : taken) {
      if (by.files <= kExportsUsual && by.people <= kExportedUsual) continue;
      RETURN_IF_ERROR(tell({Kind::ManyExports, member, by.last}));
    }
    return {};
  }

  Result<void> tell(const Alert& alert) {
    const auto profile = house_.access->profile(alert.member);
    // Whose account is closed.
    if (!profile && (profile.error().code == Code::NotFound || profile.error().code == Code::Gone)) return {};
    if (!profile) return base::fail(profile.error());
    if (alert.tells_own) RETURN_IF_ERROR(queue(kOwn, profile->person, alert));
    ASSIGN_OR_RETURN(const auto organisation, organisation_of(alert.member));
    ASSIGN_OR_RETURN(auto people, house_.access->people_who_may(staff::kManageMembers, organisation));
    if (alert.kind == Kind::ManyExports) {
      ASSIGN_OR_RETURN(const auto officers,
                       house_.access->people_who_may(rights::kAnswerRequests, organisation));
      people.insert(people.end(), officers.begin(), officers.end());
    }
    for (const auto person : std::set(people.begin(), people.end())) {
      if (person != profile->person) RETURN_IF_ERROR(queue(kColleague, person, alert));
    }
    return {};
  }

  Result<base::OrganisationNumber> organisation_of(MemberId member) {
    ASSIGN_OR_RETURN(const auto organisations, house_.members->organisations());
    for (const auto& one : organisations) {
      if (house_.members->find(one.number, member)) return one.number;
    }
    return base::kHouse;
  }

  Result<void> queue(std::string_view mail, base::PersonId person, const Alert& alert) {
    const auto kind = kKinds[static_cast<std::size_t>(alert.kind)];
    const auto member = base::to_text(alert.member);
    const auto hour = base::to_ms(alert.at) / base::Millis{kHour}.count();
    RETURN_IF_ERROR(house_.outbox->queue({.person = person,
                                          .property = staff::kStaffScope,
                                          .template_name = std::string{mail},
                                          .parameters = {{"kind", std::string{kind}}, {"member", member}},
                                          .due = std::nullopt,
                                          .once = fmt::format("{}/{}/{}", kind, member, hour)}));
    return {};
  }

  House& house_;
  bool begun_ = false;
  journal::ActNumber read_ = 0;
  std::map<MemberId, std::vector<Instant>> refused_;
};

}  // namespace

std::vector<outbox::Template> alert_templates(House& house) {
  const auto fill = [&house](std::string_view page) {
    return [&house, page](const outbox::Recipient& recipient,
                          const outbox::Values& values) -> Result<outbox::Filling> {
      ASSIGN_OR_RETURN(const auto member, base::parse_id<MemberId>(values.at("member")));
      ASSIGN_OR_RETURN(auto name, name_of(house, member));
      outbox::Filling filling;
      filling.values["what"] = texts::word(recipient.language, "alert.", values.at("kind"));
      filling.values["member"] = std::move(name);
      filling.values["link"] = fmt::format("{}{}", house.options.origin, page);
      return filling;
    };
  };
  return {{std::string{kOwn}, fill("/staff/me")}, {std::string{kColleague}, fill("/staff/journal")}};
}

retention::Job alerts_job(House& house) {
  const auto watch = std::make_shared<Watch>(house);
  return {"alerts.tell", kLookEvery, by_house_clock(house, kRunEvery, [watch] { return watch->run(); })};
}

}  // namespace app
