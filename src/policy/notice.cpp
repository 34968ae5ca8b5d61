#include "policy/notice.h"

#include <fmt/format.h>

#include "policy/notice_sections.h"
#include "texts/numbers.h"

namespace policy {
namespace {

using texts::Key;

void tell_cookies(Document& to, const NoticeWords& words, const NoticeContext& context) {
  to.heading(2, words.text(Key::CookiesTitle), "cookies");
  to.say(words.text(Key::CookiesPromise));
  to.say(words.text(Key::CookiesRespected));
  if (!context.pages_root.empty())
    to.say(Line{{words.text(Key::NoticeToCookies), context.pages_root + "/cookies"}});
}

void tell_changes(Document& to, const NoticeWords& words, const NoticeContext& context) {
  to.heading(2, words.text(Key::NoticeChangesTitle), "changes");
  const auto& history = context.history;
  if (history.empty()) {
    to.say(words.text(Key::NoticeChangesUnknown));
  } else if (history.size() == 1) {
    to.say(words.text(Key::NoticeChangesFirst));
  }
  for (std::size_t i = 0; i + 1 < history.size(); ++i) {
    to.heading(3, texts::date_time(words.language(), history[i].at, context.time_zone));
    to.say(words.format(Key::NoticeChangesSince, {{"version", history[i + 1].version}}));
    if (!history[i].changes) {
      to.say(words.text(Key::NoticeChangesUnknown));
      continue;
    }
    std::vector<Line> changes;
    for (const auto& change : *history[i].changes) changes.emplace_back(change);
    if (changes.empty())
      to.say(words.text(Key::NoticeChangesSame));
    else
      to.list(std::move(changes));
  }
  if (!context.pages_root.empty())
    to.say(Line{{words.text(Key::NoticeToRegister), context.pages_root + "/register"}});
}

/// Puts links to the sections behind the introduction.
void add_contents(Document& to, const NoticeWords& words, std::size_t at) {
  std::vector<Line> links;
  for (const auto& block : to.blocks) {
    const auto* heading = std::get_if<Heading>(&block);
    if (heading != nullptr && heading->level == 2)
      links.push_back(Line{{heading->text, "#" + heading->anchor}});
  }
  const auto here = to.blocks.begin() + static_cast<std::ptrdiff_t>(at);
  to.blocks.insert(here, {Heading{2, words.text(Key::NoticeContents), "contents"}, List{std::move(links)}});
}

}  // namespace

Document notice(const Policy& policy, base::Language language, const NoticeContext& context) {
  const NoticeWords words(policy, language);
  Document to{.language = words.language(), .title = words.text(Key::NoticeTitle), .blocks = {}};
  to.say(words.text(Key::NoticeLead));
  auto version = words.format(Key::NoticeVersion,
                              {{"version", policy.version()}, {"date", words.date(policy.in_force())}});
  if (!context.history.empty()) {
    const auto at = texts::date_time(words.language(), context.history.front().at, context.time_zone);
    version += ' ' + words.format(Key::NoticeChangedAt, {{"at", at}});
  }
  to.say(std::move(version));
  const auto introduction = to.blocks.size();
  tell_parties(to, words, context);
  tell_purposes(to, words);
  tell_data(to, words);
  tell_classes(to, words);
  tell_consent(to, words);
  tell_updates(to, words, context);
  tell_recipients(to, words);
  tell_reports(to, words, context);
  tell_places(to, words);
  tell_decisions(to, words);
  tell_cookies(to, words, context);
  tell_limits(to, words);
  tell_rights(to, words);
  tell_breach(to, words);
  tell_complaint(to, words);
  tell_glossary(to, words);
  tell_changes(to, words, context);
  add_contents(to, words, introduction);
  return to;
}

}  // namespace policy
