#include "policy/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"

namespace policy {

bool UsePermit::covers(std::string_view datum) const { return base::contains(data_, datum); }

bool UsePermit::covers(std::string_view datum, const std::vector<std::string>& stored_for,
                       bool agreed) const {
  return std::ranges::any_of(ties_, [&](const Tie& tie) {
    return tie.datum == datum && (base::contains(stored_for, tie.purpose) || (agreed && tie.by_viewing));
  });
}

namespace {

using base::Code;
using base::fail;

/// A proof counts for the purpose as it reads now: what was agreed to before it changed is no consent.
bool is_proven(const Purpose& purpose, Proofs proofs) {
  return std::ranges::any_of(proofs, [&](const ConsentProof& proof) {
    return proof.purpose() == purpose.name && proof.fingerprint() == purpose.fingerprint;
  });
}

/// Ends, since the parser refuses purposes that need each other in a ring.
bool is_grounded(const Policy& policy, const Purpose& purpose, Proofs proofs) {
  if (purpose.basis == Basis::Consent && !is_proven(purpose, proofs)) return false;
  if (purpose.needs.empty()) return true;
  const auto* needed = policy.purpose(purpose.needs);
  return needed != nullptr && is_grounded(policy, *needed, proofs);
}

/// Whether the consents that are asked at a viewing, and no other, are what this purpose rests on.
bool rests_on_viewing(const Policy& policy, const Purpose& purpose) {
  const bool asked = base::contains(policy.measurement().purposes, purpose.name);
  if (purpose.basis == Basis::Consent && !asked) return false;
  const auto* needed = policy.purpose(purpose.needs);
  return needed == nullptr ? purpose.basis == Basis::Consent : rests_on_viewing(policy, *needed);
}

struct Grounds {
  std::vector<std::string> purposes;
  bool any_consent = false;
};

Grounds grounds_of(const Policy& policy, const Data& datum, Proofs proofs) {
  Grounds grounds;
  for (const auto& name : datum.purposes) {
    const auto* purpose = policy.purpose(name);
    if (purpose == nullptr || !is_grounded(policy, *purpose, proofs)) continue;
    grounds.purposes.push_back(name);
    grounds.any_consent |= purpose->basis == Basis::Consent;
  }
  return grounds;
}

/// Its time is over and its term has begun: what the policy leaves it meanwhile is all that it serves.
bool is_only_kept(const Data& datum, Ended ended) {
  return !datum.meanwhile.empty() && base::contains(ended, datum.keep.after);
}

bool are_of_one_session(Proofs proofs) {
  return std::ranges::all_of(proofs, [&](const ConsentProof& proof) {
    const auto& first = proofs.front();
    return proof.session() == first.session() && proof.property() == first.property() &&
           proof.viewer() == first.viewer();
  });
}

}  // namespace

template <class PermitType>
base::Result<PermitType> Gate::permit_item(Kind kind, std::string_view name, Proofs proofs,
                                           Ended ended) const {
  const auto declares = [&](const Data& datum) {
    return datum.kind == kind && base::contains(datum.items, name);
  };
  const auto datum = std::ranges::find_if(policy_.data(), declares);
  if (datum == policy_.data().end()) {
    return fail(Code::NotFound, fmt::format("the policy declares no such thing among its {}", to_text(kind)));
  }
  if (!are_of_one_session(proofs)) return fail(Code::Denied, "the proofs of consent are of several sessions");
  if (is_only_kept(*datum, ended)) {
    return fail(Code::Denied,
                fmt::format("after '{}' nothing is added to '{}'", datum->keep.after, datum->name));
  }
  auto grounds = grounds_of(policy_, *datum, proofs);
  if (grounds.purposes.empty()) {
    return fail(Code::Denied, fmt::format("no purpose of '{}' is open without consent", datum->name));
  }
  return PermitType{Permit{datum->name, policy_.version(), std::move(grounds.purposes)}, std::string{name}};
}

base::Result<FieldPermit> Gate::permit_field(std::string_view name, Proofs proofs, Ended ended) const {
  const auto* field = policy_.field(name);
  if (field == nullptr || field->special.empty()) {
    return permit_item<FieldPermit>(Kind::Fields, name, proofs, ended);
  }
  // The parser lets such a field through for consent alone; that it never gets in otherwise is decided here.
  const auto refuse = [&] {
    return fail(Code::Denied, fmt::format("sensitive data ({}) is not collected", field->special));
  };
  if (base::contains(policy_.refuses(), field->special)) return refuse();
  auto permit = permit_item<FieldPermit>(Kind::Fields, name, proofs, ended);
  const auto is_proven_consent = [&](const std::string& purpose) {
    return policy_.purpose(purpose)->basis == Basis::Consent;
  };
  if (permit && !std::ranges::all_of(permit->purposes(), is_proven_consent)) return refuse();
  return permit;
}
base::Result<RecordPermit> Gate::permit_record(std::string_view name, Proofs proofs) const {
  return permit_item<RecordPermit>(Kind::Records, name, proofs);
}
base::Result<AttributePermit> Gate::permit_attribute(std::string_view name, Proofs proofs) const {
  return permit_item<AttributePermit>(Kind::Attributes, name, proofs);
}
base::Result<LogPermit> Gate::permit_log(std::string_view name, Proofs proofs) const {
  return permit_item<LogPermit>(Kind::Logs, name, proofs);
}

base::Result<RecipientPermit> Gate::permit_recipient(std::string_view name, std::string_view datum) const {
  const auto* recipient = policy_.recipient(name);
  const auto* data = policy_.datum(datum);
  if (recipient == nullptr || data == nullptr || !base::contains(recipient->gets, datum)) {
    return fail(Code::Denied, "the policy does not let this datum go to this recipient");
  }
  if (!recipient->is_active()) {
    return fail(Code::Denied, fmt::format("'{}' is not active: its assessment or agreement is not on record",
                                          recipient->name));
  }
  const auto leaves = [&](const Place& place) { return place.by == name && !is_in_eea(place.country); };
  const bool is_outside = !is_in_eea(recipient->country) || std::ranges::any_of(policy_.places(), leaves);
  if (is_outside && recipient->transfer == Transfer::None) {
    return fail(Code::Denied,
                fmt::format("no ground lets data leave the European Economic Area to '{}'", recipient->name));
  }
  return RecipientPermit{Permit{data->name, policy_.version(), data->purposes}, recipient->name};
}

base::Result<UsePermit> Gate::permit_use(std::span<const std::string> purposes, Ended ended) const {
  if (purposes.empty()) return fail(Code::Invalid, "a use needs a purpose");
  UsePermit permit;
  for (const auto& purpose : purposes) {
    if (policy_.purpose(purpose) == nullptr)
      return fail(Code::NotFound, fmt::format("the policy declares no purpose '{}'", purpose));
    if (!base::contains(permit.purposes_, purpose)) permit.purposes_.push_back(purpose);
  }
  for (const auto& datum : policy_.data()) {
    const auto& serves = is_only_kept(datum, ended) ? datum.meanwhile : datum.purposes;
    for (const auto& purpose : permit.purposes_) {
      if (!base::contains(serves, purpose)) continue;
      permit.ties_.push_back({datum.name, purpose, rests_on_viewing(policy_, *policy_.purpose(purpose))});
      if (!base::contains(permit.data_, datum.name)) permit.data_.push_back(datum.name);
    }
  }
  if (permit.data_.empty())
    return fail(Code::Denied, "the policy has no datum for this purpose, or none any longer");
  permit.policy_version_ = policy_.version();
  return permit;
}

base::Result<DisclosurePermit> Gate::permit_disclosure(std::string_view ground,
                                                       std::span<const std::string> data) const {
  if (!base::contains(policy_.disclosure_grounds(), ground)) {
    return fail(Code::Denied,
                fmt::format("the policy lets nothing go to somebody outside on the ground '{}'", ground));
  }
  if (data.empty()) return fail(Code::Invalid, "a disclosure names its data");
  DisclosurePermit permit;
  for (const auto& datum : data) {
    if (policy_.datum(datum) == nullptr)
      return fail(Code::NotFound, fmt::format("the policy declares no datum '{}'", datum));
    if (!base::contains(permit.data_, datum)) permit.data_.push_back(datum);
  }
  permit.ground_ = ground;
  permit.policy_version_ = policy_.version();
  return permit;
}

base::Result<FactsPermit> Gate::permit_facts(Proofs proofs) const {
  if (policy_.measurement().facts == 0) return fail(Code::NotFound, "the policy declares no facts");
  if (!are_of_one_session(proofs)) return fail(Code::Denied, "the proofs of consent are of several sessions");
  FactsPermit permit;
  for (const auto& datum : policy_.data()) {
    if (datum.kind != Kind::Facts && datum.kind != Kind::Marks) continue;
    const auto grounds = grounds_of(policy_, datum, proofs);
    if (!grounds.any_consent) continue;
    permit.facts_ |= datum.facts;
    if (datum.kind == Kind::Marks) {
      permit.marks_.insert(permit.marks_.end(), datum.items.begin(), datum.items.end());
    }
    for (const auto& purpose : grounds.purposes) {
      if (!base::contains(permit.purposes_, purpose)) permit.purposes_.push_back(purpose);
    }
  }
  if (permit.facts_ == 0) return fail(Code::Denied, "nothing may be measured without consent");
  permit.policy_version_ = policy_.version();
  permit.property_ = proofs.front().property();
  permit.session_ = proofs.front().session();
  permit.viewer_ = proofs.front().viewer();
  return permit;
}

}  // namespace policy
