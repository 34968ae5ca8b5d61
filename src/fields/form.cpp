#include "fields/form.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/time.h"
#include "base/trim.h"
#include "fields/limits.h"
#include "mail/message.h"
#include "texts/texts.h"

namespace fields {
namespace {

using base::Language;
using policy::FieldType;

bool only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

/// What is wrong with a value that is there, or nothing.
std::string wrong_with(const policy::Field& field, std::string_view value, base::Language language) {
  using texts::Key;
  if (value.size() > kFieldLengthMax) {
    return texts::format(language, Key::EventErrorTooLong, {{"max", fmt::to_string(kFieldLengthMax)}});
  }
  const auto say = [&](bool right, Key key) {
    return right ? std::string{} : std::string{texts::get(language, key)};
  };
  switch (field.type) {
    case FieldType::Text:
    case FieldType::Name: return {};
    case FieldType::Email: return say(mail::is_address(value), Key::EventErrorEmail);
    case FieldType::Phone:
      return say(only(value.substr(value.front() == '+' ? 1 : 0), "0123456789 ./()-"), Key::EventErrorPhone);
    case FieldType::Number: return say(only(value, "0123456789"), Key::EventErrorNumber);
    case FieldType::Date:
      return say(base::parse_rfc3339(fmt::format("{}T00:00:00Z", value)).has_value(), Key::EventErrorDate);
    case FieldType::Choice:
      return say(base::contains(field.choices, value, &policy::Choice::name), Key::EventErrorChoice);
    case FieldType::YesNo: return say(value == "yes", Key::EventErrorChoice);
  }
  return {};
}

std::string_view input_type(policy::FieldType type) {
  switch (type) {
    case policy::FieldType::Email: return "email";
    case policy::FieldType::Phone: return "tel";
    case policy::FieldType::Date: return "date";
    default: return "text";
  }
}

std::string_view autocomplete(policy::FieldType type) {
  switch (type) {
    case policy::FieldType::Email: return "email";
    case policy::FieldType::Name: return "name";
    case policy::FieldType::Phone: return "tel";
    default: return "off";
  }
}

void show_field(html::Values& shown, const AskedField& asked, Language language, std::string_view value,
                bool invalid) {
  const auto& field = *asked.field;
  const auto mark = [&](html::Values& control) -> html::Values& {
    control.set("name", field.name).show("required", asked.required);
    if (invalid) control.add("invalid").set("name", field.name);
    return control;
  };
  if (field.type == policy::FieldType::Choice) {
    auto& control = mark(shown.add("select"));
    for (const auto& choice : field.choices) {
      control.add("option")
          .set("value", choice.name)
          .set("label", choice.label.in(language))
          .show("selected", choice.name == value);
    }
  } else if (field.type == policy::FieldType::YesNo) {
    mark(shown.add("checkbox")).show("checked", value == "yes");
  } else {
    mark(shown.add("input"))
        .set("type", input_type(field.type))
        .set("autocomplete", autocomplete(field.type))
        .set("value", value)
        .set("max", static_cast<std::int64_t>(kFieldLengthMax));
  }
}

}  // namespace

std::string_view Filled::value_of(FieldType type) const {
  for (const auto& filled : fields) {
    if (filled.field->type == type) return filled.value;
  }
  return {};
}

Filled read_form(const std::vector<AskedField>& asked, const http::Form& posted, base::Language language) {
  Filled filled;
  for (const auto& [field, required] : asked) {
    const auto value = base::trimmed(posted.text(field->name));
    std::string wrong;
    if (value.empty()) {
      if (required) wrong = texts::get(language, texts::Key::EventErrorRequired);
    } else {
      wrong = wrong_with(*field, value, language);
      filled.fields.push_back({field, std::string{value}});
    }
    if (!wrong.empty()) filled.wrong.push_back({field->name, field->label.in(language), std::move(wrong)});
  }
  return filled;
}

void show_form(html::Values& form, const std::vector<AskedField>& asked, const http::Form& posted,
               const std::vector<WrongField>& wrong, Language language) {
  if (!wrong.empty()) {
    auto& errors = form.add("errors");
    for (const auto& one : wrong)
      errors.add("error").set("name", one.name).set("label", one.label).set("what", one.what);
  }
  for (const auto& one : asked) {
    auto& shown = form.add("field");
    shown.set("name", one.field->name).set("label", one.field->label.in(language));
    shown.show("optional", !one.required);
    const auto error = std::ranges::find(wrong, one.field->name, &WrongField::name);
    if (error != wrong.end()) shown.add("wrong").set("name", error->name).set("what", error->what);
    show_field(shown, one, language, posted.text(one.field->name), error != wrong.end());
  }
}

std::string shown_value(const policy::Field& field, const std::string& value, Language language) {
  if (field.type == FieldType::YesNo) return std::string{texts::get(language, texts::Key::EventYes)};
  const auto choice = std::ranges::find(field.choices, value, &policy::Choice::name);
  return choice == field.choices.end() ? value : choice->label.in(language);
}

}  // namespace fields
