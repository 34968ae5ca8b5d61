#include "policy/cookie_page.h"

#include <algorithm>
#include <charconv>

#include "policy/notice_words.h"

namespace policy {
namespace {

using texts::Key;

/// "8 hours" in words; whatever is no span has words of its own.
std::string lifetime_of(const NoticeWords& words, const std::string& lifetime) {
  if (lifetime == kUntilBrowserCloses) return words.text(Key::CookiesUntilClosed);
  constexpr std::array<std::string_view, 5> kUnits{"hour", "day", "week", "month", "year"};
  int count = 0;
  const auto* const end = lifetime.data() + lifetime.size();
  const auto read = std::from_chars(lifetime.data(), end, count);
  const std::string_view rest{read.ptr, static_cast<std::size_t>(end - read.ptr)};
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (read.ec == std::errc{} && rest.starts_with(' ') && rest.substr(1).starts_with(kUnits[i]))
      return words.span({count, static_cast<Unit>(i)});
  }
  return words.text(Key::CookiesUntilCleared);
}

}  // namespace

Document cookie_page(const Policy& policy, base::Language language, const NoticeContext& context) {
  const NoticeWords words(policy, language);
  Document to{.language = words.language(), .title = words.text(Key::CookiesTitle), .blocks = {}};
  to.say(words.text(Key::CookiesPromise)).say(words.text(Key::CookiesRespected));
  if (policy.stored_items().empty()) {
    to.say(words.text(Key::CookiesNone));
  } else {
    Table table{.caption = words.text(Key::CookiesList),
                .header = {words.text(Key::CookiesColumnName), words.text(Key::CookiesColumnPurpose),
                           words.text(Key::CookiesColumnPlace), words.text(Key::CookiesColumnType),
                           words.text(Key::CookiesColumnLasts), words.text(Key::CookiesColumnReader)},
                .rows = {}};
    for (const auto& item : policy.stored_items()) {
      table.rows.push_back({item.name, words.in(item.says), words.word("cookies.where.", to_text(item.where)),
                            words.word("cookies.kind.", to_text(item.kind)),
                            lifetime_of(words, item.lifetime), words.who(item.read_by)});
    }
    to.table(std::move(table));
  }
  if (!context.pages_root.empty()) to.say(Line{{words.text(Key::NoticePage), context.pages_root}});
  return to;
}

}  // namespace policy
