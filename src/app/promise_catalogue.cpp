#include "app/promise_catalogue.h"

#include <algorithm>

#include "base/contains.h"
#include "services/service.h"

namespace app {
namespace {

using policy::Basis;
using policy::Class;
using policy::Data;
using policy::Kind;
using policy::Policy;
using E = Evidence;

template <class Range, class Holds>
bool any(const Range& range, Holds holds) {
  return std::ranges::any_of(range, holds);
}

bool comes_in_by(const Policy& policy, std::string_view source) {
  return any(policy.data(), [&](const Data& datum) { return base::contains(datum.from, source); });
}

bool ends_with(const Policy& policy, std::string_view end) {
  return any(policy.data(), [&](const Data& datum) { return datum.keep.after == end; });
}

// ---- what a policy declares -------------------------------------------------------------------------

bool always(const Policy&) { return true; }
bool registers(const Policy& policy) { return comes_in_by(policy, "registration form"); }
bool measures(const Policy& policy) { return policy.measurement().facts != 0; }

/// A refusal costs something, which the question has to say.
bool refusal_costs(const Policy& policy) {
  return any(policy.consents(), [](const policy::ConsentRule& rule) { return rule.costs.has_value(); });
}

bool accredits(const Policy& policy) { return policy.attendance_rule() != nullptr; }

bool serves_organisers(const Policy& policy) {
  const auto& controller = policy.parties().controller;
  return controller && controller->name.empty();
}

bool ends_with_events(const Policy& policy) { return ends_with(policy, "event end"); }

bool anonymises_viewings(const Policy& policy) {
  return any(policy.data(), [](const Data& datum) {
    return datum.kind == Kind::Facts && datum.then == policy::Afterwards::Anonymise;
  });
}

bool answers(const Policy& policy, policy::RightAct act) { return policy.rights().of(act) != nullptr; }
bool hands_records_over(const Policy& policy) {
  return measures(policy) && answers(policy, policy::RightAct::Portability);
}
bool answers_viewers(const Policy& policy) {
  return registers(policy) && answers(policy, policy::RightAct::Access);
}
bool erases_viewers(const Policy& policy) {
  return registers(policy) && answers(policy, policy::RightAct::Erasure);
}

bool subscribes(const Policy& policy) { return comes_in_by(policy, "subscription"); }

/// What is mailed to customers without their subscribing (T04) has no surface yet.
bool sends_updates(const Policy& policy) { return !policy.updates().empty(); }

/// Mails that somebody may do without: an address that is its owner's to manage, for a purpose that is no
/// contract's and no law's.
bool mails_freely(const Policy& policy) {
  return any(policy.fields(), [&](const policy::Field& field) {
    const auto* datum = policy.datum(field.data);
    return field.type == policy::FieldType::Email && datum != nullptr &&
           datum->data_class == Class::SelfManaged && any(datum->purposes, [&](const std::string& name) {
             const auto basis = policy.purpose(name)->basis;
             return basis == Basis::Consent || basis == Basis::LegitimateInterest;
           });
  });
}

bool views_pages(const Policy& policy) { return policy.record("page view") != nullptr; }
bool tells_classes_apart(const Policy& policy) {
  return std::ranges::all_of(
      std::array{Class::Pseudonymous, Class::SelfManaged, Class::Held}, [&](Class wanted) {
        return any(policy.data(), [&](const Data& datum) { return datum.data_class == wanted; });
      });
}
bool wants_whole_mails(const Policy& policy) { return !policy.rights().needs.empty(); }
bool takes_documents(const Policy& policy) {
  return base::contains(policy.rights().identity, policy::IdentityProof::RedactedDocument);
}
bool refuses_categories(const Policy& policy) { return !policy.refuses().empty(); }

bool sells(const Policy& policy) { return comes_in_by(policy, "purchase"); }

/// Ways in that somebody of the organisation types over.
bool enters_by_hand(const Policy& policy) {
  const policy::Vocabulary vocabulary;
  return any(vocabulary.typed, [&](std::string_view source) { return comes_in_by(policy, source); });
}

bool has_services(const Policy& policy) {
  return any(policy.credentials(), [](const auto& rule) { return rule.credential == services::kTerm; });
}
bool has_staff_rules(const Policy& policy) { return policy.staff().factors >= 2; }
bool acknowledges(const Policy& policy) { return !policy.staff().acknowledge.empty(); }
bool signs_and_trains(const Policy& policy) {
  return !policy.staff().training.empty() &&
         any(policy.staff().acknowledge, [](const auto& one) { return one.is_signed; });
}
bool knows_browsers(const Policy& policy) { return has_staff_rules(policy) && policy.staff().known_devices; }
bool tells_people(const Policy& policy) {
  return any(policy.breach().tell, [](const auto& duty) { return duty.whom == policy::Told::People; });
}
bool tells_controller(const Policy& policy) {
  return any(policy.breach().tell, [](const auto& duty) { return duty.whom == policy::Told::Controller; });
}
bool discloses(const Policy& policy) { return !policy.disclosure_grounds().empty(); }

bool shows_tours(const Policy& policy) { return policy.record("tour view") != nullptr; }
bool carries_calls(const Policy& policy) { return policy.record("call") != nullptr; }
bool minds_minors(const Policy& policy) { return policy.minors().age > 0; }
bool works_for_clients(const Policy& policy) { return comes_in_by(policy, "delivered file"); }
bool client_breaches(const Policy& policy) { return works_for_clients(policy) && tells_controller(policy); }
bool logs(const Policy& policy) {
  return any(policy.data(), [](const Data& datum) { return datum.kind == Kind::Logs; });
}

constexpr auto kRows = std::to_array<CatalogueRow>({
    {"N01", always, {E::Policy}},
    {"N02", always, {E::Policy}},
    {"N03", always, {E::Construction}},
    {"N04", always, {E::Policy}},
    {"N05", always, {E::Policy}},
    {"N06", always, {E::Incidents, E::Requests}},
    {"E01", registers, {E::Construction}},
    {"E02", registers, {E::Construction}},
    {"E03", measures, {E::Construction}},
    {"E04", measures, {E::Construction}},
    {"E05", measures, {E::Consent}},
    {"E06", measures, {E::Consent}},
    {"E07", refusal_costs, {E::Policy}},
    {"E08", measures, {E::Journal}},
    {"E09", measures, {E::Construction}},
    {"E10", measures, {E::Construction}},
    {"E11", registers, {E::Construction}},
    {"E12", accredits, {E::Construction}},
    {"E13", registers, {E::Construction}},
    {"E14", measures, {}},
    {"E15", measures, {E::Construction}},
    {"E16", measures, {E::Construction}},
    {"E17", serves_organisers, {E::Assignments}},
    {"E18", always, {E::Transport}},
    {"E19", always, {E::Construction}},
    {"E20", always, {E::Credentials}},
    {"E21", ends_with_events, {E::Deletion}},
    {"E22", anonymises_viewings, {E::Deletion}},
    {"E23", ends_with_events, {E::Deletion}},
    {"E24", hands_records_over, {E::Requests}},
    {"E25", answers_viewers, {E::Requests}},
    {"E26", erases_viewers, {E::Requests, E::Erasures}},
    {"E27", always, {E::Policy}},
    {"E28", serves_organisers, {E::Policy}},
    {"M01", subscribes, {E::Updates}, sends_updates},
    {"M02", mails_freely, {E::Updates}, sends_updates},
    {"M03", mails_freely, {E::Updates, E::Erasures}, sends_updates},
    {"M04", views_pages, {}},
    {"M05", tells_classes_apart, {E::Policy}},
    {"M06", wants_whole_mails, {E::Requests}},
    {"M07", takes_documents, {E::Construction}},
    {"M08", subscribes, {E::Construction}},
    {"M09", refuses_categories, {E::Policy}},
    {"M10", sells, {}},
    {"M11", enters_by_hand, {E::Journal}},
    {"M12", always, {E::Transport, E::Recipients}},
    {"M13", has_services, {E::Credentials}},
    {"M14", knows_browsers, {E::Construction}},
    {"M15", has_staff_rules, {E::Construction}},
    {"M16", always, {E::Members}},
    {"M17", acknowledges, {E::Duties}},
    {"M18", always, {E::Policy}},
    {"M19", always, {E::Deletion}},
    {"M20", tells_people, {E::Incidents}},
    {"M21", always, {E::Recipients}},
    {"M22", discloses, {E::Disclosures}},
    {"T01", shows_tours, {}},
    {"T02", shows_tours, {}},
    {"T03", shows_tours, {}},
    {"T04", shows_tours, {}},
    {"T05", shows_tours, {}},
    {"T06", shows_tours, {}},
    {"T07", shows_tours, {}},
    {"T08", shows_tours, {}},
    {"T09", shows_tours, {}},
    {"T10", shows_tours, {}},
    {"T11", shows_tours, {}},
    {"C01", carries_calls, {}},
    {"C02", carries_calls, {}},
    {"C03", carries_calls, {}},
    {"C04", carries_calls, {}},
    {"C05", carries_calls, {}},
    {"C06", carries_calls, {}},
    {"C07", minds_minors, {E::Construction}},
    {"C08", always, {E::Construction}},
    {"C09", carries_calls, {}},
    {"C10", carries_calls, {}},
    {"C11", carries_calls, {}},
    {"C12", carries_calls, {}},
    {"C13", carries_calls, {}},
    {"C14", carries_calls, {}},
    {"B01", works_for_clients, {}},
    {"B02", works_for_clients, {}},
    {"B03", works_for_clients, {}},
    {"B04", works_for_clients, {}},
    {"B05", works_for_clients, {}},
    {"B06", works_for_clients, {}},
    {"B07", works_for_clients, {}},
    {"B08", works_for_clients, {}},
    {"B09", works_for_clients, {}},
    {"B10", works_for_clients, {}},
    {"B11", client_breaches, {E::Incidents}},
    {"B12", works_for_clients, {E::Incidents}},
    {"B13", works_for_clients, {E::Duties}, signs_and_trains},
    {"B14", works_for_clients, {}},
    {"B15", works_for_clients, {}},
    {"B16", works_for_clients, {}},
    {"B17", logs, {E::RequestLog}},
    {"B18", works_for_clients, {}},
    {"B19", works_for_clients, {}},
    {"X01", always, {E::Policy}},
    {"X02", always, {E::Consent}},
    {"X03", always, {E::Journal}},
    {"X04", always, {E::Backup}},
    {"X05", always, {E::Construction}},
});

}  // namespace

std::span<const CatalogueRow> promise_catalogue() { return kRows; }

}  // namespace app
