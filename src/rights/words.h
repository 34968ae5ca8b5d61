// What rights, bases and sources are called in people's languages.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"
#include "policy/policy.h"

namespace rights {

/// "Inzage in mijn gegevens": the policy's own words, else the program's.
std::string right_name(const policy::Right& right, base::Language language);
std::string_view basis_name(policy::Basis basis, base::Language language);

/// The language that a text is most likely written in, by its commonest words; none when it is too short.
std::optional<base::Language> guess_language(std::string_view text);

/// The right that a mail asks for, by its words in any language: the one that most words speak of. Null when
/// none or several do equally.
const policy::Right* guess_right(const policy::Policy& policy, std::string_view text);

}  // namespace rights
