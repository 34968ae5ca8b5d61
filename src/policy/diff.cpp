#include "policy/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/contains.h"
#include "policy/notice_words.h"

namespace policy {
namespace {

using texts::Key;

/// What is in the second list and not in the first, in its order.
std::vector<std::string> gained(const std::vector<std::string>& before,
                                const std::vector<std::string>& after) {
  std::vector<std::string> found;
  for (const auto& word : after) {
    if (!base::contains(before, word)) found.push_back(word);
  }
  return found;
}

/// What the purpose says, fit for the inside of a sentence.
std::string said(const NoticeWords& words, const Purpose& purpose) {
  auto text = words.in(purpose.says);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string said(const NoticeWords& words, const Policy& policy, const std::vector<std::string>& purposes) {
  std::vector<std::string> all;
  for (const auto& name : purposes) all.push_back(said(words, *policy.purpose(name)));
  return fmt::format("{}", fmt::join(all, "; "));
}

template <class Thing>
const Thing* find_named(const std::vector<Thing>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Thing::name);
  return found == all.end() ? nullptr : &*found;
}

/// The two versions, and what was found to tell. Names of things that are gone are said in the words of the
/// policy that had them.
class Differ {
 public:
  Differ(const Policy& before, const Policy& after, base::Language language)
      : before_(before), after_(after), old_(before, language), new_(after, language) {}

  std::vector<Change> run() && {
    compare_parties();
    compare_purposes();
    compare_all_data();
    compare_recipients();
    compare_places();
    compare_decisions();
    compare_rights();
    compare_breach();
    compare_minors();
    compare_accounts();
    compare_refusals();
    compare_stored_items();
    compare_updates();
    compare_house_rules();
    std::vector<Change> all;
    for (auto& of_one : changes_) std::ranges::move(of_one, std::back_inserter(all));
    return all;
  }

 private:
  void tell(Concerned whom, Key key, std::initializer_list<texts::Value> values) {
    changes_[static_cast<std::size_t>(whom)].push_back({whom, new_.format(key, values)});
  }

  /// Goes through two lists of things with names.
  template <class Thing, class Added, class Removed, class Kept>
  void each(const std::vector<Thing>& before, const std::vector<Thing>& after, Added added, Removed removed,
            Kept kept) {
    for (const auto& thing : after) {
      const auto* old = find_named(before, thing.name);
      old == nullptr ? added(thing) : kept(*old, thing);
    }
    for (const auto& thing : before) {
      if (find_named(after, thing.name) == nullptr) removed(thing);
    }
  }

  void compare_parties();
  void compare_purposes();
  void compare_all_data();
  void compare_data(const Data& before, const Data& after);
  void compare_items(const Data& before, const Data& after);
  void compare_recipients();
  void compare_recipient(const Recipient& before, const Recipient& after);
  void compare_places();
  void compare_decisions();
  void compare_rights();
  void compare_right(const Right& before, const Right& after);
  void compare_breach();
  void compare_minors();
  void compare_accounts();
  void compare_refusals();
  void compare_stored_items();
  void compare_updates();
  void compare_house_rules();
  void compare_credentials();
  void compare_duties();

  std::string right(const NoticeWords& words, const Right& right) const {
    return right.says.empty() ? words.word("notice.right", to_text(right.act)) : words.in(right.says);
  }

  const Policy& before_;
  const Policy& after_;
  NoticeWords old_;
  NoticeWords new_;
  std::array<std::vector<Change>, 3> changes_;  ///< of each who is concerned
};

using enum Concerned;

void Differ::compare_parties() {
  const auto name_of = [](const std::optional<Party>& party) { return party ? party->name : std::string{}; };
  const auto authority_of = [](const Parties& parties) {
    return parties.authority ? parties.authority->name : std::string{};
  };
  const auto& before = before_.parties();
  const auto& after = after_.parties();
  const auto compare = [&](Key key, const std::string& from, const std::string& to) {
    if (from != to && !to.empty()) tell(People, key, {{"from", from.empty() ? "–" : from}, {"to", to}});
  };
  compare(Key::PolicyDiffController, name_of(before.controller), name_of(after.controller));
  compare(Key::PolicyDiffProcessor, name_of(before.processor), name_of(after.processor));
  compare(Key::PolicyDiffContact, before.privacy_contact, after.privacy_contact);
  compare(Key::PolicyDiffReport, before.report_contact, after.report_contact);
  compare(Key::PolicyDiffAuthority, authority_of(before), authority_of(after));
  if (before_.law() != after_.law() && !after_.law().empty()) {
    tell(Officer, Key::PolicyDiffLaw, {{"to", new_.country(after_.law())}});
  }
}

void Differ::compare_purposes() {
  each(
      before_.purposes(), after_.purposes(),
      [&](const Purpose& purpose) {
        tell(People, Key::PolicyDiffPurposeAdded,
             {{"what", said(new_, purpose)}, {"basis", new_.basis(purpose)}});
      },
      [&](const Purpose& purpose) {
        tell(People, Key::PolicyDiffPurposeRemoved, {{"what", said(old_, purpose)}});
      },
      [&](const Purpose& before, const Purpose& after) {
        const auto what = said(new_, after);
        if (before.basis != after.basis) {
          tell(People, Key::PolicyDiffBasis,
               {{"what", what}, {"from", old_.basis(before)}, {"to", new_.basis(after)}});
        } else if (after.basis == Basis::Consent && before.fingerprint != after.fingerprint) {
          tell(People, Key::PolicyDiffAskedAgain, {{"what", what}});
        }
        if (before.confirmed_by_person && !after.confirmed_by_person) {
          tell(Organiser, Key::PolicyDiffUnconfirmed, {{"what", what}});
        } else if (!before.confirmed_by_person && after.confirmed_by_person) {
          tell(Organiser, Key::PolicyDiffConfirmed, {{"what", what}});
        }
      });
}

void Differ::compare_all_data() {
  each(
      before_.data(), after_.data(),
      [&](const Data& datum) {
        tell(People, Key::PolicyDiffDataAdded,
             {{"what", new_.title(datum)},
              {"purposes", said(new_, after_, datum.purposes)},
              {"term", new_.term(datum.keep)}});
      },
      [&](const Data& datum) { tell(People, Key::PolicyDiffDataRemoved, {{"what", old_.title(datum)}}); },
      [&](const Data& before, const Data& after) { compare_data(before, after); });
}

void Differ::compare_data(const Data& before, const Data& after) {
  const auto what = new_.title(after);
  compare_items(before, after);
  if (before.keep != after.keep) {
    tell(People, Key::PolicyDiffTerm,
         {{"what", what}, {"from", old_.term(before.keep)}, {"to", new_.term(after.keep)}});
  }
  if (before.meanwhile != after.meanwhile) {
    tell(People, after.meanwhile.empty() ? Key::PolicyDiffMeanwhileAll : Key::PolicyDiffMeanwhile,
         {{"what", what}, {"purposes", said(new_, after_, after.meanwhile)}});
  }
  if (before.then != after.then) {
    tell(People, after.then == Afterwards::Erase ? Key::PolicyDiffThenErased : Key::PolicyDiffThenAnonymised,
         {{"what", what}});
  }
  if (const auto more = gained(before.purposes, after.purposes); !more.empty()) {
    tell(People, Key::PolicyDiffUsedFor, {{"what", what}, {"purposes", said(new_, after_, more)}});
  }
  if (const auto less = gained(after.purposes, before.purposes); !less.empty()) {
    tell(People, Key::PolicyDiffUsedNoMore, {{"what", what}, {"purposes", said(old_, before_, less)}});
  }
  if (before.data_class != after.data_class) {
    tell(People, Key::PolicyDiffClass,
         {{"what", what}, {"to", new_.word("notice.class", to_text(after.data_class))}});
  }
}

void Differ::compare_items(const Data& before, const Data& after) {
  const auto say = [](const NoticeWords& words, const Data& datum, const std::vector<std::string>& items) {
    std::vector<std::string> all;
    for (const auto& item : items) all.push_back(words.item(datum, item));
    return comma_list(all);
  };
  const auto what = new_.title(after);
  if (const auto more = gained(before.items, after.items); !more.empty()) {
    tell(People, Key::PolicyDiffItemsAdded, {{"what", what}, {"items", say(new_, after, more)}});
  }
  if (const auto less = gained(after.items, before.items); !less.empty()) {
    tell(People, Key::PolicyDiffItemsRemoved, {{"what", what}, {"items", say(old_, before, less)}});
  }
}

void Differ::compare_recipients() {
  each(
      before_.recipients(), after_.recipients(),
      [&](const Recipient& recipient) {
        tell(People, Key::PolicyDiffRecipientAdded,
             {{"name", recipient.called},
              {"country", new_.country(recipient.country)},
              {"data", new_.titles(recipient.gets)}});
      },
      [&](const Recipient& recipient) {
        tell(People, Key::PolicyDiffRecipientRemoved, {{"name", recipient.called}});
      },
      [&](const Recipient& before, const Recipient& after) { compare_recipient(before, after); });
}

void Differ::compare_recipient(const Recipient& before, const Recipient& after) {
  if (before.called != after.called) {
    tell(People, Key::PolicyDiffRecipientCalled, {{"from", before.called}, {"to", after.called}});
  }
  if (before.country != after.country) {
    tell(People, Key::PolicyDiffMoved,
         {{"what", after.called},
          {"from", old_.country(before.country)},
          {"to", new_.country(after.country)}});
  }
  if (const auto more = gained(before.gets, after.gets); !more.empty()) {
    tell(People, Key::PolicyDiffGetsMore, {{"name", after.called}, {"data", new_.titles(more)}});
  }
  if (const auto less = gained(after.gets, before.gets); !less.empty()) {
    tell(People, Key::PolicyDiffGetsLess, {{"name", after.called}, {"data", old_.titles(less)}});
  }
  if (before.is_active() != after.is_active()) {
    tell(Officer, after.is_active() ? Key::PolicyDiffActive : Key::PolicyDiffInactive,
         {{"name", after.called}});
  }
}

void Differ::compare_places() {
  each(
      before_.places(), after_.places(),
      [&](const Place& place) {
        tell(People, Key::PolicyDiffPlaceAdded,
             {{"what", new_.in(place.says)}, {"country", new_.country(place.country)}});
      },
      [&](const Place& place) { tell(People, Key::PolicyDiffPlaceRemoved, {{"what", old_.in(place.says)}}); },
      [&](const Place& before, const Place& after) {
        if (before.country == after.country) return;
        tell(People, Key::PolicyDiffMoved,
             {{"what", new_.in(after.says)},
              {"from", old_.country(before.country)},
              {"to", new_.country(after.country)}});
      });
}

void Differ::compare_decisions() {
  each(
      before_.decisions(), after_.decisions(),
      [&](const Decision& decision) {
        tell(People, Key::PolicyDiffDecisionAdded,
             {{"what", new_.in(decision.says)}, {"logic", new_.in(decision.logic)}});
      },
      [&](const Decision& decision) {
        tell(People, Key::PolicyDiffDecisionRemoved, {{"what", old_.in(decision.says)}});
      },
      [&](const Decision& before, const Decision& after) {
        if (before.logic != after.logic)
          tell(People, Key::PolicyDiffDecisionLogic,
               {{"what", new_.in(after.says)}, {"logic", new_.in(after.logic)}});
        if (before.watched == after.watched) return;
        const auto share = [](const Decision& of) {
          return of.watched == 0 ? std::string{"–"} : fmt::format("{} %", of.watched);
        };
        tell(People, Key::PolicyDiffDecisionWatched,
             {{"what", new_.in(after.says)}, {"from", share(before)}, {"to", share(after)}});
      });
}

void Differ::compare_rights() {
  each(
      before_.rights().list, after_.rights().list,
      [&](const Right& added) {
        tell(People, Key::PolicyDiffRightAdded,
             {{"right", right(new_, added)}, {"within", new_.within(added.within)}});
      },
      [&](const Right& removed) {
        tell(People, Key::PolicyDiffRightRemoved, {{"right", right(old_, removed)}});
      },
      [&](const Right& before, const Right& after) { compare_right(before, after); });
}

void Differ::compare_right(const Right& before, const Right& after) {
  if (before.within != after.within) {
    tell(People, Key::PolicyDiffRightWithin,
         {{"right", right(new_, after)},
          {"from", old_.within(before.within)},
          {"to", new_.within(after.within)}});
  }
  if (before.by != after.by) {
    tell(Officer, Key::PolicyDiffRightBy,
         {{"right", right(new_, after)}, {"to", new_.word("notice.by", after.by)}});
  }
}

void Differ::compare_breach() {
  const auto of = [](const Policy& policy, Told whom) -> std::optional<Span> {
    const auto& tell = policy.breach().tell;
    const auto found = std::ranges::find(tell, whom, &BreachDuty::whom);
    return found == tell.end() ? std::nullopt : std::optional{found->within};
  };
  struct Row {
    Told told;
    Concerned concerned;
    Key changed;
    Key removed;
  };
  for (const auto& [told, whom, changed, removed] :
       {Row{Told::People, People, Key::PolicyDiffBreachPeople, Key::PolicyDiffBreachPeopleRemoved},
        Row{Told::Controller, Organiser, Key::PolicyDiffBreachController,
            Key::PolicyDiffBreachControllerRemoved},
        Row{Told::Authority, Officer, Key::PolicyDiffBreachAuthority,
            Key::PolicyDiffBreachAuthorityRemoved}}) {
    const auto before = of(before_, told);
    const auto after = of(after_, told);
    if (before == after) continue;
    if (after) {
      tell(whom, changed, {{"to", new_.within(*after)}});
    } else {
      tell(whom, removed, {});
    }
  }
}

void Differ::compare_minors() {
  const auto before = before_.minors().age;
  const auto after = after_.minors().age;
  if (before == after) return;
  if (after == 0) {
    tell(People, Key::PolicyDiffMinorsRemoved, {});
  } else {
    tell(People, Key::PolicyDiffMinors, {{"age", std::to_string(after)}});
  }
}

void Differ::compare_accounts() {
  const auto& before = before_.unused_accounts();
  const auto& after = after_.unused_accounts();
  if (before == after) return;
  if (!after.are_closed()) return tell(People, Key::PolicyDiffAccountsStay, {});
  tell(People, Key::NoticeAccountsUnused,
       {{"unused", new_.span(after.closed_after)}, {"before", new_.span(after.warned_before)}});
}

void Differ::compare_refusals() {
  if (const auto more = gained(before_.refuses(), after_.refuses()); !more.empty()) {
    tell(People, Key::PolicyDiffRefusesMore, {{"what", new_.words("notice.special", more)}});
  }
  if (const auto less = gained(after_.refuses(), before_.refuses()); !less.empty()) {
    tell(People, Key::PolicyDiffRefusesLess, {{"what", old_.words("notice.special", less)}});
  }
}

void Differ::compare_stored_items() {
  each(
      before_.stored_items(), after_.stored_items(),
      [&](const StoredItem& item) {
        tell(People, Key::PolicyDiffItemStored, {{"name", item.name}, {"what", new_.in(item.says)}});
      },
      [&](const StoredItem& item) { tell(People, Key::PolicyDiffItemGone, {{"name", item.name}}); },
      [&](const StoredItem& before, const StoredItem& after) {
        if (before.lifetime == after.lifetime && before.kind == after.kind &&
            before.read_by == after.read_by) {
          return;
        }
        tell(People, Key::PolicyDiffItemChanged, {{"name", after.name}});
      });
}

void Differ::compare_updates() {
  each(
      before_.updates(), after_.updates(),
      [&](const Update& update) {
        tell(People, Key::PolicyDiffUpdateNew,
             {{"title", new_.in(update.title)}, {"span", new_.span(update.every)}});
      },
      [&](const Update& update) {
        tell(People, Key::PolicyDiffUpdateGone, {{"title", old_.in(update.title)}});
      },
      [&](const Update& before, const Update& after) {
        const auto& title = new_.in(after.title);
        if (before.every != after.every)
          tell(People, Key::PolicyDiffUpdateEvery, {{"title", title}, {"span", new_.span(after.every)}});
        if (before.purpose != after.purpose)
          tell(People, Key::PolicyDiffUpdatePurpose,
               {{"title", title}, {"purpose", said(new_, *after_.purpose(after.purpose))}});
      });
}

void Differ::compare_house_rules() {
  const auto& before = before_.staff();
  const auto& after = after_.staff();
  if (before.factors != after.factors) {
    tell(Officer, Key::PolicyDiffFactors, {{"to", std::to_string(after.factors)}});
  }
  if (before.known_devices != after.known_devices)
    tell(Officer, after.known_devices ? Key::PolicyDiffDevicesKnown : Key::PolicyDiffDevicesAny, {});
  if (const auto more = gained(before.four_eyes, after.four_eyes); !more.empty()) {
    tell(Organiser, Key::PolicyDiffFourEyesMore, {{"acts", comma_list(more)}});
  }
  if (const auto less = gained(after.four_eyes, before.four_eyes); !less.empty()) {
    tell(Organiser, Key::PolicyDiffFourEyesLess, {{"acts", comma_list(less)}});
  }
  if (before_.opens_by_form() != after_.opens_by_form() ||
      before_.opens_by_link() != after_.opens_by_link()) {
    tell(Organiser, Key::PolicyDiffOpens, {});
  }
  compare_duties();
  compare_credentials();
}

/// What staff do before they get at anything.
void Differ::compare_duties() {
  each(
      before_.staff().acknowledge, after_.staff().acknowledge,
      [&](const Acknowledgement& one) {
        tell(Officer, Key::PolicyDiffAcknowledgeAdded, {{"what", new_.in(one.title)}});
      },
      [&](const Acknowledgement& one) {
        tell(Officer, Key::PolicyDiffAcknowledgeRemoved, {{"what", old_.in(one.title)}});
      },
      [&](const Acknowledgement& before, const Acknowledgement& after) {
        const auto& what = new_.in(after.title);
        if (before.version != after.version)
          tell(Officer, Key::PolicyDiffAcknowledgeChanged, {{"what", what}});
        if (before.again_after == after.again_after) return;
        if (after.again_after.count == 0)
          return tell(Officer, Key::PolicyDiffAcknowledgeOnce, {{"what", what}});
        tell(Officer, Key::PolicyDiffAcknowledgeAgain,
             {{"what", what}, {"span", new_.span(after.again_after)}});
      });
  each(
      before_.staff().training, after_.staff().training,
      [&](const Training& one) {
        tell(Officer, Key::PolicyDiffTrainingAdded,
             {{"what", new_.in(one.title)}, {"span", new_.span(one.valid)}});
      },
      [&](const Training& one) {
        tell(Officer, Key::PolicyDiffTrainingRemoved, {{"what", old_.in(one.title)}});
      },
      [&](const Training& before, const Training& after) {
        if (before.valid != after.valid)
          tell(Officer, Key::PolicyDiffTrainingValid,
               {{"what", new_.in(after.title)}, {"span", new_.span(after.valid)}});
      });
}

void Differ::compare_credentials() {
  for (const auto& rule : after_.credentials()) {
    const auto& old = before_.credentials();
    const auto found = std::ranges::find(old, rule.credential, &RotationRule::credential);
    if (found != old.end() && found->every == rule.every) continue;
    tell(Officer, Key::PolicyDiffRotation, {{"what", rule.credential}, {"to", new_.span(rule.every)}});
  }
  for (const auto& rule : before_.credentials()) {
    const auto& now = after_.credentials();
    if (base::contains(now, rule.credential, &RotationRule::credential)) continue;
    tell(Officer, Key::PolicyDiffRotationRemoved, {{"what", rule.credential}});
  }
}

}  // namespace

std::vector<Change> diff(const Policy& before, const Policy& after, base::Language language) {
  return Differ(before, after, language).run();
}

}  // namespace policy
