#include "texts/texts.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "texts/data.h"
#include "texts/numbers.h"

namespace texts {
namespace {

bool is_singular(Language language, std::int64_t count) {
  return count == 1 || (count == 0 && language == Language::Fr);
}

}  // namespace

std::string fill(std::string_view piece, Values values) {
  auto text = piece;
  std::string out;
  out.reserve(text.size() + 32);
  while (true) {
    // The generator refuses a brace that is no placeholder, so every one that is found is closed.
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const auto close = text.find('}', open);
    const auto name = text.substr(open + 1, close - open - 1);
    const auto value = std::ranges::find(values, name, &Value::first);
    CHECK(value != values.end());
    out += value->second;
    text.remove_prefix(close + 1);
  }
}

std::string_view get(Language language, Key key) {
  return data::text(static_cast<std::size_t>(language), key);
}

std::string format(Language language, Key key, Values values) { return fill(get(language, key), values); }

std::string format(Language language, Key key, std::initializer_list<Value> values) {
  return format(language, key, Values{values.begin(), values.size()});
}

std::string plural(Language language, Plural key, std::int64_t count, Values values) {
  const auto forms = data::forms(key);
  const auto written = number(language, count);
  std::vector<Value> all{values.begin(), values.end()};
  all.emplace_back("count", written);
  return fill(get(language, is_singular(language, count) ? forms.one : forms.other), all);
}

std::string plural(Language language, Plural key, std::int64_t count, std::initializer_list<Value> values) {
  return plural(language, key, count, Values{values.begin(), values.size()});
}

std::optional<Key> find(std::string_view name) {
  const auto names = data::names();
  const auto at = std::ranges::lower_bound(names, name);
  if (at == names.end() || *at != name) return std::nullopt;
  return static_cast<Key>(at - names.begin());
}

std::string word(Language language, std::string_view stem, std::string_view word) {
  std::string name{stem};
  for (const char c : word) {
    const bool divides = c == ' ' || c == '-';
    const bool capital = c >= 'A' && c <= 'Z';
    name += divides ? '_' : capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto key = find(name);
  return std::string{key ? get(language, *key) : word};
}

std::string_view name_of(Key key) { return data::names()[static_cast<std::size_t>(key)]; }

std::span<const std::string_view> placeholders(Key key) { return data::words(key); }

}  // namespace texts
