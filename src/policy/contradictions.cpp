// What a policy may not say, because it says otherwise elsewhere.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/contains.h"
#include "policy/reader.h"
#include "policy/words.h"

namespace policy {

Position Reader::where(const std::string& name) const {
  const auto found = positions_.find(name);
  return found == positions_.end() ? Position{} : found->second;
}

bool Reader::needs_itself(const Purpose& purpose) const {
  const auto* at = policy_.purpose(purpose.needs);
  for (std::size_t steps = 0; at != nullptr && steps < policy_.purposes_.size(); ++steps) {
    if (at->name == purpose.name) return true;
    at = policy_.purpose(at->needs);
  }
  return false;
}

bool Reader::without_consent(const Purpose& purpose) const {
  const auto* at = &purpose;
  // A ring of needs is told of elsewhere; here it only must not be walked for ever.
  for (std::size_t steps = 0; at != nullptr && steps <= policy_.purposes_.size(); ++steps) {
    if (at->basis == Basis::Consent) return false;
    at = policy_.purpose(at->needs);
  }
  return true;
}

bool Reader::rests_on_consent(const Data& datum) const {
  return std::ranges::any_of(datum.purposes, [&](const std::string& name) {
    const auto* purpose = policy_.purpose(name);
    return purpose != nullptr && purpose->basis == Basis::Consent;
  });
}

bool Reader::knows_purposes(const Data& datum) const {
  return !datum.purposes.empty() && std::ranges::all_of(datum.purposes, [&](const std::string& name) {
    return policy_.purpose(name) != nullptr;
  });
}

bool Reader::is_of_viewing(const Data& datum) const {
  if (datum.kind == Kind::Fields || datum.kind == Kind::Logs) return false;
  if (datum.kind != Kind::Records) return true;
  return std::ranges::any_of(datum.items, [&](const std::string& item) {
    return base::contains(vocabulary_.viewing_records, item);
  });
}

bool Reader::stays_without_consent(const Data& datum) const {
  if (datum.kind == Kind::Facts || datum.kind == Kind::Marks) return false;
  return std::ranges::any_of(datum.purposes, [&](const std::string& name) {
    const auto* purpose = policy_.purpose(name);
    return purpose != nullptr && without_consent(*purpose);
  });
}

void Reader::check_purposes() {
  const auto names = names_of(policy_.purposes_);
  for (const auto& purpose : policy_.purposes_) {
    const auto key = "purposes." + purpose.name;
    if (!purpose.needs.empty()) {
      if (policy_.purpose(purpose.needs) == nullptr) {
        problems_.add(where(key + ".needs"), fmt::format("unknown purpose '{}'", purpose.needs),
                      suggest(purpose.needs, names));
      } else if (needs_itself(purpose)) {
        problems_.add(where(key + ".needs"), fmt::format("the purpose '{}' needs itself", purpose.name),
                      "take one 'needs' out of the ring");
      }
    }
    if (purpose.basis != Basis::Consent || !positions_.contains(key + ".basis")) continue;
    if (!positions_.contains("consent." + purpose.name)) {
      problems_.add(where(key + ".basis"),
                    fmt::format("the purpose '{}' rests on consent, but nothing says what a refusal means",
                                purpose.name),
                    fmt::format("add 'consent: {}:' with 'refused: […]'", purpose.name));
    }
    const auto serves = [&](const Data& datum) { return base::contains(datum.purposes, purpose.name); };
    if (std::ranges::none_of(policy_.data_, serves)) {
      problems_.add(where(key),
                    fmt::format("consent is asked for '{}', but no datum is for it", purpose.name),
                    "name it in the 'for' of a datum, or leave the purpose out");
    }
  }
}

void Reader::check_data() {
  const auto names = names_of(policy_.purposes_);
  for (const auto& datum : policy_.data_) {
    for (const auto& purpose : datum.purposes) {
      if (policy_.purpose(purpose) != nullptr) continue;
      problems_.add(where(fmt::format("data.{}.for.{}", datum.name, purpose)),
                    fmt::format("unknown purpose '{}'", purpose), suggest(purpose, names));
    }
    if (knows_purposes(datum) && !datum.items.empty()) check_datum(datum);
  }
}

void Reader::check_datum(const Data& datum) {
  const auto key = "data." + datum.name;
  check_meanwhile(datum);
  const bool measures = datum.kind == Kind::Facts || datum.kind == Kind::Marks;
  if (measures && !rests_on_consent(datum)) {
    problems_.add(where(key + ".for"),
                  fmt::format("'{}' measures people, and none of its purposes rests on consent", datum.name),
                  "add a purpose with 'basis: consent'");
  }
  if (datum.kind == Kind::Facts && (datum.facts & static_cast<std::uint8_t>(Fact::Focused)) == 0) {
    problems_.add(where(key), fmt::format("'{}' holds facts without 'focused'", datum.name),
                  "add 'focused': without it nobody is ever seen to be active");
  }
  if (datum.kind == Kind::Fields) {
    if (datum.data_class == Class::Pseudonymous) {
      problems_.add(where(key + ".class"), fmt::format("the fields of '{}' say who somebody is", datum.name),
                    "write 'self-managed' or 'held'");
    }
    if (datum.then == Afterwards::Anonymise) {
      problems_.add(where(key + ".then"), fmt::format("the fields of '{}' say who somebody is", datum.name),
                    "write 'erase'");
    }
  } else if (datum.data_class != Class::Pseudonymous && is_of_viewing(datum)) {
    problems_.add(where(key + ".class"),
                  fmt::format("'{}' belongs to a viewing, which is stored without names", datum.name),
                  "write 'pseudonymous'");
  }
}

void Reader::check_meanwhile(const Data& datum) {
  if (datum.meanwhile.empty()) return;
  const auto key = fmt::format("data.{}.meanwhile", datum.name);
  const std::vector<std::string_view> known(datum.purposes.begin(), datum.purposes.end());
  for (const auto& purpose : datum.meanwhile) {
    if (base::contains(datum.purposes, purpose)) continue;
    problems_.add(where(fmt::format("{}.{}", key, purpose)),
                  fmt::format("'{}' is not for '{}'", datum.name, purpose), suggest(purpose, known));
  }
  if (datum.keep.counts_from_storing()) {
    problems_.add(where(key), fmt::format("the term of '{}' counts from its storing", datum.name),
                  "leave 'meanwhile' out, or let the term count from an end");
  } else if (datum.keep.span.count == 0) {
    problems_.add(where(key), fmt::format("'{}' goes at once when its time is over", datum.name),
                  "leave 'meanwhile' out, or keep it for a while after that");
  }
}

void Reader::check_items_once() {
  std::set<std::string> seen;
  for (const auto& datum : policy_.data_) {
    if (datum.kind == Kind::Facts) continue;  // The same fact may serve two data for different purposes.
    for (const auto& item : datum.items) {
      const auto kind = to_text(datum.kind);
      if (seen.insert(fmt::format("{}.{}", kind, item)).second) continue;
      problems_.add(where(fmt::format("data.{}.{}.{}", datum.name, kind, item)),
                    fmt::format("'{}' is declared in two data", item),
                    "keep one: a value must have one term and one set of purposes");
    }
  }
}

void Reader::check_consents() {
  const auto names = names_of(policy_.purposes_);
  for (const auto& rule : policy_.consents_) {
    const auto key = "consent." + rule.purpose;
    const auto* purpose = policy_.purpose(rule.purpose);
    if (purpose == nullptr) {
      problems_.add(where(key), fmt::format("unknown purpose '{}'", rule.purpose),
                    suggest(rule.purpose, names));
      continue;
    }
    if (purpose->basis != Basis::Consent) {
      problems_.add(where(key),
                    fmt::format("the purpose '{}' does not rest on consent, so a refusal would mean nothing",
                                rule.purpose),
                    "leave it out here, or write 'basis: consent' there");
      continue;
    }
    const auto needs_it = [&](const Purpose& other) { return other.needs == rule.purpose; };
    const auto other = std::ranges::find_if(policy_.purposes_, needs_it);
    if (other != policy_.purposes_.end() && !rule.costs) {
      problems_.add(where(key),
                    fmt::format("a refusal costs '{}', which needs '{}', and nobody is told", other->name,
                                rule.purpose),
                    "add 'costs: { … }' with a text per language");
    }
    check_refused(rule);
  }
}

void Reader::check_refused(const ConsentRule& rule) {
  const auto key = fmt::format("consent.{}.refused", rule.purpose);
  if (!positions_.contains(key)) return;
  for (const auto& name : rule.refused) {
    const auto* datum = policy_.datum(name);
    if (datum == nullptr) {
      problems_.add(where(key + "." + name), fmt::format("unknown datum '{}'", name),
                    suggest(name, names_of(policy_.data_)));
    } else if (knows_purposes(*datum) && !stays_without_consent(*datum)) {
      problems_.add(where(key + "." + name),
                    fmt::format("'{}' is stored with consent only, so not after a refusal", name),
                    "take it out, or give the datum a purpose that does not rest on consent");
    }
  }
  for (const auto& datum : policy_.data_) {
    if (base::contains(rule.refused, datum.name) || !stays_without_consent(datum)) continue;
    if (!is_of_viewing(datum) && datum.kind != Kind::Logs) continue;
    problems_.add(where(key), fmt::format("'{}' is stored after a refusal too, and is not named", datum.name),
                  fmt::format("add '{}' to 'refused'", datum.name));
  }
}

void Reader::check_update(const Update& update) {
  const auto key = fmt::format("updates.{}.for", update.name);
  const auto* purpose = policy_.purpose(update.purpose);
  if (purpose == nullptr) {
    problems_.add(where(key), fmt::format("unknown purpose '{}'", update.purpose),
                  suggest(update.purpose, names_of(policy_.purposes_)));
    return;
  }
  if (purpose->basis != Basis::Consent && purpose->basis != Basis::LegitimateInterest) {
    problems_.add(where(key),
                  fmt::format("'{}' is for '{}', which nobody can do without", update.name, purpose->name),
                  "name a purpose with 'basis: consent' or 'basis: legitimate-interest'");
  }
  const auto* address = policy_.subscriber_address();
  const auto* datum = address == nullptr ? nullptr : policy_.datum(address->data);
  if (datum != nullptr && base::contains(datum->purposes, purpose->name)) return;
  problems_.add(
      where(key), fmt::format("no e-mail address comes in by 'subscription' for '{}'", purpose->name),
      fmt::format("add a field of 'type: email' to a datum with 'from: [subscription]' and 'for: [{}]'",
                  purpose->name));
}

void Reader::check_updates() {
  if (policy_.updates_.empty()) return;
  for (const auto& update : policy_.updates_) {
    if (positions_.contains(fmt::format("updates.{}.for", update.name))) check_update(update);
  }
  const auto count = std::ranges::count_if(policy_.fields_, [this](const Field& field) {
    const auto* datum = policy_.datum(field.data);
    return field.type == FieldType::Email && datum != nullptr && base::contains(datum->from, kSubscription);
  });
  if (count > 1) {
    problems_.add(where("updates"), "several fields ask who subscribes for an e-mail address",
                  "keep one field of 'type: email' in the data with 'from: [subscription]'");
  } else if (count == 1 && !policy_.subscriber_address()->required) {
    problems_.add(where("updates"), "the field of a subscriber's e-mail address may stay empty",
                  "write 'type: email' without the question mark");
  }
}

void Reader::check_opening() {
  if (!policy_.opens_by_link_) return;
  // Whoever only writes to us, through the contact form or by e-mail, is mailed no link.
  const auto is_mail = [this](const Field& field) {
    const auto* datum = policy_.datum(field.data);
    const bool only_writes =
        datum != nullptr && std::ranges::all_of(datum->from, [](const std::string& source) {
          return source == "contact form" || source == "e-mail";
        });
    return field.type == FieldType::Email && !only_writes;
  };
  const auto count = std::ranges::count_if(policy_.fields_, is_mail);
  const auto at = where("opens-by");
  if (count == 0) {
    problems_.add(at, "a link is mailed, but no field asks for an e-mail address",
                  "add a field of 'type: email', or write 'opens-by: [form]'");
  } else if (count > 1) {
    problems_.add(at, "a link is mailed, and several fields ask for an e-mail address",
                  "keep one field of 'type: email'");
  } else if (!policy_.email_field()->required) {
    problems_.add(at, "a link is mailed, but the field of the e-mail address may stay empty",
                  "write 'type: email' without the question mark");
  }
}

}  // namespace policy
