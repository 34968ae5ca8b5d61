// The registration form: which fields an event asks for, and what a viewer filled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/time.h"
#include "http/form.h"
#include "policy/policy.h"
#include "surfaces/events/event.h"

namespace surfaces::events {

/// A field of the policy as this event asks for it.
struct AskedField {
  const policy::Field* field = nullptr;
  bool required = false;
};

/// In the order of the event; a name that the policy does not declare (any more) is not asked.
/// A field that a registration form may ask for, and no other form.
bool is_asked(const policy::Policy& policy, const policy::Field& field);

std::vector<AskedField> asked_fields(const policy::Policy& policy, const Event& event);

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
  /// Of a parent or guardian, who has to agree first; empty for who is old enough, or is not asked.
  std::string guardian;

  /// The value of a field of that type, or an empty text.
  std::string_view value_of(policy::FieldType type) const;
};

/// Reads what was posted. Fields that the event does not ask for are not looked at.
Filled read_form(const std::vector<AskedField>& asked, const http::Form& posted, base::Language language);

/// Of what staff write down: a day as in 2026-11-01 that has begun somewhere, and is not of another age.
bool is_past_day(std::string_view day, base::Instant now);

/// What a form asks about age, where the policy minds: posted as kOldEnough, "yes" or "no", and kGuardian.
inline constexpr std::string_view kOldEnough = "old-enough";
inline constexpr std::string_view kGuardian = "guardian";
void read_age(const policy::Minors& minors, const http::Form& posted, base::Language language,
              Filled& filled);

}  // namespace surfaces::events
