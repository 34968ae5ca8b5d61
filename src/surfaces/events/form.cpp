#include "surfaces/events/form.h"

#include <fmt/format.h>

#include "base/contains.h"
#include "base/time.h"
#include "base/trim.h"
#include "mail/message.h"
#include "surfaces/events/limits.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

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

}  // namespace

bool is_asked(const policy::Policy& policy, const policy::Field& field) {
  const auto* datum = policy.datum(field.data);
  return datum != nullptr && base::contains(datum->from, "registration form");
}

std::vector<AskedField> asked_fields(const policy::Policy& policy, const Event& event) {
  std::vector<AskedField> asked;
  for (const auto& name : event.fields) {
    const auto* field = policy.field(name);
    if (field == nullptr) continue;
    const bool required = field->required || base::contains(event.required, name);
    asked.push_back({field, required});
  }
  return asked;
}

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

void read_age(const policy::Minors& minors, const http::Form& posted, base::Language language,
              Filled& filled) {
  using texts::Key;
  if (minors.age == 0) return;
  const auto age = fmt::to_string(minors.age);
  const auto wrong = [&](std::string_view name, Key label, std::string what) {
    filled.wrong.push_back(
        {std::string{name}, texts::format(language, label, {{"age", age}}), std::move(what)});
  };
  const auto answer = posted.text(kOldEnough);
  if (answer == "yes") return;
  if (answer != "no")
    return wrong(kOldEnough, Key::EventAgeQuestion, std::string{texts::get(language, Key::EventAgeChoose)});
  if (!minors.guardian_confirms)
    return wrong(kOldEnough, Key::EventAgeQuestion,
                 texts::format(language, Key::EventAgeRefused, {{"age", age}}));
  filled.guardian = base::trimmed(posted.text(kGuardian));
  if (filled.guardian.size() > kFieldLengthMax || !mail::is_address(filled.guardian))
    wrong(kGuardian, Key::EventAgeGuardian, std::string{texts::get(language, Key::EventErrorEmail)});
  else if (filled.guardian == filled.value_of(FieldType::Email))
    wrong(kGuardian, Key::EventAgeGuardian, std::string{texts::get(language, Key::EventAgeSame)});
}

bool is_past_day(std::string_view day, base::Instant now) {
  // Nothing that is written down today happened earlier.
  constexpr std::string_view kEarliestDay = "1990-01-01";
  const auto begun = base::parse_rfc3339(fmt::format("{}T00:00:00Z", day));
  // Where the day begins first it has begun half a day before it does here.
  return day.size() == kEarliestDay.size() && begun && day >= kEarliestDay &&
         *begun <= now + std::chrono::hours{14};
}

}  // namespace surfaces::events
