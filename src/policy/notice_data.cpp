#include <fmt/format.h>

#include "base/contains.h"
#include "policy/notice_sections.h"

namespace policy {
namespace {

using texts::Key;

/// Explained in every notice, whatever the policy adds.
constexpr std::array<std::string_view, 7> kWords{"personal_data", "processing", "consent", "recipient",
                                                 "pseudonymous",  "anonymous",  "term"};

bool serves(const Data& datum, const Purpose& purpose) {
  return base::contains(datum.purposes, purpose.name);
}

std::string anchor_of(const Data& datum) { return "data-" + datum.name; }

/// The data's titles, each leading to where it is told of.
Line links_to(const NoticeWords& words, const std::vector<const Data*>& data, std::string before) {
  Line line{std::move(before)};
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i > 0) line.pieces.push_back({"; "});
    line.pieces.push_back({words.title(*data[i]), "#" + anchor_of(*data[i])});
  }
  return line;
}

/// A text with one placeholder, cut there: what stands before it.
std::string before(const NoticeWords& words, Key key, std::string_view placeholder) {
  const auto text = words.text(key);
  return text.substr(0, text.find(placeholder));
}

}  // namespace

void tell_glossary(Document& to, const NoticeWords& words) {
  to.heading(2, words.text(Key::NoticeWordsTitle), "words");
  Definitions all;
  for (const auto word : kWords) {
    const auto stem = fmt::format("glossary.{}.", word);
    all.entries.push_back({words.word(stem, "word"), {words.word(stem, "means")}});
  }
  for (const auto& entry : words.policy().glossary())
    all.entries.push_back({words.in(entry.word), {words.in(entry.means)}});
  to.define(std::move(all));
}

void tell_purposes(Document& to, const NoticeWords& words) {
  const auto& policy = words.policy();
  to.heading(2, words.text(Key::NoticePurposesTitle), "purposes");
  Definitions all;
  for (const auto& purpose : policy.purposes()) {
    std::vector<Line> lines;
    lines.emplace_back(words.format(Key::NoticeBasis, {{"basis", words.basis(purpose)}}));
    std::vector<const Data*> data;
    for (const auto& datum : policy.data()) {
      if (serves(datum, purpose)) data.push_back(&datum);
    }
    if (!data.empty())
      lines.push_back(links_to(words, data, before(words, Key::NoticePurposesData, "{data}")));
    if (const auto* needed = policy.purpose(purpose.needs))
      lines.emplace_back(words.format(Key::NoticePurposesNeeds, {{"purpose", words.in(needed->says)}}));
    if (purpose.confirmed_by_person) lines.emplace_back(words.text(Key::NoticePurposesPerson));
    all.entries.push_back({words.in(purpose.says), std::move(lines)});
  }
  to.define(std::move(all));
}

void tell_data(Document& to, const NoticeWords& words) {
  to.heading(2, words.text(Key::NoticeDataTitle), "data");
  for (const auto& datum : words.policy().data()) {
    const auto title = words.title(datum);
    to.heading(3, title, anchor_of(datum));
    // The heading is its first sentence; here are the others.
    if (const auto& said = words.in(datum.says); said.size() > title.size() + 2)
      to.say(said.substr(title.size() + 2));
    std::vector<std::string> items;
    for (const auto& item : datum.items) {
      const auto* field = words.policy().field(item);
      auto label = words.item(datum, item);
      if (field != nullptr && datum.kind == Kind::Fields && !field->required)
        label = words.format(Key::NoticeDataOptional, {{"field", label}});
      items.push_back(std::move(label));
    }
    to.define({{{words.text(Key::NoticeDataHolds), {comma_list(items)}},
                {words.text(Key::NoticeDataFrom), {words.sources(datum)}},
                {words.text(Key::NoticeDataFor), {words.purposes(datum)}},
                {words.text(Key::NoticeDataClass), {words.word("notice.class.", to_text(datum.data_class))}},
                {words.text(Key::NoticeDataKeep),
                 {fmt::format("{}. {}", words.term(datum.keep), words.fate(datum))}}}});
  }
}

void tell_classes(Document& to, const NoticeWords& words) {
  to.heading(2, words.text(Key::NoticeClassesTitle), "classes");
  Definitions all;
  for (const auto one : {Class::Pseudonymous, Class::SelfManaged, Class::Held}) {
    const auto name = to_text(one);
    std::vector<const Data*> data;
    for (const auto& datum : words.policy().data()) {
      if (datum.data_class == one) data.push_back(&datum);
    }
    const auto key = std::string{name} + ".rights";
    all.entries.push_back(
        {words.word("notice.class.", name),
         {words.word("notice.class.", key),
          data.empty() ? Line{words.text(Key::NoticeClassesNone)} : links_to(words, data, "")}});
  }
  to.define(std::move(all));
}

void tell_consent(Document& to, const NoticeWords& words) {
  const auto& rules = words.policy().consents();
  if (rules.empty()) return;
  to.heading(2, words.text(Key::NoticeConsentTitle), "consent");
  Definitions all;
  for (const auto& rule : rules) {
    std::vector<Line> lines;
    const auto when =
        rule.ask == AskWhen::EveryViewing ? Key::NoticeConsentEveryViewing : Key::NoticeConsentOnce;
    lines.emplace_back(words.text(when));
    lines.emplace_back(words.in(rule.explains));
    if (rule.costs) lines.emplace_back(words.in(*rule.costs));
    lines.emplace_back(rule.refused.empty()
                           ? words.text(Key::NoticeConsentRefusedNone)
                           : words.format(Key::NoticeConsentRefused, {{"data", words.titles(rule.refused)}}));
    all.entries.push_back({words.in(rule.asks), std::move(lines)});
  }
  to.define(std::move(all));
  to.say(words.text(Key::NoticeConsentWithdraw));
}

void tell_updates(Document& to, const NoticeWords& words, const NoticeContext& context) {
  const auto& updates = words.policy().updates();
  if (updates.empty()) return;
  to.heading(2, words.text(Key::NoticeUpdatesTitle), "updates");
  to.say(words.text(Key::NoticeUpdatesText));
  Definitions all;
  for (const auto& update : updates) {
    const auto* purpose = words.policy().purpose(update.purpose);
    all.entries.push_back(
        {words.in(update.title),
         {words.in(update.says), words.format(Key::NoticeUpdatesEvery, {{"span", words.span(update.every)}}),
          words.in(purpose->says)}});
  }
  to.define(std::move(all));
  to.say(words.text(Key::NoticeUpdatesMark));
  if (!context.pages_root.empty()) to.say(Line{{words.text(Key::NoticeUpdatesLink), "/updates"}});
}

}  // namespace policy
