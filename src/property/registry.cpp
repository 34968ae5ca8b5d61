#include "property/registry.h"

#include <fmt/format.h>

#include <array>

#include "property/queries.h"
#include "sql/database.h"

namespace property {
namespace {

constexpr std::size_t kSlugLengthMax = 63;
constexpr int kSlugAttemptsMax = 1000;

Property property_of(const sql::Row& row) {
  return {.number = {static_cast<std::uint32_t>(row.integer("number"))},
          .slug = row.text("slug"),
          .surface = row.text("surface"),
          .created = row.instant("created_ms"),
          .organisation = {static_cast<std::uint32_t>(row.integer("organisation"))}};
}

/// The plain letter of a Latin letter with an accent, given the second byte of its UTF-8 form (C3 xx).
char plain_letter(unsigned char second) {
  constexpr std::string_view kPlain = "aaaaaaaceeeeiiiidnooooo-ouuuuytsaaaaaaaceeeeiiiidnooooo-ouuuuyty";
  return second >= 0x80 && second <= 0xBF ? kPlain[second - 0x80U] : '-';
}

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_slug(std::string_view text) {
  if (text.empty() || text.size() > kSlugLengthMax || text.front() == '-') return false;
  for (char c : text) {
    if (!is_plain(c) && c != '-') return false;
  }
  return true;
}

std::string slug_of(std::string_view title) {
  std::string slug;
  for (std::size_t i = 0; i < title.size() && slug.size() < kSlugLengthMax - 4; ++i) {
    char c = title[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '\xC3' && i + 1 < title.size()) c = plain_letter(static_cast<unsigned char>(title[++i]));
    if (is_plain(c)) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "event" : slug;
}

base::Result<base::PropertyNumber> Registry::create(std::string_view slug, std::string_view surface,
                                                    base::OrganisationNumber organisation) {
  if (!is_slug(slug)) {
    return base::fail(base::Code::Invalid,
                      "a slug has 1 to 63 lower-case letters, digits and hyphens, and begins with no hyphen");
  }
  return control_.transact([&](sql::Connection& connection) -> base::Result<base::PropertyNumber> {
    ASSIGN_OR_RETURN(auto next, connection.one(queries::next_number));
    const auto number = next.integer("number");
    RETURN_IF_ERROR(connection.run(queries::insert_property, {{"number", number},
                                                              {"slug", slug},
                                                              {"surface", surface},
                                                              {"organisation", organisation.value},
                                                              {"created_ms", clock_.now()}}));
    return base::PropertyNumber{static_cast<std::uint32_t>(number)};
  });
}

base::Result<std::string> Registry::free_slug(std::string_view slug) {
  std::string wanted{slug};
  for (int i = 2; i < kSlugAttemptsMax; ++i) {
    ASSIGN_OR_RETURN(auto taken, find(wanted));
    if (!taken) return wanted;
    wanted = fmt::format("{}-{}", slug, i);
  }
  return base::fail(base::Code::Conflict, "this address is taken a thousand times over; choose another");
}

base::Result<base::PropertyNumber> Registry::reserve(std::string_view slug, std::string_view surface) {
  for (int i = 1;; ++i) {
    const auto wanted = i == 1 ? std::string{slug} : fmt::format("{}-{}", slug, i);
    ASSIGN_OR_RETURN(const auto taken, find(wanted));
    if (!taken) return create(wanted, surface);
    if (taken->surface == surface) return taken->number;
  }
}

base::Result<std::optional<Property>> Registry::find(std::string_view slug) {
  ASSIGN_OR_RETURN(auto row, control_.maybe(queries::property_by_slug, {{"slug", slug}}));
  if (!row) return std::nullopt;
  return property_of(*row);
}

base::Result<std::optional<Property>> Registry::find(base::PropertyNumber number) {
  ASSIGN_OR_RETURN(auto row, control_.maybe(queries::property_by_number, {{"number", number.value}}));
  if (!row) return std::nullopt;
  return property_of(*row);
}

base::Result<std::vector<Property>> Registry::all() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::all_properties));
  std::vector<Property> properties;
  for (const auto& row : rows) properties.push_back(property_of(row));
  return properties;
}

}  // namespace property
