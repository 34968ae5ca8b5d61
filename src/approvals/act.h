// An act that may wait for a second person. Whichever module does it hands it in as a value: how a stored
// request of it reads, and how it is done. Which acts wait at all is the policy's to say (`staff:
// four-eyes`).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "http/response.h"

namespace sql {
class Connection;
}

namespace approvals {

/// Of policy::Vocabulary::four_eyes.
inline constexpr std::string_view kExport = "export";
inline constexpr std::string_view kMoveEnd = "move end";
inline constexpr std::string_view kUnmask = "unmask";
inline constexpr std::string_view kReveal = "reveal";

/// One fact of what will happen.
struct Line {
  std::string label;
  std::string value;
};

/// What a request will do, in the reader's language: the same sentences for who asks and for who decides.
struct Description {
  std::string title;
  std::vector<Line> lines;
};

/// A request that is being carried out.
struct Deed {
  std::string_view request;
  base::MemberId asked_by;
  /// Who approves, for what is done at the approval; who fetches, for a file.
  const staff::Member& by;
};

/// Any thread.
struct Act {
  std::string name;  ///< "export"
  std::string kind;  ///< "events.viewers": which request of that act
  /// Who asks has it, and so has who decides, beside staff::kApprove.
  staff::Permission permission = staff::kExport;
  /// The request says who somebody is: it is destroyed as soon as nothing is left to be done with it.
  bool names_people = false;
  /// Errors: NotFound, Gone where what it is about is no more.
  std::function<base::Result<Description>(std::string_view request, base::Language)> describe;
  /// What is done at the approval, in the one transaction with it: on this connection of the control database
  /// and nowhere else, so that it happens once or not at all. Errors: NotFound, Gone, Conflict, Denied,
  /// Invalid end the request as failed; any other leaves it waiting.
  std::function<base::Result<void>(sql::Connection&, const Deed&)> execute = {};
  /// Tells the rest of the program afterwards. May be repeated, and is not, when the program stops in
  /// between: what begins reads the database.
  std::function<base::Result<void>(std::string_view request)> settle = {};
  /// Instead of the two: a file that whoever asked fetches once it is approved, made of the data of that
  /// moment. Errors: as `execute`.
  std::function<base::Result<http::Response>(const Deed&)> make = {};
};

}  // namespace approvals
