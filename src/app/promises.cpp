#include "app/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "app/house.h"
#include "http/negotiate.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::ordered_json;

/// A text whose key is only known at run time: of a row, or of a group.
std::string words(Language language, std::string_view stem, std::string_view id) {
  std::string name{stem};
  for (const char c : id) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto key = texts::find(name);
  return std::string{key ? texts::get(language, *key) : id};
}

Shown unsurfaced(Language language) {
  return {.standing = Standing::None,
          .evidence = {std::string{texts::get(language, texts::Key::PromisesEvidenceNone)}}};
}

/// The worst of what there is to show, one after the other.
Shown join(const CatalogueRow& row, const AllEvidence& all) {
  Shown joined;
  for (const auto evidence : row.evidence) {
    if (evidence == Evidence::None) continue;
    const auto& one = all[static_cast<std::size_t>(evidence)];
    joined.standing = std::max(joined.standing, one.standing);
    joined.evidence.insert(joined.evidence.end(), one.evidence.begin(), one.evidence.end());
    joined.details.insert(joined.details.end(), one.details.begin(), one.details.end());
  }
  return joined;
}

template <class Show>
Promises list(const policy::Policy& policy, Language language, Show show) {
  Promises promises{.policy_name = policy.name(),
                    .policy_version = policy.version(),
                    .in_force = policy.in_force(),
                    .language = language,
                    .at = {},
                    .rows = {}};
  for (const auto& row : promise_catalogue()) {
    if (!row.binds(policy)) continue;
    promises.rows.push_back({std::string{row.id}, words(language, "promises.", row.id),
                             row.has_surface(policy) ? show(row) : unsurfaced(language)});
  }
  return promises;
}

Language language_asked(const Request& request) {
  const auto named = base::parse_language(request.query.text("lang"));
  return named.value_or(http::negotiate_language(request, Language::Nl));
}

}  // namespace

Result<Promises> promises_of(House& house, Language language) {
  ASSIGN_OR_RETURN(const auto all, collect_evidence(house, language));
  auto promises = list(*house.policy, language, [&](const CatalogueRow& row) { return join(row, all); });
  promises.at = house.clock->now();
  return promises;
}

Promises promises_of(const policy::Policy& policy, Language language) {
  return list(policy, language, [&](const CatalogueRow&) {
    return Shown{.standing = Standing::Possible,
                 .evidence = {std::string{texts::get(language, texts::Key::PromisesEvidencePossible)}}};
  });
}

std::string to_json(const Promises& promises) {
  ordered_json out = {{"policy",
                       {{"name", promises.policy_name},
                        {"version", promises.policy_version},
                        {"in_force", promises.in_force}}},
                      {"language", base::to_text(promises.language)},
                      {"at", promises.at ? ordered_json(base::to_rfc3339(*promises.at)) : ordered_json()}};
  ordered_json counts = {{"kept", 0}, {"attention", 0}, {"broken", 0}, {"none", 0}, {"possible", 0}};
  auto groups = ordered_json::array();
  for (const auto& row : promises.rows) {
    const auto group = row.id.substr(0, 1);
    if (groups.empty() || groups.back()["group"] != group) {
      groups.push_back({{"group", group},
                        {"title", words(promises.language, "promises.group.", group)},
                        {"promises", ordered_json::array()}});
    }
    const std::string state{to_text(row.shown.standing)};
    counts[state] = counts[state].get<int>() + 1;
    groups.back()["promises"].push_back({{"id", row.id},
                                         {"promise", row.promise},
                                         {"state", state},
                                         {"evidence", row.shown.evidence},
                                         {"details", row.shown.details}});
  }
  out["counts"] = std::move(counts);
  out["groups"] = std::move(groups);
  return out.dump();
}

void add_promises_api(http::Router& router, House& house) {
  staff::Door door(router, *house.access);
  door.get("/api/v1/promises", staff::kAnyMember,
           [&house](Request& request, const staff::Member&) -> Result<Response> {
             ASSIGN_OR_RETURN(const auto promises, promises_of(house, language_asked(request)));
             return Response::json(to_json(promises));
           });
}

void add_local_promises(http::Router& router, House& house) {
  router.get("/promises", [&house](Request& request) -> Result<Response> {
    ASSIGN_OR_RETURN(const auto promises, promises_of(house, language_asked(request)));
    return Response::json(to_json(promises));
  });
}

}  // namespace app
