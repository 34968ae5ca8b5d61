#include <fmt/format.h>

#include "policy/notice_sections.h"

namespace policy {
namespace {

using texts::Key;

std::vector<Line> lines_of(const NoticeWords& words, std::string_view stem,
                           const std::vector<std::string>& list) {
  std::vector<Line> lines;
  for (const auto& one : list) lines.emplace_back(words.word(stem, one));
  return lines;
}

Key proof_key(IdentityProof proof) {
  return proof == IdentityProof::LinkAndCode ? Key::NoticeIdentityLinkAndCode
                                             : Key::NoticeIdentityRedactedDocument;
}

Key told_key(Told whom) {
  switch (whom) {
    case Told::Controller: return Key::NoticeBreachController;
    case Told::Authority: return Key::NoticeBreachAuthority;
    case Told::People: return Key::NoticeBreachPeople;
  }
  return Key::NoticeBreachAuthority;
}

}  // namespace

void tell_decisions(Document& to, const NoticeWords& words) {
  to.heading(2, words.text(Key::NoticeDecisionsTitle), "decisions");
  const auto& decisions = words.policy().decisions();
  if (decisions.empty()) {
    to.say(words.text(Key::NoticeDecisionsNone));
    return;
  }
  to.say(words.text(Key::NoticeDecisionsText));
  Definitions all;
  for (const auto& decision : decisions) {
    std::vector<Line> lines{words.in(decision.logic)};
    if (decision.watched > 0)
      lines.emplace_back(
          words.format(Key::NoticeDecisionsWatched, {{"share", std::to_string(decision.watched)}}));
    if (const auto* purpose = words.policy().purpose(decision.purpose))
      lines.emplace_back(words.in(purpose->says));
    if (decision.confirmed_by_person) lines.emplace_back(words.text(Key::NoticePurposesPerson));
    all.entries.push_back({words.in(decision.says), std::move(lines)});
  }
  to.define(std::move(all));
}

void tell_limits(Document& to, const NoticeWords& words) {
  const auto& minors = words.policy().minors();
  if (minors.age > 0) {
    const auto age = std::to_string(minors.age);
    to.heading(2, words.format(Key::NoticeMinorsTitle, {{"age", age}}), "minors");
    const auto key = minors.guardian_confirms ? Key::NoticeMinorsGuardian : Key::NoticeMinorsRefused;
    to.say(words.format(key, {{"age", age}}));
  }
  if (const auto& unused = words.policy().unused_accounts(); unused.are_closed()) {
    to.heading(2, words.text(Key::NoticeAccountsTitle), "accounts");
    to.say(words.format(Key::NoticeAccountsUnused, {{"unused", words.span(unused.closed_after)},
                                                    {"before", words.span(unused.warned_before)}}));
  }
  const auto& refused = words.policy().refuses();
  if (refused.empty()) return;
  to.heading(2, words.text(Key::NoticeRefusesTitle), "refused");
  to.say(words.text(Key::NoticeRefusesText));
  to.list(lines_of(words, "notice.special.", refused));
}

void tell_rights(Document& to, const NoticeWords& words) {
  const auto& policy = words.policy();
  const auto& rights = policy.rights();
  to.heading(2, words.text(Key::NoticeRightsTitle), "rights");
  Line how{words.text(Key::NoticeRightsHow)};
  if (const auto& contact = policy.parties().privacy_contact; !contact.empty()) {
    how.pieces.push_back({" "});
    how.pieces.push_back({contact, "mailto:" + contact});
  }
  to.say(std::move(how));
  Table table{.caption = words.text(Key::NoticeRightsTitle),
              .header = {words.text(Key::NoticeRightsRight), words.text(Key::NoticeRightsWithin),
                         words.text(Key::NoticeRightsFormats), words.text(Key::NoticeRightsBy)},
              .rows = {}};
  for (const auto& right : rights.list) {
    const auto what =
        right.says.empty() ? words.word("notice.right.", to_text(right.act)) : words.in(right.says);
    table.rows.push_back(
        {what, words.within(right.within),
         right.formats.empty() ? std::string{"–"} : words.words("notice.format.", right.formats),
         words.word("notice.by.", right.by)});
  }
  if (!table.rows.empty()) to.table(std::move(table));
  if (!rights.identity.empty()) {
    to.heading(3, words.text(Key::NoticeRightsIdentity));
    std::vector<Line> proofs;
    for (const auto proof : rights.identity) proofs.emplace_back(words.text(proof_key(proof)));
    to.list(std::move(proofs));
  }
  if (rights.needs.empty()) return;
  to.say(words.text(Key::NoticeRightsNeeds));
  to.list(lines_of(words, "notice.need.", rights.needs));
}

void tell_breach(Document& to, const NoticeWords& words) {
  const auto& breach = words.policy().breach();
  if (breach.tell.empty()) return;
  to.heading(2, words.text(Key::NoticeBreachTitle), "breach");
  to.say(words.text(Key::NoticeBreachText));
  std::vector<Line> told;
  for (const auto& duty : breach.tell)
    told.emplace_back(words.format(told_key(duty.whom), {{"when", words.within(duty.within)}}));
  to.list(std::move(told));
  if (breach.closed_with.empty()) return;
  to.say(
      words.format(Key::NoticeBreachClosed, {{"what", words.words("notice.closing.", breach.closed_with)}}));
}

void tell_complaint(Document& to, const NoticeWords& words) {
  const auto& authority = words.policy().parties().authority;
  if (!authority) return;
  to.heading(2, words.text(Key::NoticeComplaintTitle), "complaint");
  to.say(Line{{words.text(Key::NoticeComplaintText)},
              {words.format(Key::NoticeComplaintLink, {{"name", authority->name}}), authority->complaints},
              {fmt::format(" ({})", words.country(authority->country))}});
}

}  // namespace policy
