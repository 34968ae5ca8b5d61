// The words of the language and how a wrong one is answered. Private to this module.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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

/// [a-z][a-z0-9-]*, at most kNameBytesMax.
bool is_name(std::string_view text);

/// "a, b, c"
std::string join(std::span<const std::string_view> words);
std::vector<std::string_view> views(std::span<const std::string> words);

/// What to write in the place of `wrong`: the nearest of `known` when it is near enough to be meant, else
/// all of them.
std::string suggest(std::string_view wrong, std::span<const std::string_view> known);

/// "14 days after event end". `instead` of the error says what to write.
struct TermError {
  std::string what;
  std::string instead;
};
std::expected<Term, TermError> parse_term(std::string_view text, std::span<const std::string> ends);

}  // namespace policy
