// Errors as RFC 9457 `application/problem+json`:
//
//   {"type": "/problems/invalid", "title": "…", "status": 400, "detail": "…",
//    "errors": [{"detail": "…", "pointer": "#/video/address"}]}
//
// and the one table that maps base::Code to a status and a slug. `type` is /problems/<slug>; `errors` is the
// extension of RFC 9457's own example: what is wrong, and where in what was sent, as a JSON Pointer in a
// fragment (RFC 6901, section 6).
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/response.h"

namespace http {

/// One of several things that are wrong with an input.
struct FieldError {
  std::string pointer;  ///< pointer_to what is wrong
  std::string detail;
};

/// "#/video/address" of {"video", "address"}: a member of a member of the body. A form's field is a member
/// too.
std::string pointer_to(std::initializer_list<std::string_view> members);

struct Problem {
  int status = 500;
  std::string_view slug = "internal";  ///< of the table, or a literal
  std::string_view title = "Internal error";
  std::string detail = {};
  std::vector<FieldError> errors = {};
  std::optional<int> retry_after_s = {};
};

int status_of(base::Code code);
std::string_view slug_of(base::Code code);

/// The message becomes `detail`, but for Internal and Corrupt, whose messages are for the operator's log and
/// not for the world. TooMany and Unavailable get a Retry-After of `retry_after_s`.
Problem to_problem(const base::Error& error, int retry_after_s = 5);
/// Of a status that no code stands for: 405, 406, 408, 412, 415, 416, 426, 431, 501, 505; others are as 500.
Problem problem_of_status(int status, std::string detail = {});

Response to_response(const Problem& problem);
Response to_response(const base::Error& error);

/// Every slug of both tables with its status and title, for the pages at /problems/<slug>.
struct ProblemKind {
  std::string_view slug;
  int status;
  std::string_view title;
};
std::vector<ProblemKind> problem_kinds();

}  // namespace http
