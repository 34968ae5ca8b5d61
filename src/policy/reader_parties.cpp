// The head of a policy, its purposes, and who and where.

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"
#include "policy/reader.h"
#include "policy/words.h"

namespace policy {

void Reader::read_languages(const Part& part) {
  if (!part) return;
  const auto known = words_of(Words::Languages, vocabulary_);
  const auto items = list(part);
  for (const auto& item : items) {
    const auto place = one_of(item, known);
    if (place < known.size()) policy_.languages_.push_back(base::kLanguages[place]);
  }
  if (items.empty()) refuse(part, "the policy has no language", fmt::format("write '[{}]'", join(known)));
}

void Reader::read_opening(const Part& part) {
  if (!part) return;
  policy_.opens_by_form_ = false;
  for (const auto& way : words(part, Words::Ways)) {
    (way == "form" ? policy_.opens_by_form_ : policy_.opens_by_link_) = true;
  }
  if (part.node->items.empty()) refuse(part, "nothing opens", "write '[form]', '[link]' or '[form, link]'");
}

void Reader::read_header(const Part& root) {
  policy_.name_ = name(maybe(root, "policy"));
  read_languages(maybe(root, "languages"));
  policy_.in_force_ = date(maybe(root, "in-force"));
  if (const auto part = maybe(root, "law"); part && one_of(part, Words::Countries) < country_words().size()) {
    policy_.law_ = part.node->text;
  }
  read_opening(maybe(root, "opens-by"));
}

void Reader::read_parties(const Part& part) {
  if (!part || !is_map_of(part, Map::Parties)) return;
  auto& parties = policy_.parties_;
  if (const auto controller = maybe(part, "controller")) {
    parties.controller = read_party(controller, Map::Controller);
  }
  if (const auto processor = maybe(part, "processor")) {
    parties.processor = read_party(processor, Map::Party);
  }
  if (const auto officer = maybe(part, "officer")) parties.officer = read_party(officer, Map::Party);
  parties.privacy_contact = mail_address(maybe(part, "privacy-contact"));
  for (const auto* party : {&parties.officer, &parties.controller, &parties.processor}) {
    if (parties.privacy_contact.empty() && *party) parties.privacy_contact = (*party)->contact;
  }
  const auto reports = maybe(part, "report-contact");
  parties.report_contact = mail_address(reports);
  if (!parties.report_contact.empty() && parties.report_contact == parties.privacy_contact)
    refuse(reports, "'report-contact' is where requests go", "write another address, or leave it out");
  read_authority(maybe(part, "authority"));
}

Party Reader::read_party(const Part& part, Map map) {
  Party party;
  if (!is_map_of(part, map)) return party;
  if (map == Map::Controller) {
    if (const auto role = maybe(part, "role")) {
      one_of(role, Words::Organiser);
      if (part.node->entries.size() > 1) {
        refuse(part, fmt::format("'{}' has a role and a name", part.name), "write one of the two");
      }
      return party;
    }
    // It has a name unless it has a role, as every other party has.
    for (const std::string_view key : {"name", "contact"}) {
      if (part.node->find(key) == nullptr) missing(part, Map::Party, key);
    }
  }
  party.name = word(maybe(part, "name"));
  party.contact = mail_address(maybe(part, "contact"));
  party.country = country(maybe(part, "country"));
  return party;
}

void Reader::read_authority(const Part& part) {
  if (!part) return;
  if (part.node->type == Node::Type::Scalar) {
    if (one_of(part, Words::Authorities) < authority_words().size()) {
      policy_.parties_.authority = authority(part.node->text);
    }
    return;
  }
  if (!is_map_of(part, Map::Authority)) return;
  policy_.parties_.authority = Authority{word(maybe(part, "name")), https_address(maybe(part, "complaints")),
                                         country(maybe(part, "country"))};
}

void Reader::read_purposes(const Part& part) {
  if (part && part.node->type == Node::Type::Map && part.node->entries.empty()) {
    refuse(part, "the policy has no purpose", "declare one");
  }
  for (const auto& of : named(part)) {
    Purpose purpose;
    purpose.name = of.name.substr(part.name.size() + 1);
    purpose.basis = Basis::Contract;  // Until it is read: an unknown basis is one problem, not two.
    check_name(of, purpose.name);
    if (is_map_of(of, Map::Purpose)) {
      read_word(maybe(of, "basis"), Words::Bases, purpose.basis);
      purpose.says = texts(maybe(of, "says"));
      purpose.needs = name(maybe(of, "needs"));
      if (const auto confirmed = maybe(of, "confirmed-by")) {
        purpose.confirmed_by_person = one_of(confirmed, Words::Person) == 0;
      }
    }
    policy_.purposes_.push_back(std::move(purpose));
  }
}

void Reader::read_recipients(const Part& part) {
  for (const auto& of : named(part)) {
    Recipient recipient;
    recipient.name = of.name.substr(part.name.size() + 1);
    check_name(of, recipient.name);
    if (recipient.name == "controller" || recipient.name == "processor") {
      problems_.add(of.at, fmt::format("'{}' is a party, so no recipient can be called so", recipient.name),
                    "give it another name");
    }
    if (is_map_of(of, Map::Recipient)) {
      recipient.called = word(maybe(of, "name"));
      recipient.country = country(maybe(of, "country"));
      read_word(maybe(of, "role"), Words::RecipientRoles, recipient.role);
      recipient.does = texts(maybe(of, "does"));
      recipient.policy = https_address(maybe(of, "policy"));
      recipient.assessed = date(maybe(of, "assessed"));
      recipient.agreement = date(maybe(of, "agreement"));
      recipient.gets = references(maybe(of, "gets"));
      recipient.hosts = hosts(maybe(of, "hosts"));
      if (const auto transfer = maybe(of, "transfer")) {
        const auto place = one_of(transfer, Words::Transfers);
        // "none", the first enumerator, is not written.
        if (place < transfer_words().size()) recipient.transfer = static_cast<Transfer>(place + 1);
      }
    }
    policy_.recipients_.push_back(std::move(recipient));
  }
}

void Reader::read_places(const Part& part) {
  for (const auto& of : named(part)) {
    Place place;
    place.name = of.name.substr(part.name.size() + 1);
    check_name(of, place.name);
    if (is_map_of(of, Map::Place)) {
      place.says = texts(maybe(of, "says"));
      place.country = country(maybe(of, "country"));
      place.by = word(maybe(of, "by"));
      place.holds = references(maybe(of, "holds"));
    }
    policy_.places_.push_back(std::move(place));
  }
}

void Reader::read_systems(const Part& part) {
  for (const auto& of : named(part)) {
    System system;
    system.name = of.name.substr(part.name.size() + 1);
    check_name(of, system.name);
    if (is_map_of(of, Map::System)) {
      system.says = texts(maybe(of, "says"));
      system.place = word(maybe(of, "place"));
      system.hosts = hosts(maybe(of, "hosts"));
    }
    policy_.systems_.push_back(std::move(system));
  }
}

int Reader::percent(const Part& part) {
  if (!part) return 0;
  const auto text = word(part);
  const auto number = text.ends_with('%')
                          ? base::parse_number<int>(std::string_view{text}.substr(0, text.size() - 1))
                          : std::nullopt;
  if (number && *number >= 1 && *number <= 100) return *number;
  if (!text.empty()) refuse(part, fmt::format("'{}' is no share", text), "write one from 1% to 100%");
  return 0;
}

void Reader::read_decisions(const Part& part) {
  for (const auto& of : named(part)) {
    Decision decision;
    decision.name = of.name.substr(part.name.size() + 1);
    check_name(of, decision.name);
    if (is_map_of(of, Map::Decision)) {
      decision.says = texts(maybe(of, "says"));
      decision.logic = texts(maybe(of, "logic"));
      decision.purpose = word(maybe(of, "purpose"));
      if (const auto confirmed = maybe(of, "confirmed-by")) one_of(confirmed, Words::Person);
      decision.watched = percent(maybe(of, "watched"));
    }
    policy_.decisions_.push_back(std::move(decision));
  }
}

}  // namespace policy
