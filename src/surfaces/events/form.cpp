#include "surfaces/events/form.h"

#include <fmt/format.h>

#include "base/contains.h"
#include "base/time.h"
#include "base/trim.h"
#include "fields/limits.h"
#include "mail/message.h"
#include "texts/texts.h"

namespace surfaces::events {

using fields::kFieldLengthMax;
using policy::FieldType;
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
