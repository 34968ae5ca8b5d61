// The registration form: which fields an event asks for, and what a viewer filled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/time.h"
#include "fields/form.h"
#include "http/form.h"
#include "policy/policy.h"
#include "surfaces/events/event.h"

namespace surfaces::events {

using fields::AskedField;
using fields::FilledField;
using fields::read_form;
using fields::WrongField;

/// In the order of the event; a name that the policy does not declare (any more) is not asked.
/// A field that a registration form may ask for, and no other form.
bool is_asked(const policy::Policy& policy, const policy::Field& field);

std::vector<AskedField> asked_fields(const policy::Policy& policy, const Event& event);

struct Filled : fields::Filled {
  /// Of a parent or guardian, who has to agree first; empty for who is old enough, or is not asked.
  std::string guardian;
};

/// Of what staff write down: a day as in 2026-11-01 that has begun somewhere, and is not of another age.
bool is_past_day(std::string_view day, base::Instant now);

/// What a form asks about age, where the policy minds: posted as kOldEnough, "yes" or "no", and kGuardian.
inline constexpr std::string_view kOldEnough = "old-enough";
inline constexpr std::string_view kGuardian = "guardian";
void read_age(const policy::Minors& minors, const http::Form& posted, base::Language language,
              Filled& filled);

}  // namespace surfaces::events
