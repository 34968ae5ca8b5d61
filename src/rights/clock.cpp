#include "rights/clock.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/deadline.h"
#include "policy/law.h"
#include "policy/term.h"
#include "rights/limits.h"

namespace rights {
namespace {

using base::Code;
using base::Instant;
using base::Result;

/// As an extension is told and counted where a country's law says nothing else: GDPR 12(3).
constexpr policy::Span kAnswerWithin{1, policy::Unit::Months};
constexpr policy::Span kExtension{2, policy::Unit::Months};

policy::Span law_or(policy::LawParameter parameter, const policy::Policy& policy, policy::Span otherwise) {
  const auto row = policy::law_on(parameter, policy.law(), policy.in_force());
  return row ? row->value : otherwise;
}

/// What is promised without delay is late when the next working day is over.
policy::Span within_of(const policy::Right& right) {
  return right.within.count == 0 ? policy::Span{1, policy::Unit::Days} : right.within;
}

Result<Instant> deadline(const policy::Policy& policy, Instant received, const policy::Span& span) {
  return policy::deadline(received, span, zone_of(policy.law()), policy.law());
}

}  // namespace

std::string_view zone_of(std::string_view country) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kZones{{{"BE", "Europe/Brussels"},
                                                                                 {"NL", "Europe/Amsterdam"},
                                                                                 {"FR", "Europe/Paris"},
                                                                                 {"DE", "Europe/Berlin"},
                                                                                 {"LU", "Europe/Luxembourg"},
                                                                                 {"AT", "Europe/Vienna"}}};
  const auto found =
      std::ranges::find(kZones, country, &std::pair<std::string_view, std::string_view>::first);
  return found == kZones.end() ? "UTC" : found->second;
}

const policy::Right* right_of(const policy::Policy& policy, std::string_view name) {
  const auto& rights = policy.rights();
  if (!name.empty()) return rights.find(name);
  // Any moment tells which is shortest, but for a month against four weeks: this one is in March.
  const auto moment = base::instant_from_ms(1'772'323'200'000);
  // What is done without delay needs nobody's answer, so it sets no term for a request that is not clear.
  const auto shortest = std::ranges::min_element(rights.list, {}, [&](const policy::Right& right) {
    return right.within.count == 0 ? Instant::max() : policy::after(moment, right.within);
  });
  return shortest == rights.list.end() ? nullptr : &*shortest;
}

Result<Instant> due_of(const policy::Policy& policy, std::string_view right, Instant received) {
  const auto* found = right_of(policy, right);
  if (found == nullptr) return base::fail(Code::NotFound, "The policy has no such right.");
  return deadline(policy, received, within_of(*found));
}

Result<Instant> extension_told_by(const policy::Policy& policy, Instant received) {
  return deadline(policy, received, law_or(policy::LawParameter::RequestAnswer, policy, kAnswerWithin));
}

Result<Instant> extended_due(const policy::Policy& policy, Instant received) {
  auto span = law_or(policy::LawParameter::RequestAnswer, policy, kAnswerWithin);
  const auto more = law_or(policy::LawParameter::RequestExtension, policy, kExtension);
  if (span.unit != more.unit) return base::fail(Code::Internal, "the law counts in two units");
  span.count += more.count;
  return deadline(policy, received, span);
}

std::string_view to_text(Stage stage) {
  constexpr std::array<std::string_view, 5> kNames{"calm", "half", "late", "last_day", "overdue"};
  return kNames[static_cast<std::size_t>(stage)];
}

Stage stage_at(Instant received, Instant due, Instant now) {
  if (now > due) return Stage::Overdue;
  if (now >= due - kLastReminder) return Stage::LastDay;
  const auto passed = (now - received).count();
  const auto whole = std::max<std::int64_t>(1, (due - received).count());
  if (passed * 100 >= whole * kSecondReminderPercent) return Stage::Late;
  if (passed * 100 >= whole * kFirstReminderPercent) return Stage::Half;
  return Stage::Calm;
}

}  // namespace rights
