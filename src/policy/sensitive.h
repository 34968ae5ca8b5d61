// Whether a form asks for sensitive data: the special categories of Article 9 of the GDPR, criminal records,
// and national numbers.
//
// What a field asks for is read from its name, its labels and its choices, in the languages that they are
// written in. Words are compared whole or by their beginning, without accents and capitals, after phrases
// that are known to be innocent were taken out ("gezondheidszorg" is where somebody works, "politique de
// confidentialité" is a document). It is a net and no proof: a field called "remarks" passes. What it takes
// wrongly, a policy says in other words ("start number" for "race number").
//
// Decided: gender is no special category, nor is nationality. Dietary wishes pass, allergies do not. A
// profession passes, in health care too, and so does a medical specialty. Private to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "policy/policy.h"

namespace policy {

/// One of Vocabulary::special_categories; empty for none.
std::string special_category_in(std::string_view text, base::Language language);

/// Of the whole field. Its name and the names of its choices count in every language.
std::string special_category_of(const Field& field, const std::vector<base::Language>& languages);

}  // namespace policy
