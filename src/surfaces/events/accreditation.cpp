#include "surfaces/events/accreditation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/contains.h"
#include "crypto/seal.h"
#include "policy/policy.h"
#include "sql/database.h"
#include "surfaces/events/queries.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/key_store.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

/// Where a sealed text belongs: it opens in no other row.
std::string place_of(base::PropertyNumber property, std::string_view person) {
  return fmt::format("accreditation {} {}", property.value, person);
}

}  // namespace

bool is_proposed(const policy::Decision& rule, const pulse::ViewerFigures& figures) {
  constexpr std::int64_t kThousandthsInPercent = 10;
  return figures.share.value >= rule.watched * kThousandthsInPercent;
}

Result<std::optional<Accreditation>> Accreditations::read(const sql::Row& row) {
  const base::PropertyNumber property{static_cast<std::uint32_t>(row.integer("property"))};
  const auto name = row.text("person");
  ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(name));
  const auto key = needs_.keys.find(vault::KeyName::person(property, person));
  if (!key && key.error().code == Code::Gone) return std::nullopt;
  if (!key) return base::fail(key.error());
  ASSIGN_OR_RETURN(const auto sealed, base::from_base64(row.text("sealed")));
  ASSIGN_OR_RETURN(const auto plain,
                   crypto::open_sealed(*key, sealed, base::as_bytes(place_of(property, name))));
  const auto words = json::parse(base::as_text(plain), nullptr, false);
  Accreditation read{.granted = row.truth("granted"),
                     .decided = row.instant("decided_ms"),
                     .by = {},
                     .reason = {},
                     .objected = row.maybe_instant("objected_ms"),
                     .words = {},
                     .policy_version = row.text("policy_version")};
  ASSIGN_OR_RETURN(read.by, base::parse_id<base::MemberId>(row.text("decided_by")));
  try {
    words.at("reason").get_to(read.reason);
    words.at("words").get_to(read.words);
  } catch (const std::exception&) {
    return base::fail(Code::Corrupt, "a row of table accreditation does not read");
  }
  return read;
}

Result<std::map<base::PersonId, Accreditation>> Accreditations::of(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::accreditations_of_property, {{"property", property.value}}));
  std::map<base::PersonId, Accreditation> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
    ASSIGN_OR_RETURN(auto one, read(row));
    if (one) all.emplace(person, *std::move(one));
  }
  return all;
}

Result<std::optional<Accreditation>> Accreditations::find(base::PropertyNumber property,
                                                          base::PersonId person) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::accreditations_of_person,
                                                       {{"person", base::to_text(person)}}));
  const auto found = std::ranges::find_if(
      rows, [&](const sql::Row& row) { return row.integer("property") == property.value; });
  if (found == rows.end()) return std::nullopt;
  return read(*found);
}

Result<void> Accreditations::put(base::PropertyNumber property, base::PersonId person,
                                 const Accreditation& decided) {
  // Made with the person, so that it is there; of somebody erased it is Gone.
  ASSIGN_OR_RETURN(const auto key, needs_.keys.find(vault::KeyName::person(property, person)));
  const auto name = base::to_text(person);
  const auto plain = json{{"reason", decided.reason}, {"words", decided.words}}.dump();
  const auto sealed =
      crypto::seal(key, base::as_bytes(plain), base::as_bytes(place_of(property, name)), needs_.random);
  RETURN_IF_ERROR(
      needs_.control.run(queries::put_accreditation, {{"property", property.value},
                                                      {"person", name},
                                                      {"granted", decided.granted},
                                                      {"decided_ms", decided.decided},
                                                      {"decided_by", base::to_text(decided.by)},
                                                      {"objected_ms", decided.objected},
                                                      {"sealed", base::to_base64(sealed)},
                                                      {"policy_version", decided.policy_version}}));
  return {};
}

Result<std::int64_t> Accreditations::count(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.one(queries::count_accredited, {{"property", property.value}}));
  return row.integer("n");
}

Result<std::vector<retention::HeldItem>> Accreditations::held(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::accreditations_of_person,
                                                       {{"person", base::to_text(person)}}));
  std::vector<retention::HeldItem> all;
  const auto language = needs_.policy.languages().front();
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto one, read(row));
    if (!one) continue;
    const auto key = one->granted ? texts::Key::MeAccreditGranted : texts::Key::MeAccreditRefused;
    auto value = texts::format(language, key, {{"at", texts::date_time(language, one->decided, "UTC")}});
    for (const auto& words : {one->reason, one->words}) {
      if (!words.empty()) value += ' ' + words;
    }
    // It is of the datum that was measured for it.
    const auto* rule = needs_.policy.attendance_rule();
    const auto datum = std::ranges::find_if(needs_.policy.data(), [&](const policy::Data& each) {
      return each.kind == policy::Kind::Facts && rule != nullptr &&
             base::contains(each.purposes, rule->purpose);
    });
    all.push_back({.datum = datum == needs_.policy.data().end() ? std::string{} : datum->name,
                   .name = rule == nullptr ? std::string{} : rule->name,
                   .value = std::move(value),
                   .stored_at = one->decided,
                   .policy_version = one->policy_version});
  }
  return all;
}

Result<void> Accreditations::forget(base::PersonId person) {
  RETURN_IF_ERROR(
      needs_.control.run(queries::forget_accreditation_of_person, {{"person", base::to_text(person)}}));
  return {};
}

Result<void> Accreditations::forget(base::PropertyNumber property) {
  RETURN_IF_ERROR(needs_.control.run(queries::forget_accreditations, {{"property", property.value}}));
  return {};
}

}  // namespace surfaces::events
