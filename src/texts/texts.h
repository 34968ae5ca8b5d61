// Every text that people read, in every language. The texts stand in texts/nl.json, fr.json, en.json and
// de.json; tools/embed_texts.mjs compiles them in, and stops the build when a language lacks one.
//
// A text "registration.title" is `texts::Key::RegistrationTitle`. What stands in braces is a placeholder:
// "Dag {name}". A text that depends on a number is written twice, as "viewers.one" and "viewers.other",
// and is `texts::Plural::Viewers`; its number is the placeholder {count}.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/language.h"
#include "texts/keys.h"

namespace texts {

using base::Language;

/// A placeholder's name and what to put in its place. Not escaped: whoever writes HTML escapes the
/// finished text, or the value beforehand.
using Value = std::pair<std::string_view, std::string_view>;
using Values = std::span<const Value>;

/// The text as it stands, placeholders and all. Lives as long as the program. Any thread.
std::string_view get(Language language, Key key);

/// The text with its placeholders filled in. A value without a placeholder is passed over, since a
/// language may not need it; requires: a value for every placeholder (see `placeholders`).
std::string format(Language language, Key key, Values values);
std::string format(Language language, Key key, std::initializer_list<Value> values);

/// Fills in a piece of a text: whoever lays out a text takes it apart first, so that no value can change the
/// layout. Requires: as `format`.
std::string fill(std::string_view piece, Values values);

/// The form for `count`, with {count} written as that language writes numbers. One is singular; in
/// French so is zero.
std::string plural(Language language, Plural key, std::int64_t count, Values values = {});
std::string plural(Language language, Plural key, std::int64_t count, std::initializer_list<Value> values);

/// The key of a text whose name is only known at run time: "mail.reminder.subject".
std::optional<Key> find(std::string_view name);
/// The text whose name is `stem` and a word of some list, as in "disclosure.ground." and "court order",
/// written "disclosure.ground.court_order"; the word itself where there is none.
std::string word(Language language, std::string_view stem, std::string_view word);
/// "registration.title"
std::string_view name_of(Key key);
/// The names in braces, sorted, each once; the same in every language.
std::span<const std::string_view> placeholders(Key key);

}  // namespace texts
