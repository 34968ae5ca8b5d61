// A form of the policy's fields: what is asked, what somebody filled in, what is wrong with it, and how it is
// shown on a page (html/parts/fields.html).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "html/template.h"
#include "http/form.h"
#include "policy/policy.h"

namespace fields {

/// A field of the policy as a form asks for it.
struct AskedField {
  const policy::Field* field = nullptr;
  bool required = false;
};

struct WrongField {
  std::string name;
  std::string label;
  std::string what;  ///< what to do, in the page's language
};

struct FilledField {
  const policy::Field* field = nullptr;
  std::string value;  ///< trimmed, not empty
};

struct Filled {
  std::vector<FilledField> fields;
  std::vector<WrongField> wrong;  ///< empty: all is well

  /// The value of a field of that type, or an empty text.
  std::string_view value_of(policy::FieldType type) const;
};

/// Reads what was posted. Fields that are not asked for are not looked at.
Filled read_form(const std::vector<AskedField>& asked, const http::Form& posted, base::Language language);

/// Adds a section `field` for each, with what was `posted`; and the list of what is wrong, if anything is.
void show_form(html::Values& form, const std::vector<AskedField>& asked, const http::Form& posted,
               const std::vector<WrongField>& wrong, base::Language language);

/// A value as people read it: a choice by its label, yes as a word.
std::string shown_value(const policy::Field& field, const std::string& value, base::Language language);

}  // namespace fields
