// What an installation promises: the rows of the catalogue that its policy binds, how each stands now, and
// the evidence in sentences that a board member reads. `/staff/promises`, its API and `hartslag promises`
// show this and nothing else, so they say the same.
//
// As JSON:
//
//   {"policy": {"name", "version", "in_force"}, "language": "nl", "at": "2026-…Z" or null,
//    "counts": {"kept", "attention", "broken", "none", "possible"},
//    "groups": [{"group": "E", "title", "promises": [{"id", "promise", "state", "evidence": [sentence, …],
//                "details": [sentence, …]}, …]}, …]}
//
// `at` is null for a policy file alone, of which nothing runs.
#pragma once

#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/promise_evidence.h"
#include "base/language.h"
#include "base/result.h"
#include "base/time.h"
#include "http/router.h"
#include "policy/policy.h"

namespace app {

struct House;

struct PromiseRow {
  std::string id;
  std::string promise;
  Shown shown;
};

struct Promises {
  std::string policy_name;
  std::string policy_version;
  std::string in_force;
  base::Language language = base::Language::Nl;
  std::optional<base::Instant> at;
  std::vector<PromiseRow> rows;  ///< in the catalogue's order
};

/// Of what runs. Errors: what the stores answer.
base::Result<Promises> promises_of(House& house, base::Language language);
/// Of a policy that nothing runs by: which rows bind, and whether this program could keep them.
Promises promises_of(const policy::Policy& policy, base::Language language);

std::string to_json(const Promises& promises);

/// GET /api/v1/promises, for whoever may see figures.
void add_promises_api(http::Router& router, House& house);
/// GET /promises on the local listener.
void add_local_promises(http::Router& router, House& house);

/// `hartslag promises [FILE | --from ADDRESS] [--lang LANGUAGE] [--json]`. 0; 1 when a promise is broken or
/// nothing answers; 2 for words that are none.
int promises_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* errors);

}  // namespace app
