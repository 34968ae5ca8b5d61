// The words of the language and how a wrong one is answered. Private to this module.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/policy.h"

namespace policy {

std::optional<Basis> parse_basis(std::string_view word);
std::optional<FieldType> parse_field_type(std::string_view word);
std::optional<Kind> parse_kind(std::string_view word);
std::optional<Class> parse_class(std::string_view word);

/// All words of each, for a message.
std::vector<std::string_view> basis_words();
std::vector<std::string_view> field_type_words();
std::vector<std::string_view> kind_words();
std::vector<std::string_view> class_words();
std::vector<std::string_view> fact_words();
std::vector<std::string_view> recipient_role_words();
std::vector<std::string_view> transfer_words();  ///< without "none", which is not written
std::vector<std::string_view> act_words();       ///< the usual names of rights
std::vector<std::string_view> own_act_words();   ///< those and "answer"
std::vector<std::string_view> identity_words();
std::vector<std::string_view> told_words();
std::vector<std::string_view> stored_where_words();
std::vector<std::string_view> stored_kind_words();
/// The countries of the European Economic Area.
std::vector<std::string_view> country_words();
/// The words that `authority` of law.h knows.
std::vector<std::string_view> authority_words();

/// [a-z][a-z0-9-]*, at most kNameBytesMax.
bool is_name(std::string_view text);

/// "a, b, c"
std::string join(std::span<const std::string_view> words);
std::vector<std::string_view> views(std::span<const std::string> words);
/// The names of purposes, of data, of recipients …
template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  for (const auto& one : all) names.push_back(one.name);
  return names;
}

/// What to write in the place of `wrong`: the nearest of `known` when it is near enough to be meant, else
/// all of them.
std::string suggest(std::string_view wrong, std::span<const std::string_view> known);

/// `instead` says what to write.
struct TermError {
  std::string what;
  std::string instead;
};
/// "14 days after event end", "6 months", "while account" where "account end" is one of `ends`.
std::expected<Term, TermError> parse_term(std::string_view text, std::span<const std::string> ends);
/// "90 days"
std::expected<Span, TermError> parse_span(std::string_view text);
/// Roughly, for telling which of two is longer: a month counts as 31 days, a year as 366.
std::int64_t hours_at_most(const Span& span);

/// name@domain
bool is_mail_address(std::string_view text);
/// https://host/…, with nothing in it that an address may not hold.
bool is_https_address(std::string_view text);
/// A name of a machine in small letters, or its IPv4 address.
bool is_host(std::string_view text);
/// 2026-11-01
bool is_date(std::string_view text);
/// Two capitals.
bool is_country(std::string_view text);

}  // namespace policy
