#include "policy/notice_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/time.h"
#include "texts/numbers.h"

namespace policy {
namespace {

using texts::Key;

std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string comma_list(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

NoticeWords::NoticeWords(const Policy& policy, base::Language language)
    : policy_(policy), language_(language) {
  if (!base::contains(policy.languages(), language)) language_ = policy.languages().front();
}

std::string NoticeWords::word(std::string_view stem, std::string_view word) const {
  return texts::word(language_, stem, word);
}

std::string NoticeWords::words(std::string_view stem, std::span<const std::string> words) const {
  std::vector<std::string> all;
  for (const auto& one : words) all.push_back(word(stem, one));
  return comma_list(all);
}

std::string NoticeWords::date(std::string_view iso) const {
  const auto at = base::parse_rfc3339(fmt::format("{}T00:00:00Z", iso));
  return at ? texts::date(language_, *at, "UTC") : std::string{iso};
}

std::string NoticeWords::span(const Span& span) const {
  const auto key = [&] {
    switch (span.unit) {
      case Unit::Hours: return texts::Plural::NoticeSpanHours;
      case Unit::Days: return texts::Plural::NoticeSpanDays;
      case Unit::Weeks: return texts::Plural::NoticeSpanWeeks;
      case Unit::Months: return texts::Plural::NoticeSpanMonths;
      case Unit::Years: return texts::Plural::NoticeSpanYears;
    }
    return texts::Plural::NoticeSpanDays;
  }();
  return texts::plural(language_, key, span.count);
}

std::string NoticeWords::within(const Span& time) const {
  if (time.count == 0) return text(Key::NoticeAtOnce);
  return format(Key::NoticeWithin, {{"span", span(time)}});
}

std::string NoticeWords::term(const Term& term) const {
  const auto end = word("notice.end.", term.after);
  if (term.span.count == 0) return format(Key::NoticeTermUntil, {{"end", end}});
  return format(Key::NoticeTermAfter, {{"span", span(term.span)}, {"end", end}});
}

std::string NoticeWords::country(std::string_view code) const { return word("notice.country.", code); }

std::string NoticeWords::basis(const Purpose& purpose) const {
  return word("notice.basis.", to_text(purpose.basis));
}

std::string NoticeWords::title(const Data& datum) const {
  const auto& said = in(datum.says);
  return without_stop(said.substr(0, std::min(said.find(". "), said.size())));
}

std::string NoticeWords::titles(std::span<const std::string> data) const {
  std::vector<std::string> all;
  for (const auto& name : data) {
    if (const auto* datum = policy_.datum(name)) all.push_back(title(*datum));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

std::string NoticeWords::item(const Data& datum, std::string_view item) const {
  if (datum.kind == Kind::Fields) {
    const auto* field = policy_.field(item);
    return field == nullptr ? std::string{item} : in(field->label);
  }
  return datum.kind == Kind::Marks ? std::string{item} : word("register.item.", item);
}

std::string NoticeWords::category(const Data& datum, std::string_view item) const {
  if (datum.kind != Kind::Fields) return word("register.category_", to_text(datum.kind));
  const auto* field = policy_.field(item);
  return field == nullptr ? std::string{} : word("register.category_", field->category);
}

std::string NoticeWords::sources(const Data& datum) const {
  return datum.from.empty() ? text(Key::NoticeDataItself) : words("notice.source.", datum.from);
}

std::string NoticeWords::said(std::span<const std::string> purposes, std::string_view between) const {
  std::vector<std::string> all;
  for (const auto& name : purposes) {
    if (const auto* purpose = policy_.purpose(name)) all.push_back(in(purpose->says));
  }
  return fmt::format("{}", fmt::join(all, between));
}

std::string NoticeWords::purposes(const Data& datum) const { return said(datum.purposes, "\n"); }

std::string NoticeWords::fate(const Data& datum) const {
  auto then = text(datum.then == Afterwards::Erase ? Key::NoticeThenErase : Key::NoticeThenAnonymise);
  if (datum.meanwhile.empty()) return then;
  return format(Key::NoticeMeanwhile, {{"purposes", said(datum.meanwhile, " ")}}) + ' ' + then;
}

std::string NoticeWords::who(std::string_view by) const {
  if (const auto* recipient = policy_.recipient(by)) return recipient->called;
  const auto& parties = policy_.parties();
  const auto* party = by == "controller" && parties.controller ? &*parties.controller
                      : by == "processor" && parties.processor ? &*parties.processor
                                                               : nullptr;
  const auto role = word("notice.by.", by);
  return party == nullptr || party->name.empty() ? role : fmt::format("{} ({})", party->name, role);
}

std::string NoticeWords::transfer(const Recipient& recipient) const {
  auto where = country(recipient.country);
  if (is_in_eea(recipient.country)) return where;
  return format(Key::NoticeRecipientsTransfer,
                {{"country", where}, {"ground", word("notice.transfer.", to_text(recipient.transfer))}});
}

}  // namespace policy
