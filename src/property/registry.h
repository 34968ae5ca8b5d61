// The register of properties: which number an event, a site or a tour has inside, and which slug outside.
// Both are given out once and never again, so that an old link or file never opens something new.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"

namespace sql {
class Database;
}

namespace property {

struct Property {
  base::PropertyNumber number;
  std::string slug;
  /// The surface that it belongs to: "events".
  std::string surface;
  base::Instant created;
  base::OrganisationNumber organisation = base::kHouse;
};

/// `[a-z0-9][a-z0-9-]{0,62}`
bool is_slug(std::string_view text);

/// A slug made of a title: letters without their accents, digits, hyphens; "event" when nothing is left.
std::string slug_of(std::string_view title);

/// Any thread. Errors of all: what the database answers.
class Registry {
 public:
  /// Both must outlive the registry; the migrations of queries.h must have run on `control`.
  Registry(sql::Database& control, const base::Clock& clock) : control_(control), clock_(clock) {}

  /// Errors: Invalid for what is no slug, Conflict when it is taken or was once.
  base::Result<base::PropertyNumber> create(std::string_view slug, std::string_view surface,
                                            base::OrganisationNumber organisation = base::kHouse);
  /// `slug` itself when it is free, else with the first free number behind it: "open-day-2".
  base::Result<std::string> free_slug(std::string_view slug);
  /// The property that a part of the program keeps for itself, which nobody views: `surface` is that part's
  /// own word. Made at the first call, with a number behind the slug where an event took it before.
  base::Result<base::PropertyNumber> reserve(std::string_view slug, std::string_view surface);
  base::Result<std::optional<Property>> find(std::string_view slug);
  base::Result<std::optional<Property>> find(base::PropertyNumber number);
  /// In order of their numbers.
  base::Result<std::vector<Property>> all();

 private:
  sql::Database& control_;
  const base::Clock& clock_;
};

}  // namespace property
