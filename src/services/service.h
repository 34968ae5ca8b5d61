// A service of somebody else that staff work with, and of which they have no password: what may be asked of
// it, and where the program puts the secret. It is declared when it is added, as
//
//   {"origin": "https://tickets.example",
//    "puts": {"in": "basic", "name": "lichtbeeld"},
//    "tasks": [{"name": "orders of today", "method": "GET", "path": "/api/orders"}],
//    "check": "/api/me",
//    "change": {"method": "POST", "path": "/api/password", "field": "password"}}
//
// A *task* is one method with one path and what is below it. *puts* says where the secret stands: "basic"
// (with the user `name`), "bearer", "header" (that `name`) or "field" (that `name`, of a form that is
// posted). *check* is a path that answers 2xx to who has the right secret, and 401 or 403 to who has not;
// *change* is how the service learns a new secret: a form in which the field holds it, asked with the one
// before. Both may be left out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/names.h"
#include "base/result.h"

namespace services {

using ServiceId = base::Id<struct ServiceTag>;

/// As keepers of passwords know it: the policy's word for the term of all of them.
inline constexpr std::string_view kTerm = "outside services";

enum class In { Basic, Bearer, Header, Field };

struct Puts {
  In in = In::Bearer;
  std::string name = {};
};

struct Task {
  std::string name;
  std::string method;  ///< GET, POST, PUT, PATCH or DELETE
  std::string path;    ///< begins with '/', ends without
};

struct Change {
  std::string method;  ///< POST, PUT or PATCH
  std::string path;
  std::string field;
};

struct Declared {
  std::string origin;
  Puts puts;
  std::vector<Task> tasks;
  std::string check = {};
  std::optional<Change> change = {};
};

struct Service {
  ServiceId id;
  std::string name;  ///< "ticket shop": small letters, digits and single blanks
  Declared declared;
  base::Instant added;
  std::vector<base::MemberId> users;
};

/// Errors: Invalid, with the place in front ("tasks.0.path: …"). Whether the origin is one that may be asked
/// is looked at by the caller.
base::Result<Declared> read_declared(const nlohmann::json& given);
nlohmann::json to_json(const Declared& declared);

/// Whether a service or a task may be called so.
bool is_name(std::string_view text);

/// Nothing where there is none.
const Task* find_task(const Declared& declared, std::string_view name);
/// Whether `path` is the task's or below it, and stays there: no dots for segments, no second slash, nothing
/// percent-encoded that could be one, and nothing but what RFC 3986 has in a path.
bool is_within(const Task& task, std::string_view path);
/// What RFC 3986 has in a query.
bool is_query(std::string_view text);

}  // namespace services
