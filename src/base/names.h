// The ids that several modules speak of. None of them says who somebody is: only the vault can tell
// which person a viewer number belongs to.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

#include "base/id.h"

namespace base {

/// One viewing: one load of one page in one tab, with the consent given for it.
using SessionId = Id<struct SessionTag>;
/// A person whose data the vault holds. Never leaves the server.
using PersonId = Id<struct PersonTag>;
/// A member of staff.
using MemberId = Id<struct MemberTag>;

/// A property (an event, a site, a tour) inside this installation: 1, 2, 3 …, never reused. Outsiders
/// know it by its slug.
struct PropertyNumber {
  std::uint32_t value = 0;
  auto operator<=>(const PropertyNumber&) const = default;
};

/// An organisation on this installation: whose properties and whose members they are. kHouse is the one that
/// operates it, whose policy is in force.
struct OrganisationNumber {
  std::uint32_t value = 0;
  auto operator<=>(const OrganisationNumber&) const = default;
};
inline constexpr OrganisationNumber kHouse{1};

/// Somebody of a property.
struct Subject {
  PropertyNumber property;
  PersonId person;
  bool operator==(const Subject&) const = default;
};

/// Random, per person and property, drawn by the vault; 0 is nobody's. It unites a viewer's sessions
/// without telling whose they are.
struct ViewerNumber {
  std::uint64_t value = 0;
  auto operator<=>(const ViewerNumber&) const = default;
  explicit operator bool() const { return value != 0; }
};

}  // namespace base

template <>
struct std::hash<base::ViewerNumber> {
  std::size_t operator()(base::ViewerNumber number) const { return number.value; }
};
template <>
struct std::hash<base::PropertyNumber> {
  std::size_t operator()(base::PropertyNumber number) const { return number.value; }
};
