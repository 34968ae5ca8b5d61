// What a policy may not say of recipients, places, systems and decisions, because it says otherwise
// elsewhere.

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "policy/reader.h"
#include "policy/words.h"

namespace policy {

bool Reader::check_somebody(const std::string& key, const std::string& whom) {
  if (whom.empty() || whom == "controller" || policy_.recipient(whom) != nullptr) return true;
  if (whom == "processor") {
    if (policy_.parties_.processor) return true;
    problems_.add(where(key), "the policy names no processor",
                  "add 'processor' to 'parties', or name another");
    return false;
  }
  auto known = names_of(policy_.recipients_);
  known.insert(known.begin(), {"controller", "processor"});
  problems_.add(where(key), fmt::format("unknown party or recipient '{}'", whom), suggest(whom, known));
  return false;
}

void Reader::check_references(const std::string& key, const std::vector<std::string>& data) {
  for (const auto& name : data) {
    if (policy_.datum(name) != nullptr) continue;
    problems_.add(where(key + "." + name), fmt::format("unknown datum '{}'", name),
                  suggest(name, names_of(policy_.data_)));
  }
}

void Reader::check_recipients() {
  for (const auto& recipient : policy_.recipients_) {
    check_references(fmt::format("recipients.{}.gets", recipient.name), recipient.gets);
    check_transfer(recipient);
    check_flow(recipient);
  }
}

void Reader::check_transfer(const Recipient& recipient) {
  if (!is_country(recipient.country)) return;
  const auto key = "recipients." + recipient.name;
  const auto is_outside = [&](const Place& place) {
    return place.by == recipient.name && is_country(place.country) && !is_in_eea(place.country);
  };
  const bool leaves = !is_in_eea(recipient.country) || std::ranges::any_of(policy_.places_, is_outside);
  if (leaves && !positions_.contains(key + ".transfer")) {
    problems_.add(where(key),
                  fmt::format("'{}' is outside the European Economic Area, and no ground is given", key),
                  fmt::format("add 'transfer: …', one of: {}", join(transfer_words())));
  } else if (!leaves && positions_.contains(key + ".transfer")) {
    problems_.add(where(key + ".transfer"),
                  fmt::format("'{}' is inside the European Economic Area: nothing is transferred", key),
                  "leave 'transfer' out");
  }
}

void Reader::check_flow(const Recipient& recipient) {
  if (recipient.gets.empty()) return;
  const auto key = "recipients." + recipient.name;
  if (recipient.role == RecipientRole::Processor && recipient.agreement.empty() &&
      !positions_.contains(key + ".agreement")) {
    problems_.add(where(key),
                  fmt::format("the processor '{}' gets data without an agreement", recipient.name),
                  "add 'agreement: <date of signing>', or write 'gets: []' until it is signed");
  }
  for (const auto& [word, date] :
       {std::pair{"assessed", recipient.assessed}, std::pair{"agreement", recipient.agreement}}) {
    // Dates are written year first, so that their order is that of their letters.
    if (!is_date(date) || !is_date(policy_.in_force_) || date <= policy_.in_force_) continue;
    problems_.add(
        where(fmt::format("{}.{}", key, word)),
        fmt::format("'{}' gets data from {} on, before '{}'", recipient.name, policy_.in_force_, word),
        "let the policy come into force later, or write 'gets: []' until then");
  }
  const auto is_for_consent = [&](const std::string& name) {
    const auto* datum = policy_.datum(name);
    return datum != nullptr && rests_on_consent(*datum);
  };
  if (recipient.transfer == Transfer::Consent && !std::ranges::all_of(recipient.gets, is_for_consent)) {
    problems_.add(where(key + ".transfer"),
                  fmt::format("'{}' gets data that nobody consented to", recipient.name),
                  "give another ground, or leave those data out of 'gets'");
  }
}

void Reader::check_places() {
  if (policy_.places_.empty()) return;
  for (const auto& place : policy_.places_) check_place(place);
  for (const auto& datum : policy_.data_) {
    const auto is_there = [&](const Place& place) { return base::contains(place.holds, datum.name); };
    if (std::ranges::any_of(policy_.places_, is_there)) continue;
    problems_.add(where("data." + datum.name), fmt::format("'{}' lies nowhere", datum.name),
                  fmt::format("add '{}' to the 'holds' of a place", datum.name));
  }
}

void Reader::check_place(const Place& place) {
  const auto key = "places." + place.name;
  check_references(key + ".holds", place.holds);
  if (!check_somebody(key + ".by", place.by)) return;
  const auto* recipient = policy_.recipient(place.by);
  if (recipient == nullptr) {
    if (is_country(place.country) && !is_in_eea(place.country)) {
      problems_.add(where(key + ".country"),
                    fmt::format("'{}' is outside the European Economic Area, and no ground is given", key),
                    "write 'by: <recipient>' with a recipient that has a 'transfer'");
    }
    return;
  }
  for (const auto& name : place.holds) {
    if (policy_.datum(name) == nullptr || base::contains(recipient->gets, name)) continue;
    problems_.add(where(key + ".holds." + name),
                  fmt::format("'{}' lies with '{}', which does not get it", name, recipient->name),
                  fmt::format("add '{}' to the 'gets' of '{}', or take it out here", name, recipient->name));
  }
}

void Reader::check_systems() {
  const auto names = names_of(policy_.places_);
  for (const auto& system : policy_.systems_) {
    const auto is_it = [&](const Place& place) { return place.name == system.place; };
    if (system.place.empty() || std::ranges::any_of(policy_.places_, is_it)) continue;
    problems_.add(where(fmt::format("systems.{}.place", system.name)),
                  fmt::format("unknown place '{}'", system.place),
                  names.empty() ? "declare it under 'places'" : suggest(system.place, names));
  }
}

void Reader::check_decisions() {
  for (const auto& decision : policy_.decisions_) {
    if (decision.watched > 0) check_attendance_rule(decision);
    if (decision.purpose.empty() || policy_.purpose(decision.purpose) != nullptr) continue;
    problems_.add(where(fmt::format("decisions.{}.purpose", decision.name)),
                  fmt::format("unknown purpose '{}'", decision.purpose),
                  suggest(decision.purpose, names_of(policy_.purposes_)));
  }
}

void Reader::check_attendance_rule(const Decision& decision) {
  const auto at = where(fmt::format("decisions.{}.watched", decision.name));
  if (policy_.attendance_rule() != &decision) {
    problems_.add(at, "a second rule of what was watched", "keep one: somebody is accredited or is not");
  }
  const auto* purpose = policy_.purpose(decision.purpose);
  if (purpose == nullptr) return;
  const bool is_measured = std::ranges::any_of(policy_.data_, [&](const Data& datum) {
    return datum.kind == Kind::Facts && base::contains(datum.purposes, purpose->name);
  });
  if (!is_measured) {
    problems_.add(at, fmt::format("nothing that is measured serves '{}'", purpose->name),
                  fmt::format("add '{}' to the 'for' of a datum with facts", purpose->name));
  }
}

}  // namespace policy
